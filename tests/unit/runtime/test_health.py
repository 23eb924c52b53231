"""What the health of a service says can be published and shown, whatever its text."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from monitor.bus.backends import connect
from monitor.cli.processes import read_processes
from monitor.config.reload import ConfigStatus
from monitor.messages import Process, RunningService
from monitor.messages.codec import encode
from monitor.runtime.health import MAX_TROUBLE_CHARS, Health, health_endpoint
from monitor.runtime.presence import report_presence, this_process
from monitor.runtime.systemd import condition_of
from tests.make import START
from tests.ports import unused_port
from tests.running import until


def said_as_trouble(text: str) -> Health:
    health = Health()
    health.report("waiting", text)
    return health


def said_as_progress(text: str) -> Health:
    return Health(progress=lambda: text)


@pytest.mark.parametrize("text", ["x" * 5000, "caf\udce9/" * 1000, "\N{GRINNING FACE}" * 5000], ids=["long", "bytes", "wide"])
@pytest.mark.parametrize("make", [said_as_trouble, said_as_progress])
def test_a_text_is_cut_and_escaped_wherever_it_comes_from(text: str, make: Callable[[str], Health]) -> None:
    health = make(text)
    said = health.text()
    assert said is not None
    assert len(said) == MAX_TROUBLE_CHARS
    assert said[:3] == text[:3]
    process = replace(this_process(START), services=(RunningService("alerts", health.state, said, 0),))
    assert encode(process).key == process.id


async def test_why_an_edit_is_not_in_use_is_said_once_for_the_process(tmp_path: Path) -> None:
    config, stop, port = ConfigStatus(trouble="caf\udce9: " + "x" * 5000), asyncio.Event(), unused_port()
    health = {"poller": Health("running"), "alerts": Health("running")}

    async def published() -> Process | None:
        return next((each.process for each in await read_processes(bus)), None)

    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        task = asyncio.create_task(report_presence(bus, this_process(START), health, stop, config=lambda: config))
        process = await until(published)
        stop.set()
        await task
    async with (
        health_endpoint(f"127.0.0.1:{port}", health, config=lambda: config),
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/ready") as response,
    ):
        ready = await response.json()
    assert process.config_trouble == ready["config_trouble"] == "caf\\udce9: " + "x" * (MAX_TROUBLE_CHARS - 11)
    assert response.status == 200
    assert {each["trouble"] for each in ready["services"].values()} == {each.trouble for each in process.services} == {None}
    status = condition_of(health, health["poller"].heartbeat, "config refused").status
    assert status == "2 of 2 services ready; config: config refused"


def test_a_service_that_cannot_say_how_far_it_is_does_not_hide_the_others() -> None:
    def fail() -> str:
        raise ValueError("no list")

    with capture_logs() as logs:
        text = Health(progress=fail).text()
    assert text == "its progress cannot be shown, because of an error in it; see the log, and report this"
    ((event, error),) = [(line["event"], line["exc_info"]) for line in logs]
    assert (event, error) == ("the progress of a service cannot be shown", True)


def test_a_service_without_trouble_says_nothing() -> None:
    assert Health().text() is None
