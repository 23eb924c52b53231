"""The batches that are due: which deliveries share a message, the id of the message, and when it is due. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import overload

from consumers.delivery.queue import LONGEST_SECONDS, severity
from monitor.messages import Alert, Delivery

DIGEST_ABOVE = 20
"""If more alerts than this are due for a target at once, they are sent in digests."""
MAX_DIGEST = 50
"""The most alerts in one digest, which then has about 250 KB."""
Batch = tuple[Delivery, ...]
"""Deliveries that are sent together: a single one, or several in a digest."""


@dataclass(frozen=True, slots=True)
class AlertBatch(Sequence[Alert]):
    """The alerts of one message, and the id of the message, which is the same for each attempt.

    It is a sequence, because channels send a sequence of alerts; those of other packages need not know of the id.
    """

    id: str
    alerts: tuple[Alert, ...]

    @overload
    def __getitem__(self, index: int) -> Alert: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Alert]: ...
    def __getitem__(self, index: int | slice) -> Alert | Sequence[Alert]:
        return self.alerts[index]

    def __len__(self) -> int:
        return len(self.alerts)


def alert_batch(batch: Batch) -> AlertBatch:
    """Return the alerts of *batch*, under the id of the message in which they were sent before, if there is one."""
    alerts = tuple(record.body for record in batch if record.body)
    return AlertBatch(batch[0].message or message_id(alerts), alerts)


def alert_key(alert: Alert) -> str:
    """Return what tells this version of *alert* from all others. It is the id of a message with this alert alone."""
    return f"{alert.id}:{alert.version}"


def message_id(alerts: Sequence[Alert]) -> str:
    """Return the id of a message that is sent for the first time. It is the same for the same alerts."""
    if isinstance(alerts, AlertBatch):
        return alerts.id
    names = [alert_key(alert) for alert in alerts]
    return names[0] if len(names) == 1 else f"digest:{blake2b(' '.join(names).encode(), digest_size=16).hexdigest()}"


def batches(due: Iterable[Delivery], group_of: Callable[[Delivery], object] = lambda record: record.alert) -> list[Batch]:
    """Return the deliveries *due*, which are all for one target, in batches: the most severe first, then the oldest.

    A batch that was sent before is sent again as it was, so that the receiver sees each alert under one id. Of the others,
    those of the same *group_of* share a digest, and if more than DIGEST_ABOVE are due, all are in digests.
    """
    ordered = sorted(due, key=lambda record: -severity(record))
    digest_all = sum(record.message is None for record in ordered) > DIGEST_ABOVE
    groups: dict[object, list[Delivery]] = {}
    for record in ordered:
        group = ("sent", record.message) if record.message else "all" if digest_all else group_of(record)
        groups.setdefault(group, []).append(record)
    return [tuple(group[start : start + MAX_DIGEST]) for group in groups.values() for start in range(0, len(group), MAX_DIGEST)]


def longest_delay(retries: Sequence[float]) -> timedelta:
    """Return the longest delay between two attempts."""
    return timedelta(seconds=min(1.1 * max(retries, default=0.0), LONGEST_SECONDS))


def due_time(record: Delivery, longest_retry: timedelta, first_seen: datetime) -> datetime:
    """Return when *record*, a pending delivery, is due by the clock of this process: at once, unless it has failed before.

    *first_seen* is when this process first saw the record, or when it was stamped, if that is earlier. Another machine's
    clock may have stamped it, so only the delay counts from there, up to the longest that retries ask for.
    """
    if record.due is None or record.attempt == 0:
        return first_seen
    return min(record.due, first_seen + min(max(record.due - record.at, timedelta()), longest_retry))
