"""The loop monitor: how long single steps hold the event loop, and where."""

import asyncio
import time
from collections.abc import Callable

import aiohttp
from structlog.testing import capture_logs

from monitor.bus.sqlite.transactions import retry_while_locked
from monitor.messages import EventLoop
from monitor.runtime import loop_monitor
from monitor.runtime.health import Health, health_endpoint
from monitor.runtime.loop_monitor import LoopStalls, Stall, monitor_loop
from tests.ports import unused_port
from tests.running import until


def test_the_longest_delay_of_the_last_minute_is_reported() -> None:
    stalls = LoopStalls()
    for now, milliseconds in ((0.0, 800), (0.5, 90), (30.0, 60), (30.2, 120), (31.0, 40), (59.9, 51)):
        stalls.record(now, Stall(milliseconds / 1000, 0.01, f"place {milliseconds}"))
    assert stalls.summary(59.9) == EventLoop(800.0, 10.0, 5, "place 800")
    assert stalls.summary(60.0) == EventLoop(120.0, 10.0, 3, "place 120")
    assert stalls.summary(118.9) == EventLoop(51.0, 10.0, 1, "place 51")
    assert stalls.summary(500.0) == EventLoop(0.0, 0.0, 0, None)
    assert stalls.total == 5


def test_the_memory_of_stalls_is_bounded() -> None:
    stalls = LoopStalls()
    for number in range(100_000):
        stalls.record(number / 100, Stall(0.06))
    assert len(stalls.window) <= loop_monitor.WINDOW_SECONDS


def longest(stalls: LoopStalls) -> list[Stall]:
    """The longest stall of each second."""
    return [stall for _, _, stall in stalls.window]


async def test_a_step_that_holds_the_loop_is_measured_and_named() -> None:
    async def hold() -> None:
        await asyncio.sleep(0.05)
        retry_while_locked(time.sleep, 0.4)

    place = "alerts: monitor.bus.sqlite.transactions.retry_while_locked, line "
    async with monitor_loop() as stalls:
        await asyncio.create_task(hold(), name="alerts")
        # Other programs may also delay the loop.
        await until(lambda: any(stall.place.startswith(place) for stall in longest(stalls)))
    (stall,) = (stall for stall in longest(stalls) if stall.place.startswith(place))
    assert stall.seconds > 0.3
    assert stall.cpu_seconds < stall.seconds / 2, "the step slept"


async def test_a_period_with_a_long_stall_is_logged() -> None:
    with capture_logs() as logs:
        async with monitor_loop(log_seconds=0.2) as stalls:
            time.sleep(0.4)  # noqa: ASYNC251  (it holds the loop)
            await until(lambda: logs)
    assert (logs[0]["event"], logs[0]["log_level"], logs[0]["stalls"]) == ("event loop held", "warning", stalls.total)
    assert logs[0]["longest_ms"] > loop_monitor.WARN_SECONDS * 1000


async def test_a_stall_that_does_not_end_is_logged_meanwhile() -> None:
    with capture_logs() as logs:
        async with monitor_loop(held_seconds=0.1):
            retry_while_locked(lambda seconds: _hold_until(lambda: bool(logs), seconds), 30.0)
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("event loop held, and not free yet", "error")
    assert "monitor.bus.sqlite.transactions.retry_while_locked, line " in line["place"]
    assert line["seconds"] >= 0.1


def _hold_until(condition: Callable[[], bool], seconds: float) -> None:
    """Hold the event loop until *condition* is true, *seconds* at most."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


async def test_ready_has_the_delays_of_the_event_loop() -> None:
    stalls, port = LoopStalls(), unused_port()
    stalls.record(time.monotonic(), Stall(0.3, 0.2, "alerts: here"))
    async with (
        health_endpoint(f"127.0.0.1:{port}", {"alerts": Health()}, stalls),
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/ready") as response,
    ):
        body = await response.json()
    assert body["event_loop"] == {"longest_ms": 300.0, "cpu_ms": 200.0, "stalls": 1, "place": "alerts: here"}
