"""Log lines have one order of fields, no colours if the user wants none, and stay out of a live view."""

import io
import json
import logging
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable

from monitor.logs import FoldingHandler
from monitor.repeats import Repeats

WRITE = """
import structlog
from monitor import logs
logs.set_up()
log = structlog.get_logger()
log.info("articles", feed="example.org/feed", count=2)
with logs.held_back():
    log.info("hidden")
    log.warning("feed failed", feed="example.org/feed")
    print("view", flush=True)
log.info("stopped")
"""


def run(environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run WRITE with its standard error in a pipe."""
    command = [sys.executable, "-c", WRITE]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=True)


def run_on_terminal(environment: dict[str, str]) -> str:
    """Return what WRITE writes to a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", WRITE], stdout=slave, stderr=slave, env={**os.environ, **environment})
    os.close(slave)
    output = b""
    try:
        while chunk := os.read(master, 4096):
            output += chunk
    except OSError:
        # Linux reports the end of a terminal like this.
        pass
    finally:
        os.close(master)
        process.wait()
    return output.decode()


def test_time_level_and_event_come_first() -> None:
    first, *_ = run().stderr.splitlines()
    assert list(json.loads(first)) == ["timestamp", "level", "event", "feed", "count"]


def test_a_live_view_is_not_disturbed() -> None:
    events = [json.loads(line)["event"] for line in run().stderr.splitlines()]
    assert events == ["articles", "feed failed", "stopped"]
    screen = run_on_terminal({"NO_COLOR": "1"})
    assert screen.index("view") < screen.index("feed failed") < screen.index("stopped")
    assert "hidden" not in screen


def test_no_color_is_obeyed() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    assert "\x1b[" not in run_on_terminal({**environment, "NO_COLOR": "1"})
    assert "\x1b[" in run_on_terminal({**environment, "NO_COLOR": ""})


WAITING = "99 x waiting (service=alerts, error=the broker is away)"
REPEAT = """
import asyncio, logging, structlog
from aiokafka.errors import ProducerFenced
from monitor import logs
logs.set_up()
log, library = structlog.get_logger(), logging.getLogger("aiokafka.client")
for number in range(100):
    library.error("Unable to connect to node %s", number)
    log.warning("waiting", service="alerts", error="the broker is away", seconds=number / 7)
    log.info("polled", articles=1)
for place in ("alert.v1/0/1", "alert.v1/0/2"):
    log.error("dead letter", at=place)
for error in (ValueError("a"), ValueError("a"), ValueError("b")):
    try:
        raise error
    except ValueError:
        log.exception("service failed, restarting it")
async def abandon_future():
    asyncio.get_running_loop().create_future().set_exception(ProducerFenced())
asyncio.run(abandon_future())
"""


def test_repeated_events_are_counted_and_none_of_them_is_lost() -> None:
    process = subprocess.run([sys.executable, "-c", REPEAT], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in process.stderr.splitlines()]
    events = [line["event"] for line in lines if line["event"] != "polled"]
    assert len(lines) - len(events) == 100
    assert events == [
        "Unable to connect to node 0",
        "waiting",
        "dead letter",
        "dead letter",
        "service failed, restarting it",
        "service failed, restarting it",
        "repeated events of aiokafka: 99 x Unable to connect to node %s",
        "repeated events of newsmonitor: 1 x service failed, restarting it (exception=ValueError('a')); " + WAITING,
    ]


def library_event(template: str, number: int) -> logging.LogRecord:
    return logging.LogRecord("aiohttp.server", logging.ERROR, "", 0, template, (number,), None)


class Minute:
    """A clock set by hand, and the calls that are to be made at a time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[tuple[float, Callable[[], None]]] = []
        self.stream = io.StringIO()
        self.handler = FoldingHandler(self.stream, Repeats(seconds=60), lambda: self.now, self.call_later)

    def call_later(self, seconds: float, function: Callable[[], None]) -> None:
        """Remember the call."""
        self.calls.append((self.now + seconds, function))

    def advance(self, now: float) -> None:
        """Let the time be *now*, and make the calls that are due."""
        self.now = now
        due = [function for at, function in self.calls if at <= now]
        self.calls = [(at, function) for at, function in self.calls if at > now]
        for function in due:
            function()


def test_an_outage_costs_a_library_a_line_a_minute() -> None:
    minute = Minute()
    for second in range(302):
        minute.advance(float(second))
        for number in range(100):
            for template in ("node %s is away", "no metadata from %s"):
                minute.handler.handle(library_event(template, number))
        assert len(minute.calls) <= 1
    assert minute.stream.getvalue().splitlines() == [
        "node 0 is away",
        "no metadata from 0",
        "repeated events of aiohttp: 5999 x no metadata from %s; 5999 x node %s is away",
        *["repeated events of aiohttp: 6000 x no metadata from %s; 6000 x node %s is away"] * 4,
    ]


def test_the_count_of_a_fault_that_has_stopped_is_written_within_a_minute() -> None:
    minute = Minute()
    for second in (0.0, 1.0, 2.0):
        minute.advance(second)
        minute.handler.handle(library_event("node %s is away", 7))
    minute.advance(61.0)
    assert minute.stream.getvalue().splitlines() == [
        "node 7 is away",
        "repeated events of aiohttp: 2 x node %s is away",
    ]
    assert minute.calls == []
    minute.advance(62.0)
    minute.handler.handle(library_event("node %s is away", 8))
    assert minute.stream.getvalue().splitlines()[2:] == ["node 8 is away"]


def test_counts_are_written_by_themselves_while_the_program_is_silent() -> None:
    stream = io.StringIO()
    handler = FoldingHandler(stream, Repeats(seconds=0.05))
    for number in range(3):
        handler.handle(library_event("node %s is away", number))
    deadline = time.monotonic() + 20
    while "2 x node %s is away" not in stream.getvalue():
        assert time.monotonic() < deadline
        time.sleep(0.01)
