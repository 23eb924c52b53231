"""What is on its way to whom: the fold of delivery.v1, and each next record. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from consumers.delivery.agenda import Agenda
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
class Pending:
    """What has not ended yet, by target and alert, each with its alert as body; the *agenda* tells what comes next of it."""

    waiting: dict[tuple[str, str], Delivery] = field(default_factory=dict)
    agenda: Agenda = field(default_factory=Agenda, compare=False, repr=False)

    def apply(self, record: Delivery) -> None:
        """Take one record in."""
        key = (record.target, record.alert)
        known = self.waiting.get(key)
        if known and known.version > record.version:
            return
        if record.state in ENDED:
            if known and known.version == record.version:
                del self.waiting[key]
        elif record.body or (known and known.version == record.version):
            self.waiting[key] = replace(record, body=record.body or (known.body if known else None))
            self.agenda.add(self.waiting[key])


def queue(state: Pending, alert: Alert, targets: Mapping[str, Target]) -> Iterator[Delivery]:
    """The records that put *alert* on its way; what waits there of its earlier versions is superseded."""
    for name in dict.fromkeys(alert.to):
        target = targets.get(name)
        if target is None or SEVERITIES.index(alert.severity) < SEVERITIES.index(target.severity):
            continue
        if (known := state.waiting.get((name, alert.id))) and known.version < alert.version:
            yield replace(known, state="superseded", at=alert.updated, due=None, body=None)
        yield Delivery(alert.id, alert.version, name, "queued", 0, alert.updated, alert.updated, None, None, alert)


def drop(pending: Iterable[Delivery], config: Config, now: datetime) -> Iterator[Delivery]:
    """The records that end what of *pending* nobody wants any more: its target or its watch is no longer in the config."""
    targets, watches = {target.id for target in config.targets}, {watch.id for watch in config.watches}
    for record in pending:
        reason = "its target is gone" if record.target not in targets else "its watch is gone"
        if record.target not in targets or (record.body and record.body.watch not in watches):
            yield replace(record, state="dropped", at=now, due=None, error=f"{reason} from the config", body=None)


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
