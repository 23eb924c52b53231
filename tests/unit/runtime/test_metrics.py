"""/metrics: what a scrape says, on a real server."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from monitor.bus import Bus
from monitor.bus.storage import Storage
from monitor.clock import utc
from monitor.config.reload import ConfigStatus
from monitor.runtime.health import Health, health_endpoint
from monitor.runtime.loop_monitor import LoopStalls, Stall
from monitor.runtime.measures import Measure, gauge
from monitor.runtime.metrics.endpoint import Lag, Metrics
from tests.metrics import Scrape, parse_scrape
from tests.ports import unused_port
from tests.running import until
from tests.unit.runtime.harness import RAW, caught_up, forward, raw, running, service


def metrics(
    services: dict[str, Health],
    lag: Lag | None = None,
    storage: Callable[[], Storage | None] = lambda: None,
    stalls: LoopStalls | None = None,
    config_trouble: str | None = None,
) -> Metrics:
    inputs = {name: [RAW] for name in services}
    made = Metrics(
        services,
        inputs,
        stalls or LoopStalls(),
        lambda: ConfigStatus("00000000000f", trouble=config_trouble),
        storage,
        ask_seconds=0.2,
        fresh_seconds=600,
    )
    made.lag = lag
    return made


@asynccontextmanager
async def served(tested: Metrics) -> AsyncIterator[str]:
    """Serve *tested*, and yield its URL."""
    port = unused_port()
    async with health_endpoint(f"127.0.0.1:{port}", {}, None, {"/metrics": tested.respond}):
        yield f"http://127.0.0.1:{port}/metrics"


async def scrape(tested: Metrics) -> Scrape:
    async with served(tested) as url, aiohttp.ClientSession() as session, session.get(url) as response:
        assert (response.status, response.headers["Content-Type"].split(";")[0]) == (200, "text/plain")
        return parse_scrape(await response.text())


@pytest.mark.parametrize(
    "accept",
    ["text/plain; version=x", "application/openmetrics-text; version=x", "application/openmetrics-text; version=", ";;,=;\xff"],
)
async def test_a_malformed_accept_header_is_answered(accept: str) -> None:
    headers = {"Accept": accept}
    async with served(metrics({})) as url, aiohttp.ClientSession(headers=headers) as session, session.get(url) as response:
        assert (response.status, "newsmonitor_build_info" in await response.text()) == (200, True)


async def test_a_scrape_has_what_the_service_has_done_and_its_lag(bus: Bus) -> None:
    await bus.publish([raw(number) for number in range(3)])
    async with running(service(forward), bus) as health:
        await until(lambda: caught_up(bus))
        found = await scrape(metrics({"entities": health}, bus.lag))
    assert found.value("newsmonitor_messages_read_total", service="entities", stream=RAW) == 3
    assert found.value("newsmonitor_stage_latency_seconds_count", service="entities") == 3
    assert found.value("newsmonitor_lag_messages", service="entities", stream=RAW) == 0
    assert found.value("newsmonitor_bus_reachable") == 1
    assert found.value("newsmonitor_service_state", state="running") == 1
    assert found.value("newsmonitor_dead_letters_total", reason="invalid") == 0
    committed = found.value("newsmonitor_service_commit_timestamp_seconds")
    assert committed is not None
    assert abs(time.time() - committed) < 60


async def test_buckets_are_cumulative() -> None:
    health = Health()
    for seconds in (0.02, 0.02, 4000.0):
        health.tally.alert_latency.observe(seconds)
    found = await scrape(metrics({"alerts": health}))

    def bucket(bound: str) -> float | None:
        return found.value("newsmonitor_alert_latency_seconds_bucket", le=bound)

    assert [bucket(bound) for bound in ("0.01", "0.025", "1800.0", "7200.0", "+Inf")] == [0, 2, 2, 3, 3]
    assert found.value("newsmonitor_alert_latency_seconds_sum") == 4000.04


async def test_a_service_adds_its_own_measures() -> None:
    health = Health(measures=lambda: [gauge("stories_open", "Stories.", 7), Measure("polls", "Polls.", "counter", {(): 2})])
    found = await scrape(metrics({"stories": health}))
    assert found.value("newsmonitor_stories_open", service="stories") == 7
    assert found.value("newsmonitor_polls_total", service="stories") == 2


async def test_measures_that_fail_are_logged_and_hide_no_others() -> None:
    def broken() -> Iterable[Measure]:
        yield gauge("first", "The first.", 1)
        raise ValueError("no")

    services = {
        "broken": Health(measures=broken),
        "wrong": Health(measures=lambda: [Measure("feeds", "Feeds.", "gauge", {("ok", "none"): 1}, ("state",))]),
        "good": Health(measures=lambda: [gauge("good", "Good.", 1)]),
    }
    with capture_logs() as logs:
        found = await scrape(metrics(services))
    assert [each["service"] for each in logs if each["event"] == "measures left out"] == ["broken", "wrong"]
    assert found.value("newsmonitor_good", service="good") == 1
    assert found.value("newsmonitor_service_ready", service="broken") == 0


class FrozenBus:
    """A bus whose broker accepts connections and never answers."""

    def __init__(self) -> None:
        self.asked = 0

    async def lag(self, _group: str, _stream: str) -> int | None:
        """See monitor.bus.Bus."""
        self.asked += 1
        await asyncio.Event().wait()
        return None


async def test_a_bus_that_does_not_answer_is_told_and_holds_no_scrape_for_long() -> None:
    found = await scrape(metrics({"entities": Health()}, FrozenBus().lag))
    assert found.value("newsmonitor_bus_reachable") == 0
    assert found.value("newsmonitor_lag_messages") is None
    assert found.value("newsmonitor_service_ready", service="entities") == 0


async def test_scrapes_at_the_same_time_ask_the_bus_once() -> None:
    bus = FrozenBus()
    tested = metrics({"entities": Health()}, bus.lag)
    async with served(tested) as url, aiohttp.ClientSession() as session:

        async def get() -> int:
            async with session.get(url) as response:
                return response.status

        assert await asyncio.gather(*(get() for _ in range(20))) == [200] * 20
    assert bus.asked == 1


async def test_the_process_the_config_and_the_storage_are_described() -> None:
    health, stalls = Health(), LoopStalls()
    stalls.record(time.monotonic(), Stall(0.3, 0.2, "here"))
    storage = Storage(110, 88, 90, 100, 1000, removed_early=utc())
    found = await scrape(metrics({"poller": health}, storage=lambda: storage, stalls=stalls, config_trouble="config refused"))
    assert found.value("newsmonitor_config_hash") == 15
    assert found.value("newsmonitor_config_refused") == 1
    sizes = [found.value(f"newsmonitor_storage_{each}bytes") for each in ("", "used_", "limit_", "free_")]
    assert sizes == [110, 88, 100, 1000]
    assert found.value("newsmonitor_storage_short") == 1
    assert found.value("newsmonitor_event_loop_stalls_total") == 1
    assert found.value("newsmonitor_event_loop_longest_stall_seconds") == 0.3
    assert found.value("process_resident_memory_bytes")


async def test_nothing_is_said_of_the_use_of_a_storage_that_cannot_be_read() -> None:
    found = await scrape(metrics({"poller": Health()}, storage=lambda: Storage(110, None, 90, 100, 1000)))
    assert found.value("newsmonitor_storage_bytes") == 110
    assert [found.value(f"newsmonitor_storage_{each}") for each in ("used_bytes", "short")] == [None, None]


async def test_each_process_has_a_registry_of_its_own() -> None:
    first, second = metrics({"poller": Health()}), metrics({"alerts": Health()})
    assert (await scrape(first)).value("newsmonitor_service_ready", service="alerts") is None
    assert (await scrape(second)).value("newsmonitor_service_ready", service="poller") is None
    assert [each.name for each in REGISTRY.collect() if each.name.startswith("newsmonitor")] == []


async def test_a_disk_that_does_not_answer_holds_no_scrape_and_one_thread_only() -> None:
    answer, asked = threading.Event(), 0

    def storage() -> Storage | None:
        nonlocal asked
        asked += 1
        answer.wait()
        return Storage(10, 8, 90, 100, 1000)

    tested = Metrics({}, {}, LoopStalls(), ConfigStatus, storage, ask_seconds=0.05, fresh_seconds=0)
    for _ in range(3):
        assert (await scrape(tested)).value("newsmonitor_storage_bytes") is None
    assert asked == 1
    answer.set()

    async def told() -> bool:
        return (await scrape(tested)).value("newsmonitor_storage_bytes") == 10

    await until(told)


async def test_a_disk_that_fails_hides_nothing_else() -> None:
    def storage() -> Storage | None:
        raise OSError("the disk is gone")

    found = await scrape(metrics({"poller": Health()}, storage=storage))
    assert found.value("newsmonitor_storage_bytes") is None
    assert found.value("newsmonitor_service_ready", service="poller") == 0
