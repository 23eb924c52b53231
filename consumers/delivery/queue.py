"""The delivery queue: the pending deliveries, the records that change it, and the batches that are due. Pure.

The queue is the fold of delivery.v1.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.config import Config, Target
from monitor.messages import Alert, Delivery
from monitor.messages.deliveries import FINAL_STATES

SEVERITIES = ("low", "normal", "high", "critical")
DIGEST_ABOVE = 20
"""If more alerts than this are due for a target at once, they are sent in digests."""
MAX_DIGEST = 50
"""The most alerts in one digest, which then has about 250 KB."""
MAX_ERROR = 1024
"""The longest error in delivery.v1, in code points."""
Key = tuple[str, str]
"""Ids of a target and an alert."""
Batch = tuple[Delivery, ...]
"""Deliveries that are sent together: a single one, or several in a digest."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt to send a batch.

    *error* is None if the receiver accepted the batch, otherwise a description of the failure without secrets. *status* is
    the receiver's HTTP status, if there was one. If *permanent*, no further attempt can succeed, so none is made.
    *retry_after* is the number of seconds that the receiver asks to wait.
    """

    status: int | None = None
    error: str | None = None
    permanent: bool = False
    retry_after: float | None = None


@dataclass
class DeliveryQueue:
    """The pending deliveries by target and alert, oldest first; the body of each is its alert.

    *counts* is the number of pending deliveries by target id. *changes* is the number of records applied so far.
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
    """Yield the records that queue *alert* for each of its targets, due no earlier than *not_before*.

    An earlier version that is still pending is superseded. If *limit* alerts are already pending for a target, the oldest of
    the least severe is dropped. An alert for a target that is not in *targets* is queued too: the target may be new, and the
    alerts service may have loaded that edit of the config first.
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
    """Return the rank of the alert's severity: 0 for the least severe, or if the record has no alert."""
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

    *retries* are the delays in seconds before the second and each later attempt. *chance*, from 0 to 1, lengthens the delay
    by up to a tenth. The receiver may ask for a longer delay, up to the longest of *retries*.
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
    """Return the deliveries *due*, which are all for one target, in batches: the most severe first, then the oldest.

    Deliveries that were deferred to the same time share a digest. If more than DIGEST_ABOVE are due, all are in digests.
    """
    ordered = sorted(due, key=lambda record: -severity(record))
    digest_all = len(ordered) > DIGEST_ABOVE
    groups: dict[object, list[Delivery]] = {}
    for record in ordered:
        deferred_to = record.due if record.due and record.due > record.at else None
        groups.setdefault("all" if digest_all else deferred_to or record.alert, []).append(record)
    return [tuple(group[start : start + MAX_DIGEST]) for group in groups.values() for start in range(0, len(group), MAX_DIGEST)]


def _is_below_threshold(alert: Alert, target: Target) -> bool:
    return SEVERITIES.index(alert.severity) < SEVERITIES.index(target.severity)
