"""The service that tells the targets: what is pending survives a restart, and a failing target holds up no other."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import aiohttp
import structlog

from consumers.delivery.batches import batches
from consumers.delivery.channels.webhook import NoSecret, post, secrets
from consumers.delivery.queue import Attempt, DeliveryQueue, after, dropped, queue, unwanted
from consumers.delivery.quiet_hours import Hours
from monitor.clock import utc
from monitor.config import Config, Target
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.messages import Alert, Delivery
from monitor.runtime.service import Service

AT_ONCE = 4
"""Messages on their way to one target at a time."""
TICK = 0.05
HOLD = timedelta(seconds=15)
"""How long what the config does not want is held before it is dropped: longer than an edit takes to reach every process, at
100,000 watches too, so that an alert of a watch or to a target that is new here does not count as one of a deleted one."""

Key = tuple[str, str]
"""A target and an alert."""

log = structlog.get_logger()

reads = Alert


def make(config: Callable[[], Config]) -> Service[Alert, DeliveryQueue]:
    """The service. Its state is the fold of all that delivery.v1 holds, so that no stop is too long for what is pending."""
    post_room, hours = Dispatcher(config), Hours()

    def step(state: DeliveryQueue, alert: Alert) -> Iterable[Delivery]:
        now = config()
        targets = {target.id: target for target in now.targets}
        return list(queue(state, alert, targets, now.delivery.queue, hours.until(now, alert)))

    return Service(
        "delivery",
        Alert,
        step,
        fresh=lambda _: DeliveryQueue(),
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


@dataclass(frozen=True, slots=True)
class Look:
    """How things stood when all that is pending was gone through, and until when there is no need to go through it again."""

    state: DeliveryQueue
    changes: int
    config: Config
    until: datetime | None

    def holds(self, state: DeliveryQueue, config: Config, now: datetime) -> bool:
        """Whether nothing has changed since, and nothing has become due."""
        same = state is self.state and state.changes == self.changes and config is self.config
        return same and (self.until is None or now < self.until)


class Dispatcher:
    """What is being sent at this moment. None of it is knowledge: what is lost here is sent again."""

    def __init__(self, config: Callable[[], Config], chance: Callable[[], float] = random.random) -> None:
        self.config, self.chance = config, chance
        self.session: aiohttp.ClientSession | None = None
        self.sending: dict[Key, tuple[DeliveryQueue, Delivery, asyncio.Task[Attempt]]] = {}
        """By target and alert; those of one message share its task."""
        self.held: dict[Key, datetime] = {}
        self.looked: Look | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """With a session; what is being sent at the end is dropped, and sent again after the next start."""
        allowed = lru_cache(maxsize=1)(parse_networks)
        async with session(lambda: allowed(self.config().delivery.allow_networks)) as self.session:
            try:
                yield
            finally:
                tasks = [task for _, _, task in self.sending.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self.sending.clear()

    def tick(self, state: DeliveryQueue, now: datetime) -> list[Delivery]:
        """Send what is due, and tell how the attempts went that are over."""
        config, sending = self.config(), len(self.sending)
        over = list(self.results(state, config, now))
        if len(self.sending) == sending and self.looked and self.looked.holds(state, config, now):
            return over
        passed = {(record.target, record.alert) for record in over}
        gone = list(self.drop(state, config, now, passed))
        self.send(state, config, now, passed | self.held.keys())
        self.looked = Look(state, state.changes, config, self.next_due(state, now))
        return [*over, *gone]

    def next_due(self, state: DeliveryQueue, now: datetime) -> datetime | None:
        """When, after *now*, something is due to be sent or dropped; what waits for a free place comes with the results."""
        later = [record.due for record in state.waiting.values() if record.due and record.due > now]
        return min((*later, *(since + HOLD for since in self.held.values())), default=None)

    def drop(self, state: DeliveryQueue, config: Config, now: datetime, passed: Collection[Key]) -> Iterable[Delivery]:
        """A record for each that was unwanted for HOLD and not *passed* over; what is being sent is left to how that goes."""
        found = unwanted(state, config)
        self.held = {key: self.held.get(key, now) for key in found}
        for key, why in found.items():
            if now - self.held[key] >= HOLD and key not in self.sending and key not in passed:
                record = state.waiting[key]
                log.warning("dropped", target=record.target, alert=record.alert, version=record.version, reason=why)
                yield dropped(record, why, now)

    def results(self, state: DeliveryQueue, config: Config, now: datetime) -> Iterable[Delivery]:
        """A record for each attempt that is over; those of one message are tried again at one moment."""
        chance = self.chance()
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
            told = after(known, attempt, config.delivery.retries, chance, now)
            if told.state != "sent":
                log.warning("not delivered", target=told.target, alert=told.alert, state=told.state, error=told.error)
            yield told

    def send(self, state: DeliveryQueue, config: Config, now: datetime, passed: Collection[Key]) -> None:
        """Start what is due and not *passed* over, AT_ONCE messages to each target."""
        busy = Counter(target for target, _ in {(target, task) for (target, _), (_, _, task) in self.sending.items()})
        due: dict[str, list[Delivery]] = {}
        for key, record in state.waiting.items():
            if key not in self.sending and key not in passed and record.body and (record.due is None or record.due <= now):
                due.setdefault(record.target, []).append(record)
        for target in config.targets:
            free = max(AT_ONCE - busy[target.id], 0)
            for parcel in batches(due.get(target.id, ()))[:free]:
                task = asyncio.create_task(self.deliver(target, [record.body for record in parcel if record.body], config))
                self.sending |= {(target.id, record.alert): (state, record, task) for record in parcel}

    async def deliver(self, target: Target, alerts: Sequence[Alert], config: Config) -> Attempt:
        """One attempt to send *alerts* in one message."""
        if self.session is None:
            raise RuntimeError("delivery ticks only within its lifespan")
        if target.webhook:
            return await post(self.session, target, alerts, config, utc())
        for alert in alerts:
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
