"""How many requests a host gets, how far apart, and how long it is paused after it refuses."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import FetchConfig, HostConfig
from monitor.http.headers import parse_retry_after
from monitor.http.host_limits import MAX_REFUSALS, PRUNE_ABOVE, HostLimits, HostRequest
from tests.make import START

HOST = "example.org"
LIMITS = FetchConfig(spacing=0)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def wait(hosts: HostLimits, now: datetime, limits: FetchConfig = LIMITS, *, page: bool = False) -> float:
    """Return how many seconds after *now* the host may be asked, or is checked, again."""
    return (hosts.earliest_start(HOST, limits, now, page=page) - now).total_seconds()


@pytest.mark.parametrize(
    ("text", "seconds"),
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
def test_retry_after_is_obeyed_up_to_a_day_and_for_the_whole_host(text: str, seconds: float) -> None:
    hosts = HostLimits(lambda: 0.0)
    retry_after = parse_retry_after({"Retry-After": text}, START)
    assert retry_after is not None
    hosts.record_failure(HOST, "http_429", retry_after, LIMITS, START)
    assert (wait(hosts, START), wait(hosts, START, page=True)) == (seconds, seconds)
    assert hosts.is_paused(HOST, START) == (seconds > 0)
    assert not hosts.is_paused(HOST, later(seconds))
    assert hosts.earliest_start("other.example.org", LIMITS, START) == START


def test_an_absent_or_invalid_retry_after_is_ignored() -> None:
    assert parse_retry_after({"Retry-After": "soon"}, START) is None
    assert parse_retry_after({}, START) is None


def test_consecutive_refusals_pause_the_host_longer_each_time_until_it_answers() -> None:
    hosts, now, pauses = HostLimits(lambda: 0.5), START, []
    for number in range(12):
        hosts.record_failure(HOST, "http_403", None, LIMITS, now)
        seconds = wait(hosts, now)
        if number + 1 >= MAX_REFUSALS:
            pauses.append(seconds)
        now += timedelta(seconds=seconds)
    assert pauses == sorted(pauses)
    assert 60 <= pauses[0] < pauses[-1] <= 3600
    request = hosts.start_request(HOST, LIMITS, now)
    assert wait(hosts, now) > 0, "a host that refused us has one request at a time"
    request.end()
    hosts.record_answer(HOST)
    hosts.start_request(HOST, LIMITS, now)
    assert wait(hosts, now) == 0


def test_an_error_of_one_resource_is_no_refusal() -> None:
    hosts = HostLimits(lambda: 0.5)
    for _ in range(2 * MAX_REFUSALS):
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
    assert hosts.is_paused(HOST, later(60))


@dataclass
class Client:
    """A client of one host that asks only when the limits allow it, and remembers what the limits promise."""

    limits: FetchConfig
    now: datetime = START
    hosts: HostLimits = field(default_factory=lambda: HostLimits(lambda: 0.0))
    in_flight: list[HostRequest] = field(default_factory=list)
    refusals: int = 0
    paused_until: datetime = START
    last_start: datetime | None = None
    next_page: datetime = START

    def start(self, *, page: bool, crawl_delay: float) -> None:
        """Start a request if the limits allow it, and check that they allow no more than they promise."""
        if self.hosts.earliest_start(HOST, self.limits, self.now, page=page) > self.now:
            return
        assert len(self.in_flight) < (1 if self.refusals else self.limits.per_host)
        assert self.now >= self.paused_until, "a paused host is asked for neither feeds nor pages"
        assert self.last_start is None or (self.now - self.last_start).total_seconds() >= self.limits.spacing
        assert not page or self.now >= self.next_page
        self.in_flight.append(self.hosts.start_request(HOST, self.limits, self.now, crawl_delay if page else 0.0))
        self.last_start = self.now
        if page and crawl_delay:
            self.next_page = self.now + timedelta(seconds=crawl_delay)

    def finish(self, number: int, outcome: str, retry_after: float | None) -> None:
        """End one of the requests: an answer, a failure with this reason, or cancelled."""
        if not self.in_flight:
            return
        request = self.in_flight.pop(number % len(self.in_flight))
        request.end()
        if outcome == "answer":
            self.hosts.record_answer(HOST)
            self.refusals = 0
        elif outcome != "cancelled":
            self.hosts.record_failure(HOST, outcome, retry_after, self.limits, self.now)
            self.refusals += outcome != "http_404"
            self.paused_until = max(self.paused_until, self.now + timedelta(seconds=retry_after or 0.0))
        request.end()


starts = st.tuples(st.just("start"), st.booleans(), st.sampled_from([0.0, 5.0]))
ends = st.tuples(
    st.just("finish"),
    st.integers(0, 9),
    st.sampled_from(["answer", "http_429", "http_403", "http_404", "cancelled"]),
    st.sampled_from([None, 0.0, 30.0]),
)
waits = st.tuples(st.just("wait"), st.sampled_from([0.0, 0.5, 1.0, 10.0, 200.0]))


@given(st.lists(st.one_of(starts, ends, waits), max_size=80), st.integers(1, 3), st.sampled_from([0.0, 1.0]))
def test_any_sequence_of_requests_keeps_the_limits_and_frees_every_place(
    steps: list[Any], per_host: int, spacing: float
) -> None:
    client = Client(FetchConfig(per_host=per_host, spacing=spacing))
    for kind, *values in steps:
        match kind:
            case "start":
                client.start(page=values[0], crawl_delay=values[1])
            case "finish":
                client.finish(*values)
            case _:
                client.now += timedelta(seconds=values[0])
    for request in client.in_flight:
        request.end()
    client.hosts.record_answer(HOST)
    client.now += timedelta(days=1)
    requests = []
    while client.hosts.earliest_start(HOST, client.limits, client.now, page=True) <= client.now:
        requests.append(client.hosts.start_request(HOST, FetchConfig(per_host=per_host, spacing=0), client.now))
    assert len(requests) == per_host, "all places are free again"


def test_a_host_may_have_limits_of_its_own() -> None:
    exceptions = {"fast.example": HostConfig(per_host=3, spacing=0), "slow.example": HostConfig(spacing=60)}
    hosts, limits = HostLimits(lambda: 0.5), FetchConfig(spacing=1, per_host=2, hosts=exceptions)
    started: dict[str, list[HostRequest]] = {}
    for name in ("fast.example", "slow.example", "other.example"):
        now = START
        while hosts.earliest_start(name, limits, now) == now and len(started.setdefault(name, [])) < 9:
            started[name].append(hosts.start_request(name, limits, now))
        assert hosts.earliest_start(name, limits, now) > now
    assert {name: len(requests) for name, requests in started.items()} == {
        "fast.example": 3,
        "slow.example": 1,
        "other.example": 1,
    }
    assert hosts.earliest_start("slow.example", limits, START + timedelta(seconds=59)) == START + timedelta(seconds=60)
    assert hosts.earliest_start("other.example", limits, START + timedelta(seconds=1)) == START + timedelta(seconds=1)


def test_a_retry_after_of_zero_does_not_replace_the_pause_after_many_refusals() -> None:
    hosts, limits = HostLimits(lambda: 0.5), FetchConfig(spacing=0)
    for _ in range(3):
        hosts.record_failure("busy.example", "http_429", 0.0, limits, START)
    assert hosts.is_paused("busy.example", START + timedelta(seconds=30))
