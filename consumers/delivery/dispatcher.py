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
"""The most batches in flight to one target at a time."""
GRACE_PERIOD = timedelta(seconds=15)
"""How long a delivery that the config does not ask for is kept before it is dropped. Its watch or target may be new: an edit
of the config reaches all processes within this time, even with 100,000 watches, but not all of them at once."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class InFlight:
    """A delivery that is being sent, and the *queue* that it comes from. The deliveries of one batch share a *task*."""

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
        """Return whether another scan would have the same result: nothing has changed, and nothing has become due."""
        unchanged = queue is self.queue and queue.changes == self.changes and config is self.config
        return unchanged and (self.next_due is None or now < self.next_due)


class Dispatcher:
    """Sends the batches of a queue through the targets' channels.

    It holds no state of the service: a delivery that is in flight when the process ends is sent again after the next start.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        channels: Mapping[str, ChannelKind] = CHANNELS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._config, self._channels, self._chance = config, channels, chance
        self._session: aiohttp.ClientSession | None = None
        self._in_flight: dict[Key, InFlight] = {}
        self._unwanted_since: dict[Key, datetime] = {}
        self._last_scan: Scan | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep an HTTP session open. On exit, cancel the deliveries in flight."""
        networks = lru_cache(maxsize=1)(parse_networks)
        async with session(lambda: networks(self._config().delivery.allow_networks)) as self._session:
            try:
                yield
            finally:
                tasks = [in_flight.task for in_flight in self._in_flight.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._in_flight.clear()

    def tick(self, queue: DeliveryQueue, now: datetime) -> list[Delivery]:
        """Start to send the deliveries that are due. Return the records of ended attempts and of dropped deliveries."""
        config, count_before = self._config(), len(self._in_flight)
        ended = list(self._finish(queue, config, now))
        if len(self._in_flight) == count_before and self._last_scan and self._last_scan.is_current(queue, config, now):
            return ended
        ended_keys = {(record.target, record.alert) for record in ended}
        dropped = list(self._drop_unwanted(queue, config, now, ended_keys))
        self._send_due(queue, config, now, ended_keys | self._unwanted_since.keys())
        self._last_scan = Scan(queue, queue.changes, config, self._next_due(queue, now))
        return [*ended, *dropped]

    def _next_due(self, queue: DeliveryQueue, now: datetime) -> datetime | None:
        """Return the next time after *now* at which a delivery is due to be sent or dropped; None if there is none.

        A delivery that is already due but waits for a batch in flight is left out: the tick that sees the end of that batch
        scans the queue anyway.
        """
        due = [record.due for record in queue.pending.values() if record.due and record.due > now]
        return min((*due, *(since + GRACE_PERIOD for since in self._unwanted_since.values())), default=None)

    def _finish(self, queue: DeliveryQueue, config: Config, now: datetime) -> Iterable[Delivery]:
        """Yield a record for each attempt that has ended. All deliveries of one batch get the same delay."""
        chance = self._chance()
        for key, in_flight in list(self._in_flight.items()):
            if in_flight.queue is not queue:
                in_flight.task.cancel()
            elif not in_flight.task.done():
                continue
            del self._in_flight[key]
            record = queue.pending.get(key)
            if in_flight.queue is not queue or record is None or record.version != in_flight.record.version:
                continue
            ended = after_attempt(record, _result(in_flight.task), config.delivery.retries, chance, now)
            if ended.state != "sent":
                log.warning("delivery failed", target=ended.target, alert=ended.alert, state=ended.state, error=ended.error)
            yield ended

    def _drop_unwanted(
        self, queue: DeliveryQueue, config: Config, now: datetime, excluded: Collection[Key]
    ) -> Iterable[Delivery]:
        """Yield a record for each delivery that has been unwanted for GRACE_PERIOD, except those in *excluded*.

        A delivery in flight stays until its attempt ends.
        """
        unwanted = find_unwanted(queue, config)
        self._unwanted_since = {key: self._unwanted_since.get(key, now) for key in unwanted}
        for key, reason in unwanted.items():
            if now - self._unwanted_since[key] >= GRACE_PERIOD and key not in self._in_flight and key not in excluded:
                record = queue.pending[key]
                log.warning("delivery dropped", target=record.target, alert=record.alert, version=record.version, reason=reason)
                yield drop(record, reason, now)

    def _send_due(self, queue: DeliveryQueue, config: Config, now: datetime, excluded: Collection[Key]) -> None:
        """Start to send the deliveries that are due, except those in *excluded*, up to MAX_IN_FLIGHT batches per target."""
        batches_in_flight = {(in_flight.record.target, in_flight.task) for in_flight in self._in_flight.values()}
        counts = Counter(target_id for target_id, _ in batches_in_flight)
        due: dict[str, list[Delivery]] = {}
        for key, record in queue.pending.items():
            is_due = record.body and (record.due is None or record.due <= now)
            if is_due and key not in self._in_flight and key not in excluded:
                due.setdefault(record.target, []).append(record)
        for target in config.targets:
            free = max(MAX_IN_FLIGHT - counts[target.id], 0)
            for batch in batches(due.get(target.id, ()))[:free]:
                alerts = [record.body for record in batch if record.body]
                task = asyncio.create_task(self._send(target, alerts, config))
                self._in_flight |= {(target.id, record.alert): InFlight(queue, record, task) for record in batch}

    async def _send(self, target: Target, alerts: Sequence[Alert], config: Config) -> Result:
        """Send *alerts* as one batch through the channel of *target*. Raises RuntimeError outside of open()."""
        if self._session is None:
            raise RuntimeError("the dispatcher is not open")
        return await self._channels[target.kind].make(target, config, self._session).send(alerts)


def _result(task: asyncio.Task[Result]) -> Result:
    """Return the result of *task*, or a failure if it raised. An exception is a bug in a channel; other targets go on."""
    error = task.exception()
    return Result(error=f"could not be sent: {type(error).__name__}") if error else task.result()
