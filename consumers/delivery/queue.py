"""The delivery queue: the deliveries that are pending, each next record of one, and their batches. Pure.

The queue is the fold of delivery.v1.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.config import Config, Target
from monitor.messages import Alert, Delivery

SEVERITIES = ("low", "normal", "high", "critical")
FINAL_STATES = frozenset({"sent", "failed", "superseded", "dropped"})
DIGEST_ABOVE = 20
"""With more alerts than this due for a target at once, they are sent in digests."""
MAX_DIGEST = 50
"""Most alerts in one digest, which then has about 250 KB."""
MAX_ERROR = 1024
"""Longest error in delivery.v1, in code points."""
Key = tuple[str, str]
"""Ids of a target and an alert."""
Batch = tuple[Delivery, ...]
"""Deliveries that are sent in one message: one, or the several of a digest."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt to send a batch.

    *error* is None if the receiver accepted the batch, otherwise what went wrong, without secrets. *status* is the
    receiver's HTTP status, if there was one. *permanent* means that no attempt can succeed, so that none is made again.
    *retry_after* is how many seconds the receiver asks to wait.
    """

    status: int | None = None
    error: str | None = None
    permanent: bool = False
    retry_after: float | None = None


@dataclass
class DeliveryQueue:
    """Deliveries that are pending, by target and alert, oldest first; the body of each is its alert.

    *counts* is the number of pending deliveries of each target. *changes* is the number of records applied so far.
    """

    pending: dict[Key, Delivery] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    changes: int = field(default=0, compare=False)

    def apply(self, record: Delivery) -> None:
        """Fold *record* into the queue."""
        self.changes += 1
        key = (record.target, record.alert)
        current = self.pending.get(key)
        if current and current.version > record.version:
            return
        if record.state in FINAL_STATES:
            if current and current.version == record.version:
                del self.pending[key]
                self.counts[record.target] -= 1
        elif record.body or (current and current.version == record.version):
            self.pending[key] = replace(record, body=record.body or (current.body if current else None))
            self.counts[record.target] += current is None


def enqueue(
    queue: DeliveryQueue,
    alert: Alert,
    targets: Mapping[str, Target],
    limit: int = 1000,
    not_before: datetime | None = None,
) -> Iterator[Delivery]:
    """Yield the records that queue *alert* for each of its targets, due at *not_before* if that is given.

    An earlier version that is still pending is superseded. If *limit* alerts are already pending for a target, the oldest of
    the least severe is dropped. A target that is not in *targets* may be new: the service that raised the alert may have
    loaded an edit of the config earlier than this one.
    """
    for target_id in dict.fromkeys(alert.to):
        if (target := targets.get(target_id)) and _is_below_threshold(alert, target):
            continue
        due = max(alert.updated, not_before or alert.updated)
        queued = Delivery(alert.id, alert.version, target_id, "queued", 0, alert.updated, due, None, None, alert)
        earlier = queue.pending.get((target_id, alert.id))
        if earlier and earlier.version < alert.version:
            yield replace(earlier, state="superseded", at=alert.updated, due=None, body=None)
        elif earlier is None and queue.counts[target_id] >= limit:
            pending = [record for record in queue.pending.values() if record.target == target_id]
            least = min((*pending, queued), key=severity)
            error = f"{limit} alerts are already pending for {target_id!r} (delivery.queue), and none is less severe"
            yield drop(least, error, alert.updated)
            if least is queued:
                continue
        yield queued


def severity(record: Delivery) -> int:
    """Return how severe the alert is, from 0 for the least severe."""
    return SEVERITIES.index(record.body.severity) if record.body else 0


def find_unwanted(queue: DeliveryQueue, config: Config) -> dict[Key, str]:
    """Return the pending deliveries that *config* no longer asks for, each with the reason."""
    if not queue.pending:
        return {}
    targets, watches = {target.id: target for target in config.targets}, {watch.id for watch in config.watches}
    unwanted = {}
    for key, record in queue.pending.items():
        target = targets.get(record.target)
        if target is None:
            unwanted[key] = "the target is no longer in the config"
        elif record.body and record.body.watch not in watches:
            unwanted[key] = "the watch is no longer in the config"
        elif record.body and _is_below_threshold(record.body, target):
            unwanted[key] = "the alert is less severe than the target asks for"
    return unwanted


def drop(record: Delivery, reason: str, now: datetime) -> Delivery:
    """Return the record that ends a delivery as dropped."""
    return replace(record, state="dropped", at=now, due=None, error=reason, body=None)


def after_attempt(record: Delivery, result: Result, retries: tuple[float, ...], chance: float, now: datetime) -> Delivery:
    """Return the next record of a delivery after an attempt: sent, retrying, or failed.

    *retries* are the delays in seconds before each further attempt. *chance*, from 0 to 1, lengthens the delay by up to a
    tenth. A receiver may ask for more time, up to the longest of the delays.
    """
    attempt = record.attempt + 1
    error = result.error if result.error is None else result.error[:MAX_ERROR]
    ended = replace(record, attempt=attempt, at=now, due=None, status=result.status, error=error, body=None)
    if error is None:
        return replace(ended, state="sent")
    if result.permanent or attempt > len(retries):
        return replace(ended, state="failed")
    seconds = max(retries[attempt - 1] * (1 + chance / 10), min(result.retry_after or 0.0, max(retries)))
    return replace(ended, state="retrying", due=now + timedelta(seconds=seconds))


def batches(due: Iterable[Delivery]) -> list[Batch]:
    """Return the messages for *due*, all of one target: the most severe first, then the oldest.

    Deliveries that were held back until the same moment share a digest, as do all if more than DIGEST_ABOVE are due.
    """
    ordered = sorted(due, key=lambda record: -severity(record))
    digest_all = len(ordered) > DIGEST_ABOVE
    groups: dict[object, list[Delivery]] = {}
    for record in ordered:
        held_until = record.due if record.due and record.due > record.at else None
        groups.setdefault("all" if digest_all else held_until or record.alert, []).append(record)
    return [tuple(group[start : start + MAX_DIGEST]) for group in groups.values() for start in range(0, len(group), MAX_DIGEST)]


def _is_below_threshold(alert: Alert, target: Target) -> bool:
    return SEVERITIES.index(alert.severity) < SEVERITIES.index(target.severity)
