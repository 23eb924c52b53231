"""What the process tells systemd, and that it arrives at a real socket."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.config.reload import ConfigReloader
from monitor.runtime.health import HUNG_SECONDS, MAX_TROUBLE_CHARS, Health
from monitor.runtime.systemd import MAX_STATUS_CHARS, NEW, Condition, condition_of, messages, reporting, said_of, supervisor
from page.records import Follower
from page.serving import condition as page_condition
from tests.running import until

STARTING = Condition("restoring", ready=False)
READY = Condition("2 of 2", ready=True)


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """Yield a socket of datagrams at *address*, as systemd has one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        connection.setblocking(False)  # noqa: FBT003  (its only argument)
        yield connection


def received(connection: socket.socket) -> list[str]:
    """Take what has arrived."""
    found = []
    while True:
        try:
            found.append(connection.recv(4096).decode())
        except BlockingIOError:
            return found


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (NEW, STARTING, ["STATUS=restoring"]),
        (STARTING, STARTING, []),
        (STARTING, READY, ["STATUS=2 of 2", "READY=1"]),
        (READY, READY, []),
        (READY, replace(READY, reloads=1), ["RELOADING=1\nMONOTONIC_USEC=5000001"]),
        (replace(READY, reloads=1), replace(READY, reloads=1, reloaded=1), ["READY=1"]),
        (READY, replace(READY, reloads=1, reloaded=1), ["RELOADING=1\nMONOTONIC_USEC=5000001", "READY=1"]),
        (replace(READY, reloads=1), replace(READY, reloads=2, reloaded=1), ["RELOADING=1\nMONOTONIC_USEC=5000001"]),
        (STARTING, replace(STARTING, reloads=1), []),
        (READY, replace(READY, stopping=True), ["STOPPING=1"]),
        (replace(READY, stopping=True), replace(READY, status="x", stopping=True), []),
    ],
)
def test_a_change_is_said_once(before: Condition, now: Condition, said: list[str]) -> None:
    assert messages(before, now, 5.000001) == said


def test_ready_is_said_once_and_later_trouble_is_in_the_status() -> None:
    troubled = Condition("waits", ready=False)
    said = said_of(said_of(NEW, READY), troubled)
    assert messages(READY, troubled, 0) == ["STATUS=waits"]
    assert messages(said, READY, 0) == ["STATUS=2 of 2"]


@pytest.mark.parametrize("state", ["starting", "running", "waiting", "broken"])
def test_a_service_is_alive_until_it_has_long_given_no_sign(state: str) -> None:
    health = Health()
    health.report(state)  # type: ignore[arg-type]
    assert condition_of({"alerts": health}, health.heartbeat + HUNG_SECONDS - 1).alive
    assert not condition_of({"alerts": health, "poller": Health()}, health.heartbeat + HUNG_SECONDS).alive


def test_a_service_that_has_stopped_is_waited_for() -> None:
    health = Health("stopped")
    assert condition_of({"alerts": health}, health.heartbeat + 10 * HUNG_SECONDS).alive


def test_the_status_is_a_short_line_with_the_reasons() -> None:
    running, waiting, now = Health("running"), Health(), time.monotonic()
    waiting.report("waiting", "no\nanswer " + "x" * MAX_TROUBLE_CHARS)
    condition = condition_of({"alerts": running, "poller": waiting}, now)
    (said,) = messages(NEW, condition, now)
    assert said.startswith("STATUS=1 of 2 services ready; poller: no answer xxx")
    assert (len(said), condition.ready) == (len("STATUS=") + MAX_STATUS_CHARS, False)


async def test_no_text_of_a_trouble_says_more_than_the_status_or_ends_the_reports(tmp_path: Path) -> None:
    follower, reloader = Follower(), ConfigReloader(write(tmp_path))
    follower.trouble["alert.v1"] = "file \udcff\nSTOPPING=1\n" + "x" * 1_000_000
    systemd = supervisor({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000"}, 1)
    found = list[str]()

    def has(text: str) -> bool:
        found.extend(received(connection))
        return text in found

    with listening(str(tmp_path / "notify")) as connection:
        async with reporting(systemd, partial(page_condition, follower, reloader), asyncio.Event()):
            await until(lambda: has("EXTEND_TIMEOUT_USEC=60000000"))
            follower.trouble.clear()
            follower.complete.set()
            await until(lambda: has("WATCHDOG=1"))
    assert found[0].startswith("STATUS=alert.v1: file \\udcff STOPPING=1 xxx")
    assert "READY=1" in found


def write(folder: Path) -> Path:
    """Write a config into *folder*, and return its file."""
    file = folder / "monitor.toml"
    file.write_text('bus = "sqlite:news.db"\n')
    return file


def test_only_a_process_with_a_supervisor_has_one_and_its_children_have_none() -> None:
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7", "HOME": "/"}
    watched, other, absent = supervisor({**environ}, 7), supervisor({**environ}, 8), supervisor({}, 7)
    assert watched is not None
    assert other is not None
    assert (watched.watchdog, other.watchdog, absent) == (60.0, None, None)
    assert supervisor(environ, 7)
    assert environ == {"HOME": "/"}
    assert supervisor({"NOTIFY_SOCKET": "vsock:2:1"}, 7) is None


@pytest.mark.parametrize("abstract", [True, False])
async def test_what_is_said_arrives_at_the_socket(tmp_path: Path, *, abstract: bool) -> None:
    address = f"@newsmonitor-{tmp_path}" if abstract else str(tmp_path / "notify")
    systemd = supervisor({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000"}, 1)
    assert systemd is not None
    assert systemd.notify("READY=1") is False
    current, stop, found = STARTING, asyncio.Event(), list[str]()
    with listening(address) as connection:

        def has(text: str) -> bool:
            found.extend(received(connection))
            return text in found

        async with reporting(systemd, lambda: current, stop):
            await until(lambda: has("EXTEND_TIMEOUT_USEC=60000000"))
            assert "READY=1" not in found
            current = READY
            await until(lambda: has("WATCHDOG=1"))
            assert found.index("READY=1") < found.index("WATCHDOG=1")
            stop.set()
            await until(lambda: has("STOPPING=1"))


async def test_a_process_that_hangs_gives_no_sign_of_life(tmp_path: Path) -> None:
    systemd = supervisor({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000"}, 1)
    statuses = iter(map(str, range(1000)))
    with listening(str(tmp_path / "notify")) as connection:
        found = list[str]()
        async with reporting(systemd, lambda: replace(READY, status=next(statuses), alive=False), asyncio.Event()):
            while "STATUS=2" not in found:
                found += received(connection)
                await asyncio.sleep(0.02)
    assert "READY=1" in found
    assert "WATCHDOG=1" not in found


async def test_a_condition_that_cannot_be_told_is_logged_and_looked_for_again(tmp_path: Path) -> None:
    systemd = supervisor({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000"}, 1)
    looks, found = count(), list[str]()

    def condition() -> Condition:
        if next(looks) == 0:
            raise ValueError("no\nheartbeat")
        return READY

    def has(text: str) -> bool:
        found.extend(received(connection))
        return text in found

    with listening(str(tmp_path / "notify")) as connection, capture_logs() as logs:
        async with reporting(systemd, condition, asyncio.Event()):
            await until(lambda: has("WATCHDOG=1"))
    said = "STATUS=how the process is cannot be told: ValueError: no heartbeat; its log says where"
    assert found[:4] == [said, "STATUS=2 of 2", "READY=1", "WATCHDOG=1"]
    (line,) = logs
    assert (line["event"], line["exc_info"]) == ("systemd cannot be told how the process is; trying again", True)
    assert "report it" in line["remedy"]
