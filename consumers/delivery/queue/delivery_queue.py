"""The delivery queue: the pending deliveries, and the records that change it. Pure.

The queue is the fold of delivery.v1, target.v1 and mark.v1.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from consumers.delivery.queue.bursts import Arrivals, count_arrival, minute_of
from monitor.marks import later_mark
from monitor.messages import SEVERITIES, Alert, Delivery, Mark, TargetState
from monitor.messages.deliveries import FINAL_STATES

MAX_ERROR = 1024
"""The longest error in delivery.v1, in code points."""
LONGEST_SECONDS = 365 * 86400.0
"""The most seconds between two attempts, whatever `delivery.retries` says."""
PAUSE_DELIVERIES = 1000
"""Pending deliveries of a scan after which other tasks may run."""
Key = tuple[str, str]
"""The ids of a target and an alert."""
MAX_ENDED = 20_000
"""The number of ended deliveries that are remembered, to recognise an alert that comes again or too late."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt to send a batch.

    *error* is None if the receiver accepted the batch, or else what failed, without secrets. *status* is that of HTTP or SMTP.
    If *permanent*, no further attempt can succeed. If *gone*, the receiver wants no more messages: its target is disabled.
    *retry_after* is how many seconds it asks to wait. If *partial*, *error* is about some recipients; others have the batch.
    """

    status: int | None = None
    error: str | None = None
    permanent: bool = False
    retry_after: float | None = None
    gone: bool = False
    partial: bool = False

    @property
    def accepted(self) -> bool:
        """True if all recipients have the batch that can get it."""
        return self.error is None or (self.partial and self.permanent)


@dataclass(frozen=True, slots=True)
class Ended:
    """The newest version of an alert whose delivery to a target has ended, and when this version was made."""

    version: int
    updated: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The newest version of an alert that a target has accepted, when, and when the alert was raised, if that is known."""

    version: int
    at: datetime
    raised: datetime | None


@dataclass
class DeliveryQueue:
    """The pending deliveries by target and alert, oldest first; the body of each is its alert.

    *by_target* has them by target id and then by alert id, and *counts* their number by target id. *touched* has the number of
    the change that concerned a target last. *ended* has the last *max_ended* deliveries that ended. *stored* is when the body
    of each pending delivery was published last. *left_out* is how many alerts were left out by target since a message has said
    so, and *arrivals* how many have come in the last minutes. *accepted* has what the targets have accepted of as many alerts,
    and *accepted_stories* when a target has last accepted anything of a story. *carrying* has, by target, the alerts whose
    pending deliveries took the place of a version that the target asks for (Delivery.wanted). *targets* has the newest record
    of each target in target.v1, and *marks* that of each alert in mark.v1. *changes* counts the records applied.
    """

    pending: dict[Key, Delivery] = field(default_factory=dict)
    by_target: dict[str, dict[str, Delivery]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    touched: dict[str, int] = field(default_factory=dict, compare=False)
    ended: OrderedDict[Key, Ended] = field(default_factory=OrderedDict)
    stored: dict[Key, datetime] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    arrivals: dict[str, Arrivals] = field(default_factory=dict)
    accepted: OrderedDict[Key, Accepted] = field(default_factory=OrderedDict)
    accepted_stories: OrderedDict[tuple[str, str], datetime] = field(default_factory=OrderedDict)
    carrying: dict[str, set[str]] = field(default_factory=dict)
    targets: dict[str, TargetState] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    changes: int = field(default=0, compare=False)
    max_ended: int = MAX_ENDED

    def apply(self, record: Delivery | TargetState | Mark) -> None:
        """Fold *record* into the queue. One that comes again, or after a later one of the same key, changes nothing."""
        match record:
            case TargetState():
                known = self.targets.get(record.id)
                if known is None or (known.version <= record.version and known != record):
                    self.targets[record.id] = record
                    self._touch(record.id)
            case Mark():
                self._mark(record)
            case Delivery():
                self._step(record)

    def _mark(self, mark: Mark) -> None:
        """Remember *mark* unless a newer one of its alert is known."""
        known = self.marks.get(mark.id)
        if known != mark and later_mark(known, mark) is mark:
            self.marks[mark.id] = mark
            for target_id in [each for each, of_target in self.by_target.items() if mark.id in of_target]:
                self._touch(target_id)

    def _step(self, record: Delivery) -> None:
        self._touch(record.target)
        key = (record.target, record.alert)
        current = self.pending.get(key)
        if record.left_out:
            self._count_left_out(key, record)
        if record.state == "sent":
            self._accept(key, record, record.body or (current.body if current else None))
        if key not in self.pending and (minute := _arrived(record)) and not self.has_ended(key, record):
            self.arrivals[record.target] = count_arrival(self.arrivals.get(record.target), minute)
        if current and (current.version, current.attempt) > (record.version, record.attempt):
            return
        if record.state in FINAL_STATES:
            self._end(key, record, current if current and current.version == record.version else None)
        elif (record.body or (current and current.version == record.version)) and not self.has_ended(key, record):
            pending = record if record.body or current is None else replace(record, body=current.body)
            self.pending[key] = self.by_target.setdefault(record.target, {})[record.alert] = pending
            self.counts[record.target] += current is None
            if record.wanted is not None:
                self.carrying.setdefault(record.target, set()).add(record.alert)
            else:
                self._end_carrying(record)
            if record.body:
                self.stored[key] = record.at

    def _end_carrying(self, record: Delivery) -> None:
        """Note that the pending delivery of the alert in *record* brings what its target asks for, or has ended."""
        if alerts := self.carrying.get(record.target):
            alerts.discard(record.alert)
            if not alerts:
                del self.carrying[record.target]

    def _count_left_out(self, key: Key, record: Delivery) -> None:
        """Count the alert that *record* leaves out, or those of which its message, which was sent, has counted."""
        if record.state in {"dropped", "withheld"} and not self.has_ended(key, record):
            self.left_out[record.target] += 1
        # A newer version may have taken the place of the one that was sent.
        if record.state == "sent" and (key not in self.accepted or self.accepted[key].at < record.at):
            self.left_out[record.target] = max(self.left_out[record.target] - (record.left_out or 0), 0)

    def _touch(self, target_id: str) -> None:
        """Count a change that concerns the target."""
        self.changes += 1
        self.touched[target_id] = self.changes

    def has_ended(self, key: Key, record: Delivery) -> bool:
        """Return True if the delivery of the alert in *record*, or of a later version of it, has ended."""
        ended = self.ended.get(key)
        return ended is not None and record.version <= ended.version and _made_by(record, ended.updated)

    def has_accepted(self, target_id: str, alert: Alert, version: int = 1) -> bool:
        """Return True if the target has accepted this *version* of the alert, or a later one, since the alert was raised."""
        accepted = self.accepted.get((target_id, alert.id))
        return accepted is not None and accepted.version >= version and (accepted.raised or alert.raised) >= alert.raised

    def is_outdated(self, target_id: str, alert: Alert) -> bool:
        """Return True if *alert*, or a later version of it, is pending for the target or was sent to it.

        An alert that was made later than the one known is another one, whatever its version.
        """
        key = (target_id, alert.id)
        ended, pending = self.ended.get(key), self.pending.get(key)
        if pending and pending.body and alert.version <= pending.version and alert.updated <= pending.body.updated:
            return True
        return ended is not None and alert.version <= ended.version and alert.updated <= ended.updated

    def _accept(self, key: Key, record: Delivery, body: Alert | None) -> None:
        """Remember that the target has accepted *record*, a version of the alert *body*."""
        known, raised = self.accepted.pop(key, None), body.raised if body else None
        if known and known.at <= record.at:
            # A record that comes again has no alert any more.
            known = Accepted(record.version, record.at, raised or (known.raised if known.version == record.version else None))
        self.accepted[key] = known or Accepted(record.version, record.at, raised)
        if body:
            story = (key[0], body.story)
            self.accepted_stories[story] = max(record.at, self.accepted_stories.pop(story, record.at))
        for remembered in (self.accepted, self.accepted_stories):
            if len(remembered) > self.max_ended:
                remembered.popitem(last=False)

    def _end(self, key: Key, record: Delivery, current: Delivery | None) -> None:
        """End the pending delivery *current*, if there is one, and remember the end."""
        if current:
            del self.pending[key]
            del self.stored[key]
            of_target = self.by_target[record.target]
            del of_target[record.alert]
            if not of_target:
                del self.by_target[record.target]
            self._end_carrying(record)
            self.counts[record.target] -= 1
        updated = current.body.updated if current and current.body else record.at
        earlier = self.ended.pop(key, Ended(0, updated))
        if record.version >= earlier.version:
            self.ended[key] = Ended(record.version, max(updated, earlier.updated))
        else:  # if it was pending, it is an alert that was raised anew
            self.ended[key] = Ended(record.version, updated) if current else earlier
        if len(self.ended) > self.max_ended:
            self.ended.popitem(last=False)


def _made_by(record: Delivery, moment: datetime) -> bool:
    """Return True unless the alert in *record* was made after *moment*."""
    return record.body is None or record.body.updated <= moment


def _arrived(record: Delivery) -> datetime | None:
    """Return the minute in which the alert in *record* was made if that counts towards a burst; None if it does not."""
    if record.state == "withheld" or record.body is None or record.body.severity == "critical":
        return record.burst if record.state == "withheld" else None
    return minute_of(record.body) if record.state == "queued" else None


def severity_rank(record: Delivery) -> int:
    """Return the rank of the alert's severity: 0 for the least severe, or if the record has no alert."""
    return SEVERITIES.index(record.body.severity) if record.body else 0


def after_attempt(record: Delivery, result: Result, retries: tuple[float, ...], chance: float, now: datetime) -> Delivery:
    """Return the next record of a delivery after an attempt: sent, retrying, or failed.

    *retries* are the delays in seconds before the second and each later attempt. *chance*, from 0 to 1, lengthens the delay
    by up to a tenth. The receiver may ask for a longer delay, up to the longest of *retries*. If it is gone, the delivery is
    due at once, and waits until its target is enabled.
    """
    attempt = record.attempt + 1
    error = result.error if result.error is None else result.error[:MAX_ERROR]
    ended = replace(record, attempt=attempt, at=now, due=None, status=result.status, error=error, body=None, message=None)
    if result.accepted:
        return replace(ended, state="sent", wanted=None, since=None, brings_back=None)
    if result.gone:
        return replace(ended, state="retrying", due=now, message=record.message)
    if result.permanent or attempt > len(retries):
        return replace(ended, state="failed", wanted=None, since=None, brings_back=None)
    seconds = max(retries[attempt - 1] * (1 + chance / 10), min(result.retry_after or 0.0, max(retries)))
    return replace(ended, state="retrying", due=now + timedelta(seconds=min(seconds, LONGEST_SECONDS)), message=record.message)
