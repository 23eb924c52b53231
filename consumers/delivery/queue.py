"""What is on its way to whom: the fold of delivery.v1, and each next record. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.config import Config, Target
from monitor.messages import Alert, Delivery

SEVERITIES = ("low", "normal", "high", "critical")
ENDED = frozenset({"sent", "failed", "superseded", "dropped"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt went: HTTP's *status*, if any; *error*, None where it was taken; *gone*: never try again."""

    status: int | None = None
    error: str | None = None
    gone: bool = False
    retry_after: float | None = None


@dataclass
class DeliveryQueue:
    """What has not ended yet, by target and alert, oldest first; each with its alert as body."""

    waiting: dict[tuple[str, str], Delivery] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    """How many wait for each target."""
    changes: int = field(default=0, compare=False)
    """How many records were taken in."""

    def apply(self, record: Delivery) -> None:
        """Take one record in."""
        self.changes += 1
        key = (record.target, record.alert)
        known = self.waiting.get(key)
        if known and known.version > record.version:
            return
        if record.state in ENDED:
            if known and known.version == record.version:
                del self.waiting[key]
                self.counts[record.target] -= 1
        elif record.body or (known and known.version == record.version):
            self.waiting[key] = replace(record, body=record.body or (known.body if known else None))
            self.counts[record.target] += known is None


def queue(
    state: DeliveryQueue, alert: Alert, targets: Mapping[str, Target], most: int = 1000, until: datetime | None = None
) -> Iterator[Delivery]:
    """The records that put *alert* on its way, not before *until*; what waits there of its earlier versions is superseded.

    Where *most* alerts wait for a target already, the oldest of the least severe is dropped.
    A target that is not among *targets* may be new: whoever raised the alert may have taken an edit over earlier than we.
    """
    for name in dict.fromkeys(alert.to):
        if (target := targets.get(name)) and _below(alert, target):
            continue
        due = max(alert.updated, until or alert.updated)
        queued = Delivery(alert.id, alert.version, name, "queued", 0, alert.updated, due, None, None, alert)
        if (known := state.waiting.get((name, alert.id))) and known.version < alert.version:
            yield replace(known, state="superseded", at=alert.updated, due=None, body=None)
        elif known is None and state.counts[name] >= most:
            there = [record for record in state.waiting.values() if record.target == name]
            weakest = min((*there, queued), key=severity)
            said = f"{most} alerts wait for {name!r} already (delivery.queue), none less severe"
            yield replace(weakest, state="dropped", at=alert.updated, due=None, error=said, body=None)
            if weakest is queued:
                continue
        yield queued


def severity(record: Delivery) -> int:
    """How severe the alert is, 0 the least."""
    return SEVERITIES.index(record.body.severity) if record.body else 0


def unwanted(state: DeliveryQueue, config: Config) -> dict[tuple[str, str], str]:
    """What waits though *config* does not want it, and why: its target or its watch is not there, or it matters too little."""
    if not state.waiting:
        return {}
    targets, watches = {target.id: target for target in config.targets}, {watch.id for watch in config.watches}
    found = {}
    for key, record in state.waiting.items():
        target = targets.get(record.target)
        if target is None:
            found[key] = "its target is gone from the config"
        elif record.body and record.body.watch not in watches:
            found[key] = "its watch is gone from the config"
        elif record.body and _below(record.body, target):
            found[key] = "its target is told of graver ones alone"
    return found


def dropped(record: Delivery, why: str, now: datetime) -> Delivery:
    """The record that ends *record*, which nobody wants any more."""
    return replace(record, state="dropped", at=now, due=None, error=why, body=None)


def _below(alert: Alert, target: Target) -> bool:
    return SEVERITIES.index(alert.severity) < SEVERITIES.index(target.severity)


def after(record: Delivery, attempt: Attempt, retries: tuple[float, ...], chance: float, now: datetime) -> Delivery:
    """*record* after an attempt: sent, retrying later (up to a tenth more than *retries* says, by *chance*), or failed."""
    count = record.attempt + 1
    told = replace(record, attempt=count, at=now, due=None, status=attempt.status, error=attempt.error, body=None)
    if attempt.error is None:
        return replace(told, state="sent")
    if attempt.gone or count > len(retries):
        return replace(told, state="failed")
    seconds = max(retries[count - 1] * (1 + chance / 10), min(attempt.retry_after or 0.0, max(retries)))
    return replace(told, state="retrying", due=now + timedelta(seconds=seconds))
