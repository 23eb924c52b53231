"""`newsmonitor doctor` and /metrics on both buses, beside a process that runs a service."""

import asyncio
import json
from pathlib import Path

import pytest

from monitor.bus.backends import Address, connect
from monitor.clock import utc
from monitor.config.reload import ConfigStatus
from monitor.messages import ArticleRaw
from monitor.runtime.health import Health
from monitor.runtime.loop_monitor import LoopStalls
from monitor.runtime.metrics.endpoint import Metrics
from monitor.runtime.presence import report_presence, this_process
from monitor.runtime.runner import run_services
from tests.integration.command import invoke
from tests.running import until
from tests.unit.runtime.harness import RAW, forward, raw, service
from tests.unit.runtime.test_metrics import scrape


async def findings(folder: Path) -> list[tuple[str, str, str]]:
    _, out, _ = await invoke(folder, "doctor", "--json")
    return [(each["level"], each["area"], each["text"]) for each in map(json.loads, out.splitlines())]


async def test_the_doctor_sees_a_service_of_another_process(address: Address, tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(f'bus = "{address.url}"\n')
    stop, health = asyncio.Event(), {"entities": Health()}

    async def works() -> bool:
        found = await findings(tmp_path)
        well = {area for level, area, _ in found if level == "ok"}
        return {"bus", "streams", "clock", "records"} <= well and not any(text.startswith("entities ") for *_, text in found)

    async with connect(address) as bus:
        tasks = [
            asyncio.create_task(run_services([service(forward)], bus, utc, stop, health)),
            asyncio.create_task(report_presence(bus, this_process(utc()), health, stop)),
        ]
        try:
            await until(lambda: health["entities"].partitions, 60)
            await until(works, 60)
            missing = [
                text.split()[0] for level, area, text in await findings(tmp_path) if (level, area) == ("act", "services")
            ]
            assert missing == ["poller", "topics", "stories", "alerts", "delivery"]
        finally:
            stop.set()
            await asyncio.gather(*tasks)


async def test_a_scrape_has_the_lag_and_the_latency(address: Address) -> None:
    stop, health = asyncio.Event(), {"entities": Health()}
    async with connect(address) as bus:
        await bus.publish([raw(number) for number in range(10)])
        task = asyncio.create_task(run_services([service(forward)], bus, utc, stop, health))
        metrics = Metrics(
            health, {"entities": [ArticleRaw.STREAM.name]}, LoopStalls(), ConfigStatus, lambda: None, fresh_seconds=0
        )
        metrics.lag = bus.lag

        async def is_read() -> bool:
            found = await scrape(metrics)
            return found.value("newsmonitor_lag_messages", service="entities", stream=RAW) == 0

        try:
            await until(is_read, 60)
            found = await scrape(metrics)
        finally:
            stop.set()
            await task
    assert found.value("newsmonitor_stage_latency_seconds_count", service="entities") == 10
    # The times of the bus and of the process are alike.
    assert (found.value("newsmonitor_stage_latency_seconds_sum") or 0) < 600
    assert found.value("newsmonitor_bus_reachable") == 1


@pytest.mark.kafka
async def test_streams_that_do_not_exist_are_to_be_created(empty_kafka: Address, tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text(f'bus = "{empty_kafka.url}"\n')
    found = await findings(tmp_path)
    assert ("act", "streams", "alert.v1 does not exist: `newsmonitor streams create` creates it") in found
