"""A process publishes what it runs, and which services stand by."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from structlog.testing import capture_logs

from monitor.bus.backends import connect
from monitor.cli.processes import read_processes
from monitor.config.reload import ConfigStatus
from monitor.messages import Process, RunningService
from monitor.runtime.health import Health
from monitor.runtime.presence import PUBLISH_SECONDS, Standby, presence, report_end, report_presence, this_process
from tests.bus import read_all
from tests.make import START
from tests.running import until

POLLER = RunningService("poller", "running", None, 4)
DESK = Process("desk-1:42", "desk-1", 42, "0.1.0", START, START, ended=False, services=(POLLER,))


async def test_a_process_is_published_at_each_change_and_at_its_end(tmp_path: Path) -> None:
    health = {"poller": Health(), "alerts": Health()}
    process, stop = this_process(START), asyncio.Event()

    async def states() -> list[tuple[str, ...]]:
        return [tuple(each.state for each in record.services) for record in await read_all(bus, Process)]

    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        task = asyncio.create_task(report_presence(bus, process, health, stop))
        await until(lambda: has(states, ("starting", "starting")))
        health["poller"].report("running")
        await until(lambda: has(states, ("running", "starting")))
        assert [each.process.id for each in await read_processes(bus)] == [process.id]
        stop.set()
        await task
        await report_end(bus, process, health)
        assert await read_processes(bus) == []
        (first, *_, last) = await read_all(bus, Process)
        assert (first.started, first.ended, last.ended) == (START, False, True)


async def test_a_process_without_services_reports_its_config_and_its_end(tmp_path: Path) -> None:
    process, stop, status = this_process(START), asyncio.Event(), ConfigStatus("abc")

    async def hashes() -> list[str | None]:
        return [each.process.config_hash for each in await read_processes(bus) if each.process.serves_page]

    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        async with presence(bus, process, {}, stop, config=lambda: status):
            await until(lambda: has(hashes, "abc"))
            status = ConfigStatus("def")
            await until(lambda: has(hashes, "def"))
        assert await read_processes(bus) == []
        assert [record.ended for record in await read_all(bus, Process)][-1]


async def test_a_process_goes_on_reporting_when_its_clock_is_put_back(tmp_path: Path) -> None:
    stop, times, seconds = asyncio.Event(), iter((START, START)), count(step=PUBLISH_SECONDS)
    put_back = START - timedelta(hours=1)

    async def latest() -> list[datetime]:
        return [record.at for record in await read_all(bus, Process)]

    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        process, health = this_process(START), {"poller": Health()}
        task = asyncio.create_task(
            report_presence(bus, process, health, stop, lambda: next(times, put_back), timer=lambda: next(seconds))
        )
        await until(lambda: has(latest, put_back))
        stop.set()
        await task


async def test_an_error_that_is_not_expected_is_logged_and_ends_neither_the_reports_nor_the_stop(tmp_path: Path) -> None:
    stop, health, calls = asyncio.Event(), {"poller": Health()}, count()

    def first_is_wrong() -> ConfigStatus:
        if next(calls) == 0:
            raise ValueError("no hash")
        return ConfigStatus("abc")

    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        with capture_logs() as logs:
            task = asyncio.create_task(report_presence(bus, this_process(START), health, stop, config=first_is_wrong))
            await until(lambda: read_processes(bus))
            stop.set()
            await task
            # No record may have an empty host.
            await report_end(bus, replace(this_process(START), host=""), health)
    events = [line["event"] for line in logs]
    assert events == ["process record not published; trying again", "process record not published"]


async def has(states: object, wanted: object) -> bool:
    """Whether *wanted* is among the published states."""
    return wanted in await states()  # type: ignore[operator]


def after(seconds: float, *services: RunningService) -> Process:
    """The process *seconds* later, with *services*."""
    return replace(DESK, at=START + timedelta(seconds=seconds), services=services)


def test_a_service_without_partitions_is_logged_once_as_standing_by() -> None:
    standby, idle = Standby(), replace(POLLER, partitions=0)
    with capture_logs() as logs:
        for second in range(12):
            process = after(second, idle if second < 9 else POLLER)
            standby.check(process, float(second))
    assert [(line["event"], line["service"]) for line in logs] == [("standing by", "poller"), ("taken over", "poller")]
