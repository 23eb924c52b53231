"""Turn what is known of a process into families of Prometheus metrics. Does no I/O; time is an argument."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import get_args

import structlog
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from monitor.bus.storage import Storage
from monitor.config.reload import ConfigStatus
from monitor.messages.deliveries import FINAL_STATES
from monitor.runtime.events import EVENTS
from monitor.runtime.health import Health, State
from monitor.runtime.loop_monitor import LoopStalls
from monitor.runtime.measures import Measure
from monitor.runtime.processing import Reason
from monitor.runtime.tally import BOUNDS, Histogram

PREFIX = "newsmonitor_"
SERVICE = "service"

Services = Mapping[str, Health]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of a scrape: *wall* in seconds since 1970, and *monotonic*, in which the services note their times."""

    wall: float
    monotonic: float

    def timestamp(self, monotonic: float) -> float:
        """Return a time in monotonic seconds as seconds since 1970. A step of the clock moves all of them alike."""
        return self.wall - (self.monotonic - monotonic)


def service_families(services: Services, now: Moment) -> Iterator[Metric]:
    """Yield what the loop knows of each service."""
    ready = _gauge("service_ready", "1 if the service makes progress, as /ready says.")
    state = _gauge("service_state", "1 for the state that the service is in, 0 for all others.", "state")
    partitions = _gauge("service_partitions", "Partitions that the service reads. 0 while it runs: it stands by.")
    commit = _gauge("service_commit_timestamp_seconds", "When the service last committed, or started if it has not yet.")
    restarts = _counter("service_restarts", "Failures of the service after which it was started again.")
    for name, health in services.items():
        ready.add_metric([name], health.is_ready(now.monotonic))
        for each in get_args(State):
            state.add_metric([name, each], health.state == each)
        partitions.add_metric([name], health.partitions)
        commit.add_metric([name], now.timestamp(health.tally.committed))
        restarts.add_metric([name], health.tally.restarts)
    yield from (ready, state, partitions, commit, restarts)


def tally_families(services: Services) -> Iterator[Metric]:
    """Yield what each service has done."""
    read = _counter("messages_read", "Messages that the service has read and committed.", "stream")
    published = _counter("messages_published", "Messages that the service has published, apart from dead letters.", "stream")
    dead = _counter("dead_letters", "Messages that the service could not process, by reason.", "reason")
    latency = _histogram("stage_latency_seconds", "From the publication of a message to the commit of its results.", "stream")
    alerts = _histogram("alert_latency_seconds", "From the receipt of an article to the publication of its alert.")
    for name, health in services.items():
        tally = health.tally
        for counter, counts in ((read, tally.read), (published, tally.published)):
            for stream, count in counts.items():
                counter.add_metric([name, stream], count)
        for reason in get_args(Reason):
            dead.add_metric([name, reason], tally.dead[reason])
        for stream, histogram in tally.latency.items():
            _observe(latency, (name, stream), histogram)
        if any(tally.alert_latency.counts):
            _observe(alerts, (name,), tally.alert_latency)
    yield from (read, published, dead, latency, alerts)


def event_families(services: Services) -> Iterator[Metric]:
    """Yield the counts of what the published messages stand for.

    A target that has any delivery has a count of each final state, so that an increase from none is seen.
    """
    for event in EVENTS:
        family = _counter(event.name, event.text, *event.labels)
        for name, health in services.items():
            counts: Mapping[tuple[str, ...], int] = health.tally.events.get(event.name, {})
            targets = {each[0] for each in counts} if event.name == "deliveries" else ()
            absent: dict[tuple[str, ...], int] = {(target, state): 0 for target in targets for state in FINAL_STATES}
            absent.update(counts)
            for values, count in absent.items():
                family.add_metric([name, *values], count)
        yield family


def measured_families(measures: Mapping[str, Callable[[], Iterable[Measure]]]) -> Iterator[Metric]:
    """Yield what *measures* return, by the name of the service. One that fails is logged and left out."""
    families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
    for name, measured in measures.items():
        try:
            for measure in measured():
                _add(families, name, measure)
        except Exception as error:  # noqa: BLE001  (a service of another package must not hide the others)
            log.error("measures left out", service=name, error=f"{type(error).__name__}: {error}")
    yield from families.values()


def _add(families: dict[str, CounterMetricFamily | GaugeMetricFamily], service: str, measure: Measure) -> None:
    make = _counter if measure.kind == "counter" else _gauge
    family = families.setdefault(measure.name, make(measure.name, measure.text, *measure.labels))
    for values, number in measure.values.items():
        if len(values) != len(measure.labels):
            raise ValueError(f"{measure.name}: {values} are no values of {measure.labels}")
        family.add_metric([service, *values], number)


def lag_families(lags: Mapping[tuple[str, str], int] | None) -> Iterator[Metric]:
    """Yield the *lags* by service and stream; None if the bus does not answer. All instances of a service have the same lag."""
    yield _plain("bus_reachable", "1 if the bus has answered this scrape.", lags is not None)
    family = _gauge("lag_messages", "Messages that the service has not read yet, all its instances together.", "stream")
    for labels, lag in (lags or {}).items():
        family.add_metric(labels, lag)
    yield family


def build_families(version: str) -> Iterator[Metric]:
    """Yield the version that runs."""
    build = GaugeMetricFamily(f"{PREFIX}build_info", "The version of newsmonitor that runs.", labels=["version"])
    build.add_metric([version], 1)
    yield build


def config_families(config: ConfigStatus) -> Iterator[Metric]:
    """Yield the hash of the config in use, and whether the latest edit is refused or needs a restart."""
    # A number and no label: each edit would make a new series.
    yield _plain(
        "config_hash",
        "The hash of the config in use, as a number: processes with the same config agree.",
        int(config.hash or "0", 16),
    )
    yield _plain("config_refused", "1 if the latest edit of the config is not in use.", config.trouble is not None)
    yield _plain("config_restart_needed", "1 if an edit changed a key that is read at the start only.", bool(config.deferred))


def loop_and_storage_families(stalls: LoopStalls, storage: Storage | None, monotonic: float) -> Iterator[Metric]:
    """Yield the stalls of the event loop, and the size, limit and free space of the storage."""
    family = CounterMetricFamily(f"{PREFIX}event_loop_stalls", "Steps that held the event loop for over 50 ms.")
    family.add_metric([], stalls.total)
    yield family
    longest = stalls.summary(monotonic).longest_ms / 1000
    yield _plain(
        "event_loop_longest_stall_seconds", "The longest time for which a step held the event loop in the last minute.", longest
    )
    if storage:
        yield _plain("storage_bytes", "The size of the SQLite file with its write-ahead log.", storage.size)
        if storage.used is not None:
            yield _plain("storage_used_bytes", "What of the SQLite file is used by records.", storage.used)
            yield _plain("storage_short", "1 if new articles wait for room, or records were removed early.", storage.is_short)
        yield _plain("storage_limit_bytes", "The bytes in use at which new articles wait (streams.max_mb).", storage.limit)
        yield _plain("storage_free_bytes", "What is free on the disk of the SQLite file.", storage.free)


def _gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, text, labels=[SERVICE, *labels])


def _counter(name: str, text: str, *labels: str) -> CounterMetricFamily:
    return CounterMetricFamily(PREFIX + name, text, labels=[SERVICE, *labels])


def _histogram(name: str, text: str, *labels: str) -> HistogramMetricFamily:
    return HistogramMetricFamily(PREFIX + name, text, labels=[SERVICE, *labels])


def _plain(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, text, value=value)


def _observe(family: HistogramMetricFamily, labels: Iterable[str], histogram: Histogram) -> None:
    """Add *histogram* to *family*. Prometheus' buckets are cumulative."""
    bounds = [*map(str, BOUNDS), "+Inf"]
    buckets = list(zip(bounds, accumulate(histogram.counts), strict=True))
    family.add_metric(list(labels), buckets=buckets, sum_value=histogram.seconds)
