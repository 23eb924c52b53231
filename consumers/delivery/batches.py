"""The batches that are due: which deliveries share a message, the id of the message, and when it is due. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal, NamedTuple, overload

from consumers.delivery.queue.bursts import MAX_DIGEST
from consumers.delivery.queue.delivery_queue import LONGEST_SECONDS, severity_rank
from monitor.format import pluralize
from monitor.messages import Alert, Delivery

DIGEST_ABOVE = 20
"""If more alerts than this are due for a target at once, they are sent in digests."""
LEFT_OUT_HINT = "newsmonitor deliveries list --state left-out"
"""The command that lists the alerts that are only counted in a digest."""
Batch = tuple[Delivery, ...]
"""Deliveries that are sent together: a single one, or several in a digest."""


class Group(NamedTuple):
    """What the deliveries of a message have in common: the *kind* of it, and which one of this kind.

    A digest or a burst is one message, which leaves out what is beyond MAX_DIGEST. Other groups then have several messages.
    """

    kind: Literal["story", "quiet", "digest", "burst", "many", "sent"]
    key: object


@dataclass(frozen=True, slots=True)
class AlertBatch(Sequence[Alert]):
    """The alerts of one message, and the id of the message, which is the same for each attempt.

    *left_out* is the number of alerts for the same target that are only counted in it, since it is full. If all are
    of a burst, *burst* is its minute. It is a sequence, because channels send a sequence of alerts; those of other packages
    need not know of the rest.
    """

    id: str
    alerts: tuple[Alert, ...]
    left_out: int = 0
    burst: datetime | None = None

    @overload
    def __getitem__(self, index: int) -> Alert: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Alert]: ...
    def __getitem__(self, index: int | slice) -> Alert | Sequence[Alert]:
        return self.alerts[index]

    def __len__(self) -> int:
        return len(self.alerts)


def alert_batch(batch: Batch, again: Callable[[Delivery], str | None] = lambda _: None) -> AlertBatch:
    """Return the alerts of *batch*, under the id of the message in which they were sent before, if there is one.

    *again* returns the mark in spite of which an alert is told again.
    """
    alerts = tuple(replace(record.body, again=again(record)) for record in batch if record.body)
    # Any of the deliveries may have the number: after a restart they may be in another order.
    left_out = sum(record.left_out or 0 for record in batch)
    return AlertBatch(batch[0].message or message_id(alerts), alerts, left_out, _burst_of(batch))


def _burst_of(batch: Batch) -> datetime | None:
    minutes = {record.burst for record in batch}
    return minutes.pop() if len(minutes) == 1 else None


def left_out_count(batch: Sequence[Alert]) -> int:
    """Return how many alerts are only counted in *batch*."""
    return batch.left_out if isinstance(batch, AlertBatch) else 0


def describe_left_out(batch: Sequence[Alert]) -> str:
    """Return how many alerts are only counted in *batch*, and where they are; "" if there are none."""
    count = left_out_count(batch)
    return f"{pluralize(count, 'more alert')}: {LEFT_OUT_HINT}" if count else ""


def alert_key(alert: Alert) -> str:
    """Return what tells this version of *alert* from all others. It is the id of a message with this alert alone."""
    return f"{alert.id}:{alert.version}"


def message_id(alerts: Sequence[Alert]) -> str:
    """Return the id of a message that is sent for the first time. It is the same for the same alerts."""
    if isinstance(alerts, AlertBatch):
        return alerts.id
    names = [alert_key(alert) for alert in alerts]
    return names[0] if len(names) == 1 else f"digest:{blake2b(' '.join(names).encode(), digest_size=16).hexdigest()}"


def split_full(batch: Batch, unmentioned: int) -> tuple[Batch, Batch]:
    """Return the deliveries of *batch* for which its message has room, and the others.

    The first one says how many alerts are left out: the others, and *unmentioned*, which none has counted before. The message
    of a single story does not count those, and one that is sent again says what it said.
    """
    if batch[0].message:
        return batch, ()
    sent, others = batch[:MAX_DIGEST], batch[MAX_DIGEST:]
    is_one_story = len({record.body.story for record in batch if record.body}) == 1
    count = len(others) + (0 if is_one_story else unmentioned)
    return (replace(sent[0], left_out=count or None), *sent[1:]), others


def _alone(record: Delivery) -> Group:
    return Group("story", record.alert)


def batches(due: Iterable[Delivery], group_of: Callable[[Delivery], Group] = _alone) -> list[Batch]:
    """Return the deliveries *due*, which are all for one target, in batches: the most severe first, then the oldest.

    A batch that was sent before is sent again as it was, so that the receiver sees each alert under one id. Of the others,
    those of the same *group_of* share a message. If more than DIGEST_ABOVE are due that are not in a digest or a burst, they
    are in messages of MAX_DIGEST. A digest or a burst has all of its deliveries, also those for which it has no room.
    """
    groups: dict[Group, list[Delivery]] = {}
    for record in sorted(due, key=_order):
        group = Group("sent", record.message) if record.message else group_of(record)
        groups.setdefault(group, []).append(record)
    if sum(len(records) for group, records in groups.items() if group.kind in {"story", "quiet"}) > DIGEST_ABOVE:
        groups = _merged(groups)
    return [
        tuple(records[start : start + size])
        for group, records in groups.items()
        for size in (len(records) if group.kind in {"digest", "burst"} else MAX_DIGEST,)
        for start in range(0, len(records), size)
    ]


def _order(record: Delivery) -> tuple[int, bool]:
    """Return the key by which deliveries are sorted: the most severe first, and of these the bursts of watches."""
    return -severity_rank(record), record.body is None or record.body.change != "burst"


def _merged(groups: dict[Group, list[Delivery]]) -> dict[Group, list[Delivery]]:
    """Return *groups* with those of stories and of quiet hours in one, the most severe first."""
    merged: dict[Group, list[Delivery]] = {}
    for group, records in groups.items():
        merged.setdefault(Group("many", None) if group.kind in {"story", "quiet"} else group, []).extend(records)
    for records in merged.values():
        records.sort(key=_order)
    return merged


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
