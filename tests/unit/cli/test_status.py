"""What `newsmonitor status` says of the processes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.cli.findings.services import examine_services
from monitor.cli.status import describe_event_loops, describe_pages, describe_service, process_data
from monitor.messages import Process, RunningService
from monitor.messages.processes import EventLoop
from monitor.runtime.process_records import ProcessRecord
from tests.make import START

POLLER = RunningService("poller", "running", None, 4)
DESK = Process("desk-1:42", "desk-1", 42, "0.1.0", START, START, ended=False, services=(POLLER,))


def stored(process: Process, at: datetime | None = None) -> ProcessRecord:
    """The record of *process*, which the bus stored *at* that time; None means when it was published."""
    return ProcessRecord(process, (at or process.at).timestamp())


def after(seconds: float, *services: RunningService) -> Process:
    """The process *seconds* later, with *services*."""
    return replace(DESK, at=START + timedelta(seconds=seconds), services=services)


@pytest.fixture
def lines() -> list[str]:
    """What status says of the poller when one instance reads, one stands by and one is lost."""
    other = replace(after(40, replace(POLLER, partitions=0)), id="desk-2:7", host="desk-2", pid=7)
    lost = replace(DESK, id="desk-3:9", host="desk-3", pid=9)
    now = START + timedelta(seconds=45)
    records = [stored(each) for each in (after(40, POLLER), other, lost)]
    return list(describe_service("poller", "lag: 2 messages not yet read", records, now))


def test_status_says_which_services_run_where_and_since_when(lines: list[str]) -> None:
    since = f"{START:%Y-%m-%d %H:%M:%S}"
    assert lines == [
        f"runs on desk-1 (pid 42) since {since}; lag: 2 messages not yet read",
        f"stands by on desk-2 (pid 7) since {since}",
        f"lost on desk-3 (pid 9): nothing heard since {since}",
    ]


def test_status_says_that_a_service_does_not_run() -> None:
    assert list(describe_service("poller", "lag: 1 message not yet read", [], START)) == [
        "does not run; lag: 1 message not yet read"
    ]
    assert list(describe_service("poller", None, [], START)) == ["has not run yet"]


def test_the_trouble_of_a_service_is_shown() -> None:
    broken = stored(after(1, replace(POLLER, state="broken", trouble="no room\x1b[2J")))
    (line,) = describe_service("poller", None, [broken], START)
    assert line.endswith(r"no room\x1b[2J")
    assert line.startswith("fails on desk-1")
    assert process_data(broken, START)["lost"] is False
    assert process_data(broken, START + timedelta(minutes=1))["lost"] is True


def test_status_and_doctor_agree_on_a_process_whose_clock_is_behind() -> None:
    now = START + timedelta(minutes=2)
    (line,) = describe_service("poller", None, [stored(DESK, now)], now)
    assert line.startswith("runs on desk-1")
    assert process_data(stored(DESK, now), now)["lost"] is False
    assert [each.text for each in examine_services(["poller"], [stored(DESK, now)], {}, now)] == ["1 of 1 run"]


def test_status_says_who_serves_the_page_and_takes_a_process_with_services_for_none() -> None:
    page, now = replace(DESK, id="web-1:7", host="web-1", pid=7, services=()), START + timedelta(seconds=45)
    other = replace(page, id="web-2:9", host="web-2", pid=9, at=now)
    since = f"{START:%Y-%m-%d %H:%M:%S}"
    assert list(describe_pages([stored(each) for each in (DESK, page, other)], now)) == [
        f"lost on web-1 (pid 7): nothing heard since {since}",
        f"runs on web-2 (pid 9) since {since}",
    ]


def test_the_processes_whose_event_loop_was_held_are_named() -> None:
    held = EventLoop(1234.5, 900.0, 3, "alerts: consumers.alerts.service.make, line 3")
    process = Process("desk:4", "desk", 4, "0.1.0", START, START, ended=False, services=(), event_loop=held)
    (line,) = describe_event_loops([stored(process)], START)
    assert line.startswith("held for up to 1,234 ms on desk (pid 4), 3 times over 50 ms in the last minute: alerts: consumers.")
    assert list(describe_event_loops([stored(process)], START + timedelta(minutes=1))) == [], "the process is lost"
    calm = replace(process, event_loop=replace(held, longest_ms=120.0))
    assert list(describe_event_loops([stored(calm), stored(replace(process, event_loop=None))], START)) == []
