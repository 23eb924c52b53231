"""The dispatcher: sends the deliveries that are due, and reports how each attempt ended."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import aiohttp
import structlog

from consumers.delivery.channels import CHANNELS, ChannelKind
from consumers.delivery.queue import DeliveryQueue, Key, Result, after_attempt, batches, drop, find_unwanted
from monitor.config import Config, Target
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.messages import Alert, Delivery

MAX_IN_FLIGHT = 4
"""Most messages that are being sent to one target at a time."""
GRACE = timedelta(seconds=15)
"""How long a delivery that the config does not ask for is kept before it is dropped. An edit reaches every process in less
time, even with 100,000 watches, so that an alert of a watch or for a target that is new here is not taken for a deleted one."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery that is being sent. The deliveries of one message share its *task*. *queue* is the one they come from."""

    queue: DeliveryQueue
    record: Delivery
    task: asyncio.Task[Result]


@dataclass(frozen=True, slots=True)
class Scan:
    """The last scan of the whole queue: what it depended on, and when the next one is due even if nothing changes."""

    queue: DeliveryQueue
    changes: int
    config: Config
    next_due: datetime | None

    def is_current(self, queue: DeliveryQueue, config: Config, now: datetime) -> bool:
        """Return whether another scan would find the same: nothing has changed, and nothing has become due."""
        unchanged = queue is self.queue and queue.changes == self.changes and config is self.config
        return unchanged and (self.next_due is None or now < self.next_due)


class Dispatcher:
    """Sends the batches of a queue through the targets' channels.

    None of this is state of the service: what is being sent when the process ends is sent again after the next start.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        channels: Mapping[str, ChannelKind] = CHANNELS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._config, self._channels, self._chance = config, channels, chance
        self._session: aiohttp.ClientSession | None = None
        self._sending: dict[Key, Sending] = {}
        self._unwanted_since: dict[Key, datetime] = {}
        self._last_scan: Scan | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Hold an HTTP session open. On exit, cancel what is being sent."""
        networks = lru_cache(maxsize=1)(parse_networks)
        async with session(lambda: networks(self._config().delivery.allow_networks)) as self._session:
            try:
                yield
            finally:
                tasks = [sending.task for sending in self._sending.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._sending.clear()

    def tick(self, queue: DeliveryQueue, now: datetime) -> list[Delivery]:
        """Start to send what is due. Return the records of attempts that have ended and of deliveries that are dropped."""
        config, in_flight = self._config(), len(self._sending)
        ended = list(self._finish(queue, config, now))
        if len(self._sending) == in_flight and self._last_scan and self._last_scan.is_current(queue, config, now):
            return ended
        ended_keys = {(record.target, record.alert) for record in ended}
        dropped = list(self._drop_unwanted(queue, config, now, ended_keys))
        self._send_due(queue, config, now, ended_keys | self._unwanted_since.keys())
        self._last_scan = Scan(queue, queue.changes, config, self._next_due(queue, now))
        return [*ended, *dropped]

    def _next_due(self, queue: DeliveryQueue, now: datetime) -> datetime | None:
        """Return when, after *now*, the next delivery is due to be sent or dropped.

        One that is due already, and waits for a message in flight to end, is sent in the tick that sees that end.
        """
        due = [record.due for record in queue.pending.values() if record.due and record.due > now]
        return min((*due, *(since + GRACE for since in self._unwanted_since.values())), default=None)

    def _finish(self, queue: DeliveryQueue, config: Config, now: datetime) -> Iterable[Delivery]:
        """Yield a record for each attempt that has ended. The deliveries of one message are all retried at one time."""
        chance = self._chance()
        for key, sending in list(self._sending.items()):
            if sending.queue is not queue:
                sending.task.cancel()
            elif not sending.task.done():
                continue
            del self._sending[key]
            record = queue.pending.get(key)
            if sending.queue is not queue or record is None or record.version != sending.record.version:
                continue
            ended = after_attempt(record, _result(sending.task), config.delivery.retries, chance, now)
            if ended.state != "sent":
                log.warning("delivery failed", target=ended.target, alert=ended.alert, state=ended.state, error=ended.error)
            yield ended

    def _drop_unwanted(
        self, queue: DeliveryQueue, config: Config, now: datetime, excluded: Collection[Key]
    ) -> Iterable[Delivery]:
        """Yield a record for each delivery, not *excluded*, that has been unwanted for GRACE.

        One that is being sent is left until its attempt ends.
        """
        unwanted = find_unwanted(queue, config)
        self._unwanted_since = {key: self._unwanted_since.get(key, now) for key in unwanted}
        for key, reason in unwanted.items():
            if now - self._unwanted_since[key] >= GRACE and key not in self._sending and key not in excluded:
                record = queue.pending[key]
                log.warning("delivery dropped", target=record.target, alert=record.alert, version=record.version, reason=reason)
                yield drop(record, reason, now)

    def _send_due(self, queue: DeliveryQueue, config: Config, now: datetime, excluded: Collection[Key]) -> None:
        """Start to send what is due and not *excluded*, up to MAX_IN_FLIGHT messages for each target."""
        messages = {(sending.record.target, sending.task) for sending in self._sending.values()}
        in_flight = Counter(target for target, _ in messages)
        due: dict[str, list[Delivery]] = {}
        for key, record in queue.pending.items():
            is_due = record.body and (record.due is None or record.due <= now)
            if is_due and key not in self._sending and key not in excluded:
                due.setdefault(record.target, []).append(record)
        for target in config.targets:
            free = max(MAX_IN_FLIGHT - in_flight[target.id], 0)
            for batch in batches(due.get(target.id, ()))[:free]:
                alerts = [record.body for record in batch if record.body]
                task = asyncio.create_task(self._send(target, alerts, config))
                self._sending |= {(target.id, record.alert): Sending(queue, record, task) for record in batch}

    async def _send(self, target: Target, alerts: Sequence[Alert], config: Config) -> Result:
        """Send *alerts* in one message through the channel of *target*."""
        if self._session is None:
            raise RuntimeError("the dispatcher is not open")
        return await self._channels[target.kind].make(target, config, self._session).send(alerts)


def _result(task: asyncio.Task[Result]) -> Result:
    """Return the result of *task*. An exception is a bug in a channel; it must not stop the other targets."""
    error = task.exception()
    return Result(error=f"could not be sent: {type(error).__name__}") if error else task.result()
