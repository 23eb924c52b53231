"""The dispatcher: sends the deliveries that are due, and reports how each attempt ended and what it says of its target."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Generator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice

import aiohttp
import structlog

from consumers.delivery.batches import AlertBatch, alert_batch, batches, longest_delay, split_full
from consumers.delivery.channels import CHANNELS, ChannelKind
from consumers.delivery.preferences.preferences import Preferences
from consumers.delivery.queue.delivery_queue import PAUSE_DELIVERIES, DeliveryQueue, Result
from consumers.delivery.queue.unwanted import drop, leave_out, withhold
from consumers.delivery.sending.attempts import Attempts
from consumers.delivery.sending.scan import TargetScan, to_store_again
from consumers.delivery.sending.target_changes import target_changes
from consumers.delivery.targets.gates import Gates
from monitor.config import Config, Target
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.messages import Delivery, TargetState
from monitor.runtime.tracing.spans import alert_subject, remember, request_span

MAX_STORED_AGAIN = 100
"""The most deliveries that are stored again by one tick."""

log = structlog.get_logger()


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
        self._gates, self._preferences = Gates(), Preferences()
        self._scans: dict[str, TargetScan] = {}
        # What the last scans depended on, when the next one is due, and how many deliveries were stored again by this tick.
        self._queue: DeliveryQueue | None = None
        self._changes, self._stored_again = 0, 0
        self._next_due: datetime | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep an HTTP session open. On exit, drain, and cancel the deliveries that are still in flight."""
        networks = lru_cache(maxsize=1)(parse_networks)
        self._is_draining, self._queue = False, None
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

        A record is yielded at each tick until it is in the queue. So if the commit fails, nothing is sent again. Only targets
        that have changed, or of which something has become due, are scanned. Yields None after each, and after every
        PAUSE_DELIVERIES.
        """
        config, chance = self._config(), self._chance()
        finished = self._attempts.finish(queue, config, chance, now)
        yield from finished.records
        states = yield from target_changes(queue, config, finished, chance)
        is_same = queue is self._queue and config is self._preferences.config
        nothing_due = queue.changes == self._changes and (self._next_due is None or now < self._next_due)
        if self._is_draining or (is_same and nothing_due and not finished.targets):
            return
        self._preferences.use(config)
        self._preferences.update(now, queue)
        self._stored_again = 0
        changed: dict[str, set[str]] = {}
        for record in finished.records:
            changed.setdefault(record.target, set()).add(record.alert)
        counts, scans = self._attempts.count_in_flight(), {}
        for target_id in list(queue.by_target):
            scan = scans[target_id] = self._scans.get(target_id, TargetScan())
            if is_same and target_id not in finished.targets and scan.is_current(queue.touched[target_id], now):
                continue
            excluded = changed.get(target_id, set())
            yield from self._scan(queue, target_id, scan, states.get(target_id), excluded, counts[target_id], now)
            yield None
        self._scans, self._queue, self._changes = scans, queue, queue.changes
        self._next_due = min((scan.next_due for scan in scans.values() if scan.next_due), default=None)

    def _scan(
        self,
        queue: DeliveryQueue,
        target_id: str,
        scan: TargetScan,
        state: TargetState | None,
        changed: set[str],
        in_flight: int,
        now: datetime,
    ) -> Iterator[Delivery | None]:
        """Scan the pending deliveries of a target: drop, send and store again what is due. Those *changed* are left alone.

        What has changed is not in the queue yet. Once it is, another scan follows.
        """
        config, target = self._preferences.config, self._preferences.targets.get(target_id)
        yield from scan.find_unwanted(queue.by_target[target_id], target_id, self._preferences, now)
        for record in chain(self._withheld(queue, target_id, now), self._dropped(queue, target_id, scan, now)):
            changed.add(record.alert)
            yield record
        yield from scan.find_later(queue, target_id, self._preferences, now)
        held: list[str] = []
        if target:
            self._gates.update(target, state, longest_delay(config.delivery.retries), now)
            due = yield from self._due(queue, target_id, scan.later.keys() | scan.unwanted.keys() | changed)
            if self._gates.is_closed(target_id, now):
                held = [record.alert for record in due]
            else:
                yield from self._send_due(queue, target, due, scan.early, in_flight, now)
        again = to_store_again(queue, target_id, (*scan.later, *held), changed, config, now)
        for record in islice(again, MAX_STORED_AGAIN - self._stored_again):
            self._stored_again += 1
            yield record
        scan.finish(queue, target_id, held, self._gates.closed_until.get(target_id), config, now)

    def _withheld(self, queue: DeliveryQueue, target_id: str, now: datetime) -> Iterator[Delivery]:
        """Yield a record for each delivery that brings nothing its target asks for, since that has the version before."""
        for alert_id in sorted(queue.carrying.get(target_id, ())):
            record = queue.pending[target_id, alert_id]
            if (target_id, alert_id) in self._attempts.by_key:
                continue
            if record.body and record.wanted and queue.has_accepted(target_id, record.body, record.wanted):
                yield withhold(record, self._preferences.updates_of(record.body.watch, record.target), now)

    def _dropped(self, queue: DeliveryQueue, target_id: str, scan: TargetScan, now: datetime) -> Iterator[Delivery]:
        """Yield a record for each delivery that has been unwanted for long. One that is being sent stays until then."""
        for alert_id, reason in scan.expired(now):
            if (target_id, alert_id) not in self._attempts.by_key:
                record = queue.pending[target_id, alert_id]
                log.warning("delivery dropped", target=target_id, alert=alert_id, version=record.version, reason=reason)
                yield drop(record, reason, now)

    def _due(self, queue: DeliveryQueue, target_id: str, excluded: Collection[str]) -> Generator[None, None, list[Delivery]]:
        """Return the deliveries of a target that are due, without those in *excluded*.

        A message that is sent again waits until all of its deliveries can be sent: its id stands for all of them.
        """
        due: list[Delivery] = []
        incomplete: set[str] = set()
        busy = self._attempts.stories_in_flight() if self._preferences.paced else set()
        for number, (alert_id, record) in enumerate(queue.by_target[target_id].items(), 1):
            if number % PAUSE_DELIVERIES == 0:
                yield None
            is_free = alert_id not in excluded and (target_id, alert_id) not in self._attempts.by_key
            if is_free and not self._preferences.is_busy(record, busy):
                due.append(record)
            elif record.message:
                incomplete.add(record.message)
        return [record for record in due if record.message not in incomplete]

    def _send_due(
        self,
        queue: DeliveryQueue,
        target: Target,
        due: list[Delivery],
        early: Mapping[str, datetime],
        in_flight: int,
        now: datetime,
    ) -> Iterator[Delivery]:
        """Start to send the deliveries *due*, as far as the gate of the target lets them, which has *in_flight* others.

        Those that are *early*, before the given ends of their delays, are sent only if there are no others. Yield the records
        of those for which their message has no room.
        """
        if self._is_draining:  # since the scan began
            return
        due = [record for record in due if record.alert not in early] or due
        for due_batch in self._gates.let_through(target.id, batches(due, self._preferences.group_of), in_flight):
            batch, left_out = split_full(due_batch, self._attempts.count_unmentioned(queue, target.id))
            yield from (leave_out(record, now) for record in left_out)
            alerts = alert_batch(batch, self._preferences.again)
            task = asyncio.create_task(self._send(target, alerts, self._preferences.config))
            self._attempts.add(queue, batch, alerts.id, task, now, early)

    async def _send(self, target: Target, alerts: AlertBatch, config: Config) -> Result:
        """Send *alerts* as one batch through the channel of *target*. Raises RuntimeError outside of open()."""
        if self._session is None:
            raise RuntimeError("the dispatcher is not open")
        subjects = [alert_subject(alert.id) for alert in alerts]
        attributes: dict[str, str | int] = {"messaging.batch.message_count": len(alerts), "newsmonitor.target": target.id}
        with request_span(f"deliver {target.kind}", attributes, subjects) as span:
            result = await self._channels[target.kind].make(target, config, self._session).send(alerts)
            if result.error:
                span.fail(str(result.status or "failed"), result.error)
            remember(subjects, span)
        return result
