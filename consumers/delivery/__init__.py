"""The service that tells the targets: what is pending survives a restart, and a failing target holds up no other."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache

import aiohttp
import structlog

from consumers.delivery.pending import Attempt, Pending, after, drop, queue
from consumers.delivery.webhook import NoSecret, post, secrets
from monitor.clock import utc
from monitor.config import Config, Target
from monitor.feeds.fetching.dial import session
from monitor.feeds.fetching.guard import networks
from monitor.messages import Alert, Delivery
from monitor.service import Service

AT_ONCE = 4
"""Messages on their way to one target at a time."""
TICK = 0.05

log = structlog.get_logger()


def make(config: Callable[[], Config]) -> Service[Alert, Pending]:
    """The service. Its state is the fold of all that delivery.v1 holds, so that no stop is too long for what is pending."""
    post_room = PostRoom(config)

    def step(state: Pending, alert: Alert) -> Iterable[Delivery]:
        return list(queue(state, alert, {target.id: target for target in config().targets}))

    return Service(
        "delivery",
        Alert,
        step,
        fresh=lambda _: Pending(),
        apply=lambda state, record: state.apply(record),
        restores=(Delivery,),
        tick=post_room.tick,
        every=TICK,
        lifespan=post_room.open,
    )


def check(config: Config) -> list[str]:
    """What is wrong with the targets."""
    found = []
    for target in config.targets:
        if target.webhook:
            try:
                secrets(target, config.folder)
            except NoSecret as error:
                found.append(str(error))
    return found


class PostRoom:
    """What is being sent at this moment. None of it is knowledge: what is lost here is sent again."""

    def __init__(self, config: Callable[[], Config], chance: Callable[[], float] = random.random) -> None:
        self.config, self.chance = config, chance
        self.session: aiohttp.ClientSession | None = None
        self.sending: dict[tuple[str, str], tuple[Pending, Delivery, asyncio.Task[Attempt]]] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """With a session; what is being sent at the end is dropped, and sent again after the next start."""
        allowed = lru_cache(maxsize=1)(networks)
        async with session(lambda: allowed(self.config().delivery.allow_networks)) as self.session:
            try:
                yield
            finally:
                tasks = [task for _, _, task in self.sending.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self.sending.clear()

    def tick(self, state: Pending, now: datetime) -> list[Delivery]:
        """Send what is due, and tell how the attempts went that are over."""
        config = self.config()
        unseen = state.agenda.unseen(config, state.waiting)
        out = [*drop(unseen, config, now), *self.results(state, config, now)]
        ended = {(record.target, record.alert) for record in out}
        self.send(state, config, now, ended)
        return out

    def results(self, state: Pending, config: Config, now: datetime) -> Iterable[Delivery]:
        """A record for each attempt that is over."""
        for key, (owner, record, task) in list(self.sending.items()):
            if owner is not state:
                task.cancel()
            elif not task.done():
                continue
            del self.sending[key]
            known = state.waiting.get(key)
            if owner is not state or known is None or known.version != record.version:
                continue
            error = task.exception()
            attempt = Attempt(error=f"it could not be sent: {type(error).__name__}") if error else task.result()
            told = after(known, attempt, config.delivery.retries, self.chance(), now)
            if told.state != "sent":
                log.warning("not delivered", target=told.target, alert=told.alert, state=told.state, error=told.error)
            yield told

    def send(self, state: Pending, config: Config, now: datetime, ended: set[tuple[str, str]]) -> None:
        """Start what is due, AT_ONCE to each target."""
        busy = Counter(target for target, _ in self.sending)
        for target in config.targets:
            later = []
            while busy[target.id] < AT_ONCE and (record := state.agenda.take(target.id, now, state.waiting)):
                key = (record.target, record.alert)
                if key in self.sending:
                    # An earlier version is on its way yet.
                    later.append(record)
                elif key not in ended and record.body is not None:
                    busy[target.id] += 1
                    self.sending[key] = (state, record, asyncio.create_task(self.deliver(target, record.body, config)))
            for record in later:
                state.agenda.add(record)

    async def deliver(self, target: Target, alert: Alert, config: Config) -> Attempt:
        """One attempt."""
        if self.session is None:
            raise RuntimeError("delivery ticks only within its lifespan")
        if target.webhook:
            return await post(self.session, target, alert, config, utc())
        log.info(
            "alert",
            watch=alert.watch,
            severity=alert.severity,
            title=alert.title,
            version=alert.version,
            certainty=alert.certainty,
            url=alert.url,
        )
        return Attempt()
