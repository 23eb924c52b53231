"""The page of the system: the services, how long each stage takes, dead letters and targets."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from monitor.config import Target, target_hash
from monitor.escape import printable
from monitor.messages import Alert, Delivery, Process, TargetState
from monitor.messages.deliveries import FINAL_STATES
from monitor.runtime.process_records import ProcessRecord, running_processes

STAGES = (
    ("received", "article.raw.v1", "poller"),
    ("article.raw.v1", "article.entities.v1", "entities"),
    ("article.entities.v1", "article.topics.v1", "topics"),
    ("article.topics.v1", "article.stories.v1", "stories"),
    ("article.stories.v1", "alert.v1", "alerts"),
    ("received", "alert.v1", "all together"),
)
"""The stages by the stamps at their beginning and their end."""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service: where it runs, its state, what is wrong, and how many messages it has not read; None if it never ran."""

    name: str
    places: tuple[str, ...]
    state: str
    trouble: str
    lag: int | None


@dataclass(frozen=True, slots=True)
class StageRow:
    """How long a stage takes, in milliseconds, for half, 95 and 99 of 100 alerts."""

    name: str
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target: its state, and its deliveries by state. *error* is that of its last failure."""

    id: str
    kind: str
    state: str
    pending: int
    sent: int
    failed: int
    last: datetime | None
    error: str


def list_services(
    names: Sequence[str], records: Iterable[ProcessRecord], lags: Mapping[str, int | None], seen: datetime | None
) -> list[ServiceRow]:
    """Return a row for each service of *names*, with the worst of its states when the processes were last *seen*."""
    if seen is None:
        return [ServiceRow(name, (), "not known", "", lags.get(name)) for name in names]
    running = running_processes(records, seen)
    return [_service(name, running, lags.get(name)) for name in names]


def _service(name: str, processes: Sequence[Process], lag: int | None) -> ServiceRow:
    found = [(process, each) for process in processes for each in process.services if each.name == name]
    places = tuple(f"{process.host}, process {process.pid}" for process, _ in found)
    states = [each.state for _, each in found]
    order = ("broken", "waiting", "starting", "running", "stopped")
    state = min(states, key=order.index) if states else "not running"
    trouble = next((each.trouble for _, each in found if each.trouble), None)
    return ServiceRow(name, places, state, printable(trouble or ""), lag)


def config_troubles(records: Iterable[ProcessRecord], seen: datetime | None) -> list[str]:
    """Return why processes did not use the latest edit of their config when they were last *seen*, each reason once."""
    running = running_processes(records, seen) if seen else []
    return sorted({printable(each.config_trouble) for each in running if each.config_trouble})


def measure_stages(alerts: Iterable[Alert]) -> list[StageRow]:
    """Return how long each stage took for those of *alerts* that have the stamps of it."""
    latest = list(alerts)
    rows = []
    for begin, end, name in STAGES:
        times = [_milliseconds(each, begin, end) for each in latest if {begin, end} <= each.stamps.keys()]
        if len(times) > 1:
            cuts = quantiles(times, n=100, method="inclusive")
            rows.append(StageRow(name, cuts[49], cuts[94], cuts[98]))
    return rows


def _milliseconds(alert: Alert, begin: str, end: str) -> float:
    return (alert.stamps[end] - alert.stamps[begin]) / timedelta(milliseconds=1)


def list_targets(
    targets: Sequence[Target], states: Mapping[str, TargetState], deliveries: Iterable[Delivery]
) -> list[TargetRow]:
    """Return a row for each target of the config. *deliveries* has the newest state of each."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, Delivery] = {}
    for delivery in deliveries:
        state = delivery.state if delivery.state in FINAL_STATES else "pending"
        counts[delivery.target][state] += 1
        if delivery.target not in last or delivery.at > last[delivery.target].at:
            last[delivery.target] = delivery
    return [_target(target, states.get(target.id), counts[target.id], last.get(target.id)) for target in targets]


def _target(target: Target, state: TargetState | None, counts: Counter[str], last: Delivery | None) -> TargetRow:
    is_current = state is not None and state.target_hash == target_hash(target)
    return TargetRow(
        id=target.id,
        kind=target.kind,
        state=state.state if state and is_current else "ok",
        pending=counts["pending"],
        sent=counts["sent"],
        failed=counts["failed"],
        last=last.at if last else None,
        error=printable((state.error if state and is_current else None) or (last.error if last else None) or ""),
    )
