"""How many requests a host gets, how far apart, and how long it is left alone after it refuses."""

from datetime import datetime, timedelta

import pytest

from monitor.config import FetchConfig
from monitor.http.headers import parse_retry_after
from monitor.http.host_limits import BURST, PRUNE_ABOVE, HostLimits
from tests.make import START

HOST = "example.org"
LIMITS = FetchConfig(spacing=0)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def wait(hosts: HostLimits, now: datetime, limits: FetchConfig = LIMITS, *, page: bool = False) -> float:
    """Return how many seconds after *now* the host may be asked, or looked at, again."""
    return (hosts.earliest_start(HOST, limits, now, page=page) - now).total_seconds()


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", 0),
        ("315360000", 86400),
        ("9" * 400, 86400),
        ("Tue, 10 Mar 2026 04:10:00 GMT", 600),
        ("Tue, 10 Mar 2016 04:10:00 GMT", 0),
        ("Tue, 10 Mar 2126 04:10:00 GMT", 86400),
    ],
)
def test_retry_after_is_obeyed_up_to_a_day_and_for_the_whole_host(text: str, held: float) -> None:
    hosts = HostLimits(lambda: 0.0)
    retry_after = parse_retry_after({"Retry-After": text}, START)
    assert retry_after is not None
    hosts.record_failure(HOST, "http_429", retry_after, LIMITS, START)
    assert (wait(hosts, START), wait(hosts, START, page=True)) == (held, held)
    assert hosts.is_held(HOST, START) == (held > 0)
    assert not hosts.is_held(HOST, later(held))
    assert hosts.earliest_start("other.example.org", LIMITS, START) == START


def test_an_absent_or_invalid_retry_after_holds_nothing() -> None:
    assert parse_retry_after({"Retry-After": "soon"}, START) is None
    assert parse_retry_after({}, START) is None


def test_refusals_in_a_row_hold_the_host_longer_each_time_until_it_answers() -> None:
    hosts, now, holds = HostLimits(lambda: 0.5), START, []
    for number in range(12):
        hosts.record_failure(HOST, "http_403", None, LIMITS, now)
        held = wait(hosts, now)
        if number + 1 >= BURST:
            holds.append(held)
        now += timedelta(seconds=held)
    assert holds == sorted(holds)
    assert 60 <= holds[0] < holds[-1] <= 3600
    request = hosts.start_request(HOST, LIMITS, now)
    assert wait(hosts, now) > 0, "a host that refused us has one request at a time"
    request.end()
    hosts.record_answer(HOST)
    hosts.start_request(HOST, LIMITS, now)
    assert wait(hosts, now) == 0


def test_an_error_of_one_resource_is_no_refusal() -> None:
    hosts = HostLimits(lambda: 0.5)
    for _ in range(2 * BURST):
        hosts.record_failure(HOST, "http_404", None, LIMITS, START)
    assert wait(hosts, START) == 0


def test_requests_are_spaced_and_pages_keep_the_crawl_delay_too() -> None:
    hosts, limits = HostLimits(lambda: 0.5), FetchConfig(spacing=1, per_host=9)
    hosts.start_request(HOST, limits, START)
    assert (wait(hosts, START, limits), wait(hosts, START, limits, page=True)) == (1, 1)
    hosts.start_request(HOST, limits, later(1), crawl_delay=30)
    assert (wait(hosts, later(1), limits), wait(hosts, later(1), limits, page=True)) == (1, 30)


def test_a_request_that_is_ended_twice_counts_once() -> None:
    hosts, limits = HostLimits(lambda: 0.5), FetchConfig(spacing=0, per_host=1)
    first = hosts.start_request(HOST, limits, START)
    first.end()
    first.end()
    hosts.start_request(HOST, limits, START)
    assert wait(hosts, START, limits) > 0


def test_idle_hosts_are_dropped_and_held_or_busy_ones_kept() -> None:
    hosts, limits = HostLimits(lambda: 0.0), FetchConfig(spacing=1)
    hosts.record_failure(HOST, "http_429", 3600, limits, START)
    hosts.start_request("busy.example.org", FetchConfig(spacing=0, per_host=1), START)
    for number in range(PRUNE_ABOVE - 1):
        hosts.start_request(f"{number}.example.org", limits, START).end()
    hosts.start_request("last.example.org", limits, later(60))
    assert len(hosts) == 3
    assert hosts.is_held(HOST, later(60))
