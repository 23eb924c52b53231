"""When feeds and hosts are asked: the faults of the list that concern the schedule, by their numbers."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds import feed_state, service
from monitor.feeds.articles import edits
from monitor.feeds.feed_state import blank
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.parsing.hints import retry_after
from monitor.feeds.schedule import intervals, rhythm
from monitor.feeds.schedule.due_queue import DueQueue
from monitor.http.host_limits import BURST, HostLimits
from monitor.messages import ItemState, Trouble
from tests.make import START

URL = "https://example.org/a"
LINE, LIMITS = FeedConfig(URL), FetchConfig(spacing=0)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def seconds(moment: datetime) -> float:
    return (moment - START).total_seconds()


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
def test_15_retry_after_is_obeyed_up_to_a_day_and_for_the_whole_host(text: str, held: float) -> None:
    hosts = HostLimits(lambda: 0.0)
    wish = retry_after({"Retry-After": text}, START)
    assert wish is not None
    hosts.failed("example.org", FetchError("http_429", "", wish, "cdn.example.org"), LIMITS, START, was_good=True)
    assert seconds(hosts.opens("cdn.example.org", LIMITS, START)) == held
    assert hosts.opens("example.org", LIMITS, START) == START


def test_15_a_wish_that_is_no_wish_holds_nothing() -> None:
    assert retry_after({"Retry-After": "soon"}, START) is None
    assert retry_after({}, START) is None


def test_16_a_burst_of_refusals_holds_the_host_longer_each_time_until_it_answers() -> None:
    hosts, now, holds = HostLimits(lambda: 0.5), START, []
    for number in range(12):
        hosts.failed("example.org", FetchError("http_403", "", None, "example.org"), LIMITS, now, was_good=True)
        opens = hosts.opens("example.org", LIMITS, now)
        if number + 1 >= BURST:
            holds.append((opens - now).total_seconds())
        now = opens
    assert holds == sorted(holds)
    assert 60 <= holds[0] < holds[-1] <= 3600
    hosts.begin("example.org", LIMITS, now)
    assert hosts.opens("example.org", LIMITS, now) > now, "a host that refused us is asked by one fetch at a time"
    hosts.end("example.org")
    hosts.answered("example.org")
    hosts.begin("example.org", LIMITS, now)
    assert hosts.opens("example.org", LIMITS, now) == now


def test_16_retries_are_never_resynchronised() -> None:
    chance = random.Random(1)
    feeds = [replace(blank(f"f{number}", URL, 300, START), state="failing") for number in range(500)]
    for failures in range(1, 12):
        dues = [intervals.next_due(replace(feed, failures=failures), 300, LIMITS, START, chance.random()) for feed in feeds]
        fullest = Counter(int(seconds(due) // 10) for due in dues).most_common(1)[0][1]
        assert fullest < 50, failures


def test_17_a_gone_feed_is_asked_at_the_ceiling_and_a_404_soon() -> None:
    gone = replace(blank("f", URL, 300, START), state="gone", failures=1)
    assert 0.9 * 86400 <= seconds(intervals.next_due(gone, 300, LIMITS, START, 0.5)) <= 86400
    absent = replace(blank("f", URL, 300, START), state="failing", failures=1)
    assert seconds(intervals.next_due(absent, 300, LIMITS, START, 0.5)) <= 600


def test_waits_double_up_to_the_ceiling_and_never_end() -> None:
    feed = replace(blank("f", URL, 300, START), state="failing")
    waits = [seconds(intervals.next_due(replace(feed, failures=number), 300, LIMITS, START, 0.5)) for number in range(1, 2000)]
    assert waits == sorted(waits)
    assert 300 <= waits[0] <= 600
    assert max(waits) <= 86400


def run(
    agenda: DueQueue, hosts: HostLimits, limits: FetchConfig, host_of: dict[str, str], span: float
) -> list[tuple[float, str]]:
    """What is asked within *span* seconds, each answer taking none."""
    asked, now = [], 0.0
    while now < span:
        while feed := agenda.take(later(now), host_of.__getitem__, lambda host: hosts.opens(host, limits, later(now))):  # noqa: B023
            hosts.begin(host_of[feed], limits, later(now))
            hosts.end(host_of[feed])
            asked.append((now, feed))
        now += 0.1
    return asked


def test_18_ten_thousand_feeds_on_one_host_are_spaced_and_cost_others_nothing() -> None:
    host_of = {f"crowd {number}": "crowd" for number in range(10_000)} | {
        f"few {number}": f"host {number}" for number in range(50)
    }
    agenda, hosts = DueQueue(), HostLimits(lambda: 0.5)
    agenda.fill((START, feed) for feed in host_of)
    asked = run(agenda, hosts, FetchConfig(spacing=1), host_of, 60)
    others = [moment for moment, feed in asked if host_of[feed] != "crowd"]
    crowd = [feed for _, feed in asked if host_of[feed] == "crowd"]
    assert others == [0.0] * 50
    assert 55 <= len(crowd) <= 60
    assert len(set(crowd)) == len(crowd)


def test_18_a_host_has_no_more_fetches_at_once_than_it_may() -> None:
    agenda, hosts, limits = DueQueue(), HostLimits(lambda: 0.5), FetchConfig(spacing=0, per_host=2)
    agenda.fill((START, f"f{number}") for number in range(10))
    taken = []
    while feed := agenda.take(START, lambda _: "host", lambda host: hosts.opens(host, limits, START)):
        hosts.begin("host", limits, START)
        taken.append(feed)
    assert len(taken) == 2
    hosts.end("host")
    soon = later(1)
    assert agenda.take(soon, lambda _: "host", lambda host: hosts.opens(host, limits, soon))


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 20)), max_size=40), st.floats(0, 2), st.integers(1, 3))
def test_18_every_feed_has_its_turn(feeds: list[tuple[int, float]], spacing: float, per_host: int) -> None:
    host_of = {f"f{number}": f"h{host}" for number, (host, _) in enumerate(feeds)}
    agenda, limits = DueQueue(), FetchConfig(spacing=spacing, per_host=per_host)
    agenda.fill((later(due), f"f{number}") for number, (_, due) in enumerate(feeds))
    asked = run(agenda, HostLimits(lambda: 0.5), limits, host_of, 20 + len(feeds) * (spacing + 0.5))
    assert sorted(feed for _, feed in asked) == sorted(host_of)
    assert all(moment >= feeds[int(feed[1:])][1] - 1e-6 for moment, feed in asked)


def test_after_a_start_polls_are_spread_and_failing_feeds_wait_their_time() -> None:
    dues = [seconds(intervals.again_due(None, 5000, LINE, LIMITS, START, number / 5000)) for number in range(5000)]
    assert max(dues) <= 100
    assert len({int(due) for due in dues}) == 100
    failing = replace(blank("f", URL, 300, START), state="failing", failures=9)
    assert seconds(intervals.again_due(failing, 1, LINE, LIMITS, later(60), 0.5)) > 3600


def test_an_outage_of_our_own_network_is_blamed_on_no_feed() -> None:
    hosts = HostLimits(lambda: 0.5)
    mute = FetchError("dns", "no address is known")
    blamed = [not hosts.failed(f"h{number}", mute, LIMITS, START, was_good=True) for number in range(10)]
    assert blamed == [True, True] + [False] * 8
    assert hosts.failed("h5", mute, LIMITS, START, was_good=False)
    hosts.answered("h3")
    assert not hosts.failed("h4", mute, LIMITS, START, was_good=True)


def test_feeds_that_failed_before_are_no_outage() -> None:
    hosts = HostLimits(lambda: 0.5)
    assert not any(hosts.failed(f"h{n}", FetchError("timeout", ""), LIMITS, START, was_good=False) for n in range(10))


def test_6_a_move_is_believed_after_three_days_of_equal_answers() -> None:
    feed, new = blank("f", URL, 300, START), "https://example.org/new"
    for hours, days in ((0, 1), (1, 1), (20, 2), (44, 3)):
        feed = replace(feed, moved=feed_state.moved_on(feed, new, START + timedelta(hours=hours)))
        assert feed.moved
        assert feed.moved.days == days
        assert feed_state.address(URL, feed) == (new if days == 3 else URL)
    assert feed_state.address(URL, replace(feed, failures=1)) == URL, "where it fails at its new address the old one is asked"
    assert feed_state.moved_on(feed, None, later(0)) == feed.moved, "there it need not redirect again"
    assert feed_state.moved_on(replace(feed, failures=1), None, later(0)) is None, "the old address answers by itself again"


def test_6_a_redirect_that_changes_or_ends_begins_anew() -> None:
    feed = replace(blank("f", URL, 300, START), moved=feed_state.moved_on(blank("f", URL, 300, START), "https://a.org/", START))
    moved = feed_state.moved_on(feed, "https://b.org/", START + timedelta(days=1))
    assert moved
    assert moved.days == 1
    assert feed_state.moved_on(feed, None, START) is None


def test_bounds_that_cross_are_told() -> None:
    (problem,) = service.check(Config(fetch=FetchConfig(floor=600, slowest=60)))
    assert "fetch.floor: 600 is above fetch.slowest, 60" in problem
    assert service.check(Config()) == []


def test_19_a_hold_lasts_as_long_where_the_clock_is_put_back() -> None:
    hosts = HostLimits(lambda: 0.0)
    hosts.failed("example.org", FetchError("http_429", "", 600.0), LIMITS, START, was_good=True)
    hosts.put_back(timedelta(days=1))
    yesterday = START - timedelta(days=1)
    assert hosts.opens("example.org", LIMITS, yesterday) == yesterday + timedelta(seconds=600)


def test_19_what_was_written_ahead_of_the_time_waits_for_it_no_longer() -> None:
    ahead = later(86400 * 365)
    second = int(ahead.timestamp())
    held = ItemState("a", "old", 4, at=second, moved=second, edits=4, held="new", sketch="1")
    beat = rhythm.begin([ahead], ahead)
    told = Trouble("silent", ahead, 1)
    feed = replace(blank("f", URL, 300, ahead), seen=(held, ItemState("b", "", 1)), rhythm=beat, last_ok=ahead, trouble=told)
    feed = replace(feed, moved=feed_state.moved_on(feed, "https://a.org/", ahead))
    assert feed_state.as_of(feed, ahead) is feed
    right = feed_state.as_of(feed, START)
    assert edits.decide_edit(right.seen[0], "new", int(START.timestamp()) + edits.REST).publish
    assert (right.at, right.last_ok, right.last_new, right.seen[1]) == (START, START, None, feed.seen[1])
    assert right.rhythm
    assert rhythm.is_silent(right.rhythm, START + timedelta(days=30))
    assert right.trouble == told, "its article goes by when it was first told"
    moved = feed_state.moved_on(right, "https://a.org/", START + timedelta(days=1))
    assert moved
    assert moved.days == 2
    assert feed_state.as_of(right, later(1)) is right
