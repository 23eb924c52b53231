"""The dispatcher: sends the deliveries that are due, and reports how each attempt ended and what it says of its target."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice

import aiohttp
import structlog

from consumers.delivery.attempts import Attempts, Finished, store_again_after
from consumers.delivery.batches import AlertBatch, alert_batch, batches, due_time, longest_delay
from consumers.delivery.channels import CHANNELS, ChannelKind
from consumers.delivery.gates import Gates
from consumers.delivery.queue import PAUSE_DELIVERIES, DeliveryQueue, Key, Result, drop, find_unwanted, withhold
from consumers.delivery.target_changes import target_changes
from consumers.delivery.target_states import retry_due
from consumers.delivery.wishes import Wishes
from monitor.config import Config, Target
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.messages import Delivery, TargetState

GRACE_PERIOD = timedelta(seconds=15)
"""How long a delivery that the config does not ask for is kept before it is dropped. Its watch or target may be new: an edit
of the config reaches all processes within this time, even with 100,000 watches, but not all of them at once."""
MAX_STORED_AGAIN = 100
"""The most deliveries that are stored again by one tick."""

log = structlog.get_logger()


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
    """Sends the batches of the queue of its partition through the targets' channels: alert.v1 has only one partition.

    It holds no state of the service. But it remembers what it has sent until the queue has the record of it. A delivery that
    is in flight when the process is killed is sent again after the next start. At the end it waits up to *drain_seconds* for
    the deliveries in flight.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        channels: Mapping[str, ChannelKind] = CHANNELS,
        chance: Callable[[], float] = random.random,
        *,
        drain_seconds: float,
    ) -> None:
        self._config, self._channels, self._chance, self._drain_seconds = config, channels, chance, drain_seconds
        self._session: aiohttp.ClientSession | None = None
        self._attempts = Attempts()
        self._is_draining = False
        self._unwanted_since: dict[Key, datetime] = {}
        self._first_seen: dict[tuple[str, str, int, int], datetime] = {}
        self._gates, self._wishes = Gates(), Wishes()
        self._last_scan: Scan | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep an HTTP session open. On exit, drain, and cancel the deliveries that are still in flight."""
        networks = lru_cache(maxsize=1)(parse_networks)
        self._is_draining, self._last_scan = False, None
        async with session(lambda: networks(self._config().delivery.allow_networks)) as self._session:
            try:
                yield
            except Exception:
                await self.drain()
                raise
            else:
                await self.drain()
            finally:
                await self._attempts.cancel()

    async def drain(self) -> None:
        """Start no further delivery, and wait for those in flight. The next tick reports how they ended."""
        if self._is_draining:
            return
        self._is_draining = True
        if late := await self._attempts.wait(self._drain_seconds):
            log.warning(
                "the service ends before receivers have answered; it sends these again, with the same ids", deliveries=late
            )

    def tick(self, queue: DeliveryQueue, now: datetime) -> Iterator[Delivery | TargetState | None]:
        """Start to send the deliveries that are due. Yield the records of ended attempts, targets and dropped deliveries.

        A record is yielded at each tick until it is in the queue. So if the commit fails, nothing is sent again. Yields None
        after every PAUSE_DELIVERIES of a scan.
        """
        config = self._config()
        chance = self._chance()
        finished = self._attempts.finish(queue, config, chance, now)
        yield from finished.records
        states = yield from target_changes(queue, config, finished, chance)
        if self._is_draining or self._is_current(queue, config, finished, now):
            return
        self._gates.update(states, config, now)
        self._wishes.use(config)
        self._wishes.look_at(now, queue)
        changed = {(record.target, record.alert) for record in finished.records}
        for record in chain(self._withhold(queue, now), self._drop_unwanted(queue, config, now)):
            if record:
                changed.add((record.target, record.alert))
            yield record
        later = yield from self._due_later(queue, config, now)
        # What has changed is not in the queue yet. Once it is, another scan follows.
        held = yield from self._send_due(queue, config, now, later.keys() | self._unwanted_since.keys() | changed)
        yield from _store_again(queue, config, now, [*later, *held], changed)
        self._last_scan = Scan(queue, queue.changes, config, self._next_due(queue, config, now, later, held))

    def _is_current(self, queue: DeliveryQueue, config: Config, finished: Finished, now: datetime) -> bool:
        """Return whether the result of the last scan is still what another one would have."""
        is_idle = not finished.has_forgotten and not finished.outcomes
        return is_idle and self._last_scan is not None and self._last_scan.is_current(queue, config, now)

    def _next_due(
        self, queue: DeliveryQueue, config: Config, now: datetime, later: Mapping[Key, datetime], held: Sequence[Key]
    ) -> datetime | None:
        """Return the next time at which a delivery is due to be sent, stored again or dropped; None if there is none.

        A delivery that is already due but waits for a batch in flight is left out: the tick that sees the end of that batch
        scans the queue anyway.
        """
        times = [since + GRACE_PERIOD for since in self._unwanted_since.values()]
        times += later.values()
        times += self._gates.open_at(target for target, _ in held)
        if later or held:
            # Another clock may have stamped them. One that was stored in the future counts as stored now.
            times.append(min(now, *map(queue.stored.__getitem__, (*later, *held))) + store_again_after(config))
        return min(times, default=None)

    def _due_later(self, queue: DeliveryQueue, config: Config, now: datetime) -> Generator[None, None, dict[Key, datetime]]:
        """Return when each delivery that is not due yet is due, by this process's clock."""
        longest = longest_delay(config.delivery.retries)
        later: dict[Key, datetime] = {}
        first_seen: dict[tuple[str, str, int, int], datetime] = {}
        for number, (key, record) in enumerate(queue.pending.items(), 1):
            if number % PAUSE_DELIVERIES == 0:
                yield None
            due, seen = record.due if record.attempt else None, record.at
            if due and queue.targets:
                due = retry_due(queue.targets.get(record.target), record, due)
            if due is None or due <= now:
                if end := self._wishes.held_until(record):
                    later[key] = end
                continue
            # The clock that stamped the record may be ahead of ours.
            if seen > now or (self._first_seen and (*key, record.version, record.attempt) in self._first_seen):
                attempt = (*key, record.version, record.attempt)
                seen = first_seen[attempt] = self._first_seen.get(attempt, now)
            elif due - seen <= longest:
                # What due_time returns, four times as fast. Nearly all records are of this kind.
                later[key] = due
                continue
            if (due := due_time(replace(record, due=due), longest, seen)) > now:
                later[key] = due
            elif end := self._wishes.held_until(record):
                later[key] = end
        self._first_seen = first_seen
        return later

    def _withhold(self, queue: DeliveryQueue, now: datetime) -> Iterator[Delivery]:
        """Yield a record for each delivery that brings nothing its target asks for, since that has the version before."""
        for key in queue.carrying - self._attempts.by_key.keys():
            record = queue.pending[key]
            if record.body and record.wanted and queue.is_told(record.target, record.body, record.wanted):
                yield withhold(record, self._wishes.updates_of(record.body.watch, record.target), now)

    def _drop_unwanted(self, queue: DeliveryQueue, config: Config, now: datetime) -> Iterator[Delivery | None]:
        """Yield a record for each delivery that has been unwanted for GRACE_PERIOD. One that is being sent stays until then."""
        unwanted: dict[Key, str] = {}
        for found in find_unwanted(queue, config) if queue.pending else ():
            if found:
                unwanted[found[0]] = found[1]
            yield None
        self._unwanted_since = {key: self._unwanted_since.get(key, now) for key in unwanted}
        for key, reason in unwanted.items():
            if now - self._unwanted_since[key] >= GRACE_PERIOD and key not in self._attempts.by_key:
                record = queue.pending[key]
                log.warning("delivery dropped", target=record.target, alert=record.alert, version=record.version, reason=reason)
                yield drop(record, reason, now)

    def _send_due(
        self, queue: DeliveryQueue, config: Config, now: datetime, excluded: Collection[Key]
    ) -> Generator[None, None, list[Key]]:
        """Start to send the deliveries that are due, except those in *excluded*, as far as the gate of each target lets them.

        A message that is sent again waits until all of its deliveries can be sent: its id stands for all of them. Return the
        deliveries whose targets are waiting or disabled.
        """
        held: list[Key] = []
        counts = self._attempts.count_in_flight()
        due: dict[str, list[Delivery]] = {}
        incomplete: set[tuple[str, str]] = set()
        busy = self._attempts.stories_in_flight() if self._wishes.paced else set()
        for number, (key, record) in enumerate(queue.pending.items(), 1):
            if number % PAUSE_DELIVERIES == 0:
                yield None
            if key not in excluded and key not in self._attempts.by_key and not self._wishes.is_busy(record, busy):
                due.setdefault(record.target, []).append(record)
            elif record.message:
                incomplete.add((record.target, record.message))
        for target in config.targets:
            yield None
            if self._gates.is_closed(target.id, now):
                held += ((target.id, record.alert) for record in due.get(target.id, ()))
                continue
            ready = (record for record in due.get(target.id, ()) if (target.id, record.message) not in incomplete)
            for batch in self._gates.let_through(target.id, batches(ready, self._wishes.group_of), counts[target.id]):
                alerts = alert_batch(batch)
                task = asyncio.create_task(self._send(target, alerts, config))
                self._attempts.add(queue, batch, alerts.id, task, now)
        return held

    async def _send(self, target: Target, alerts: AlertBatch, config: Config) -> Result:
        """Send *alerts* as one batch through the channel of *target*. Raises RuntimeError outside of open()."""
        if self._session is None:
            raise RuntimeError("the dispatcher is not open")
        return await self._channels[target.kind].make(target, config, self._session).send(alerts)


def _store_again(
    queue: DeliveryQueue, config: Config, now: datetime, later: Iterable[Key], changed: Collection[Key]
) -> Iterator[Delivery]:
    """Yield the records of deliveries that wait for so long that their alerts would expire, up to MAX_STORED_AGAIN of them."""
    oldest = now - store_again_after(config)
    old = (key for key in later if queue.stored[key] <= oldest and key not in changed)
    for key in islice(old, MAX_STORED_AGAIN):
        yield replace(queue.pending[key], at=now)
