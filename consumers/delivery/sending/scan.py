"""The scan of one target's pending deliveries: what is unwanted, what is due later, what must be stored again. Pure."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from consumers.delivery.batches import due_time, longest_delay
from consumers.delivery.preferences.digest_hours import Settling
from consumers.delivery.preferences.preferences import Preferences
from consumers.delivery.queue.delivery_queue import PAUSE_DELIVERIES, DeliveryQueue
from consumers.delivery.queue.unwanted import unwanted_reason
from consumers.delivery.sending.attempts import store_again_after
from consumers.delivery.targets.states import probe_due, retry_due
from monitor.config import Config
from monitor.messages import Delivery

GRACE_PERIOD = timedelta(seconds=15)
"""How long a delivery that the config does not ask for is kept before it is dropped. Its watch or target may be new: an edit
of the config reaches all processes within this time, even with 100,000 watches, but not all of them at once."""


@dataclass
class TargetScan:
    """The last scan of the pending deliveries of a target; all its keys are ids of alerts.

    *changes* is the number of the last change in the queue that it has seen, and *next_due* when another scan is due although
    nothing has changed. *unwanted* has the deliveries that the config does not ask for, each with the reason and since when.
    *later* has when those are due that are not yet due, by this process's clock. *early* has those that may be sent before,
    to see whether their target works again, each with the end of its delay. *first_seen* is when it first saw attempts
    that another clock has stamped in the future, by alert, version and attempt. *settling* is that of the target's digest.
    """

    changes: int = -1
    next_due: datetime | None = None
    unwanted: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    later: dict[str, datetime] = field(default_factory=dict)
    early: dict[str, datetime] = field(default_factory=dict)
    first_seen: dict[tuple[str, int, int], datetime] = field(default_factory=dict)
    settling: Settling = field(default_factory=Settling)

    def is_current(self, changes: int, now: datetime) -> bool:
        """Return True if another scan would have the same result: nothing has changed, and nothing has become due."""
        return changes == self.changes and (self.next_due is None or now < self.next_due)

    def find_unwanted(
        self, records: Mapping[str, Delivery], target_id: str, preferences: Preferences, now: datetime
    ) -> Iterator[None]:
        """Find the deliveries among *records* that the config does not ask for. Yields None after every PAUSE_DELIVERIES."""
        target, watches, unwanted = preferences.targets.get(target_id), preferences.watches, {}
        for number, (alert_id, record) in enumerate(records.items(), 1):
            if number % PAUSE_DELIVERIES == 0:
                yield None
            if reason := unwanted_reason(record, target, watches, preferences.marks.get(alert_id)):
                since = self.unwanted[alert_id][1] if alert_id in self.unwanted else now
                unwanted[alert_id] = (reason, since)
        self.unwanted = unwanted

    def expired(self, now: datetime) -> Iterator[tuple[str, str]]:
        """Yield the deliveries that have been unwanted for GRACE_PERIOD, each with the reason."""
        yield from ((alert, reason) for alert, (reason, since) in self.unwanted.items() if now - since >= GRACE_PERIOD)

    def find_later(self, queue: DeliveryQueue, target_id: str, preferences: Preferences, now: datetime) -> Iterator[None]:
        """Find when each delivery is due that is not due yet. Yields None after every PAUSE_DELIVERIES of them."""
        longest, state = longest_delay(preferences.config.delivery.retries), queue.targets.get(target_id)
        later: dict[str, datetime] = {}
        digest: list[str] = []
        early: dict[str, datetime] = {}
        first_seen: dict[tuple[str, int, int], datetime] = {}
        for number, (alert_id, record) in enumerate(queue.by_target[target_id].items(), 1):
            if number % PAUSE_DELIVERIES == 0:
                yield None
            due, seen = record.due if record.attempt else None, record.at
            own = due
            if due and (due := probe_due(state, record, retry_due(state, record, due))) > now:
                attempt = (alert_id, record.version, record.attempt)
                # The clock that stamped the record may be ahead of ours.
                if seen > now or attempt in self.first_seen:
                    seen = first_seen[attempt] = self.first_seen.get(attempt, now)
                due = due_time(replace(record, due=due), longest, seen)
            if due and due > now:
                later[alert_id] = due
            elif end := preferences.held_until(record):
                later[alert_id] = end
            elif record.message is None and preferences.digest_of(record):
                digest.append(alert_id)
            elif own and own > now and probe_due(state, record, own) < own:
                early[alert_id] = due_time(record, longest, seen)
        if end := self.settling.until(digest, now):
            later.update(dict.fromkeys(digest, end))
        self.later, self.early, self.first_seen = later, early, first_seen

    def finish(
        self, queue: DeliveryQueue, target_id: str, held: Iterable[str], opens: datetime | None, config: Config, now: datetime
    ) -> None:
        """Note when the next scan is due. *held* are the deliveries that wait for the gate of the target, which *opens* then.

        A delivery that is already due but waits for a batch in flight is left out: the tick that sees the end of that batch
        scans the target anyway.
        """
        self.changes = queue.touched.get(target_id, 0)
        times = [since + GRACE_PERIOD for _, since in self.unwanted.values()]
        times += self.later.values()
        waiting = [*self.later, *held]
        if opens and len(waiting) > len(self.later):
            times.append(opens)
        if waiting:
            # Another clock may have stamped them. One that was stored in the future counts as stored now.
            oldest = min(queue.stored[target_id, alert_id] for alert_id in waiting)
            times.append(min(now, oldest) + store_again_after(config))
        self.next_due = min(times, default=None)


def to_store_again(
    queue: DeliveryQueue, target_id: str, waiting: Iterable[str], excluded: Container[str], config: Config, now: datetime
) -> Iterator[Delivery]:
    """Yield the records of deliveries that wait for so long that their alerts would expire."""
    oldest = now - store_again_after(config)
    for alert_id in waiting:
        if queue.stored[target_id, alert_id] <= oldest and alert_id not in excluded:
            yield replace(queue.pending[target_id, alert_id], at=now)
