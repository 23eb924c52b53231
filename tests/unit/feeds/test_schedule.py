"""When feeds are polled, and how a host's refusals, moves and outages change that."""

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
from monitor.feeds.feed_state import initial_state
from monitor.feeds.fetching.fetch import Response
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollResult
from monitor.feeds.results import process_result
from monitor.feeds.schedule import intervals, rhythm
from monitor.feeds.schedule.due_queue import DueQueue
from monitor.feeds.urls import feed_id
from monitor.http.host_limits import HostLimits
from monitor.http.outage import OutageDetector
from monitor.messages import ItemState, Trouble
from tests.make import START

URL = "https://example.org/a"
FEED_CONFIG, LIMITS = FeedConfig(URL), FetchConfig(spacing=0)


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def seconds(moment: datetime) -> float:
    return (moment - START).total_seconds()


def test_retries_of_failing_feeds_stay_spread_out() -> None:
    chance = random.Random(1)
    feeds = [replace(initial_state(f"f{number}", URL, 300, START), state="failing") for number in range(500)]
    for failures in range(1, 12):
        dues = [intervals.next_due(replace(feed, failures=failures), 300, LIMITS, START, chance.random()) for feed in feeds]
        fullest = Counter(int(seconds(due) // 10) for due in dues).most_common(1)[0][1]
        assert fullest < 50, failures


def test_a_gone_feed_is_polled_at_the_ceiling_and_a_404_soon() -> None:
    gone = replace(initial_state("f", URL, 300, START), state="gone", failures=1)
    assert 0.9 * 86400 <= seconds(intervals.next_due(gone, 300, LIMITS, START, 0.5)) <= 86400
    absent = replace(initial_state("f", URL, 300, START), state="failing", failures=1)
    assert seconds(intervals.next_due(absent, 300, LIMITS, START, 0.5)) <= 600


def test_waits_of_a_failing_feed_double_up_to_the_ceiling_and_never_end() -> None:
    feed = replace(initial_state("f", URL, 300, START), state="failing")
    waits = [seconds(intervals.next_due(replace(feed, failures=number), 300, LIMITS, START, 0.5)) for number in range(1, 2000)]
    assert waits == sorted(waits)
    assert 300 <= waits[0] <= 600
    assert max(waits) <= 86400


def run(queue: DueQueue, host_of: dict[str, str], limits: FetchConfig, span: float) -> list[tuple[float, str]]:
    """Return the feeds polled within *span* seconds and when, if each response takes no time."""
    hosts, polled, now = HostLimits(lambda: 0.5), [], 0.0
    while now < span:
        while feed := queue.pop(later(now), hosts, limits):
            hosts.start_request(host_of[feed], limits, later(now)).end()
            polled.append((now, feed))
        now += 0.1
    return polled


def test_ten_thousand_feeds_on_one_host_are_spaced_and_delay_no_other_host() -> None:
    host_of = {f"crowd {number}": "crowd" for number in range(10_000)} | {
        f"few {number}": f"host {number}" for number in range(50)
    }
    queue = DueQueue()
    queue.reset((START, feed, host) for feed, host in host_of.items())
    polled = run(queue, host_of, FetchConfig(spacing=1), 60)
    others = [moment for moment, feed in polled if host_of[feed] != "crowd"]
    crowd = [feed for _, feed in polled if host_of[feed] == "crowd"]
    assert others == [0.0] * 50
    assert 55 <= len(crowd) <= 60
    assert len(set(crowd)) == len(crowd)


def test_a_host_has_no_more_polls_at_once_than_allowed() -> None:
    queue, hosts, limits = DueQueue(), HostLimits(lambda: 0.5), FetchConfig(spacing=0, per_host=2)
    queue.reset((START, f"f{number}", "host") for number in range(10))
    requests = []
    while queue.pop(START, hosts, limits):
        requests.append(hosts.start_request("host", limits, START))
    assert len(requests) == 2
    requests[0].end()
    assert queue.pop(later(1), hosts, limits)


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 20)), max_size=40), st.floats(0, 2), st.integers(1, 3))
def test_every_feed_gets_its_turn(feeds: list[tuple[int, float]], spacing: float, per_host: int) -> None:
    host_of = {f"f{number}": f"h{host}" for number, (host, _) in enumerate(feeds)}
    queue, limits = DueQueue(), FetchConfig(spacing=spacing, per_host=per_host)
    queue.reset((later(due), f"f{number}", f"h{host}") for number, (host, due) in enumerate(feeds))
    polled = run(queue, host_of, limits, 20 + len(feeds) * (spacing + 0.5))
    assert sorted(feed for _, feed in polled) == sorted(host_of)
    assert all(moment >= feeds[int(feed[1:])][1] - 1e-6 for moment, feed in polled)


def test_after_a_start_polls_are_spread_and_failing_feeds_keep_their_backoff() -> None:
    dues = [seconds(intervals.due_after_start(None, 5000, FEED_CONFIG, LIMITS, START, number / 5000)) for number in range(5000)]
    assert max(dues) <= 100
    assert len({int(due) for due in dues}) == 100
    failing = replace(initial_state("f", URL, 300, START), state="failing", failures=9)
    assert seconds(intervals.due_after_start(failing, 1, FEED_CONFIG, LIMITS, later(60), 0.5)) > 3600


def test_an_outage_of_our_own_network_is_blamed_on_no_feed() -> None:
    outage = OutageDetector()
    blamed = [not outage.record_failure(f"h{number}", "dns", was_reachable=True) for number in range(10)]
    assert blamed == [True, True] + [False] * 8
    assert outage.record_failure("h5", "dns", was_reachable=False)
    outage.record_answer()
    assert not outage.record_failure("h4", "dns", was_reachable=True)


def test_a_refusal_ends_an_outage() -> None:
    outage = OutageDetector()
    assert [outage.record_failure(f"h{number}", "connect", was_reachable=True) for number in range(3)] == [False, False, True]
    assert not outage.record_failure("h4", "http_429", was_reachable=True)
    assert not outage.record_failure("h5", "connect", was_reachable=True)


def test_feeds_that_failed_before_are_no_outage() -> None:
    outage = OutageDetector()
    assert not any(outage.record_failure(f"h{number}", "timeout", was_reachable=False) for number in range(10))


def test_a_permanent_redirect_is_accepted_after_three_days() -> None:
    feed, new = initial_state("f", URL, 300, START), "https://example.org/new"
    for hours, days in ((0, 1), (1, 1), (20, 2), (44, 3)):
        feed = replace(feed, moved=feed_state.update_move(feed, new, START + timedelta(hours=hours)))
        assert feed.moved
        assert feed.moved.days == days
        assert feed_state.current_url(URL, feed) == (new if days == 3 else URL)
    assert feed_state.current_url(URL, replace(feed, failures=1)) == URL, "if the new URL fails, the old one is tried"
    assert feed_state.update_move(feed, None, later(0)) == feed.moved, "the new URL need not redirect again"
    assert feed_state.update_move(replace(feed, failures=1), None, later(0)) is None, "the old URL no longer redirects"


@pytest.mark.parametrize(
    ("private", "target", "stored"),
    [
        (False, "https://example.org/new?token=hemlig", "https://example.org/new?token=***"),
        (True, "https://example.com/hemlig.rss", "https://example.com/***"),
    ],
)
def test_a_permanent_redirect_to_a_url_with_a_secret_is_stored_without_it_and_followed_each_time(
    private: bool,  # noqa: FBT001  (a parameter of the test)
    target: str,
    stored: str,
) -> None:
    feed, feed_config = initial_state("f", URL, 300, START), FeedConfig(URL, private=private)
    for days in range(4):
        now = START + timedelta(days=days)
        result = PollResult(Response(target, None, "text/xml", None, None, now, moved=target))
        feed = process_result(result, feed, feed, feed_config, FetchConfig(), now).state
    assert feed.moved
    assert (feed.moved.url, feed.moved.days) == (stored, 3)
    assert feed_state.current_url(URL, feed) == URL


def test_the_state_of_a_feed_is_found_under_its_id_from_before_tokens_were_hashed() -> None:
    url = "https://example.org/token/hemlig/rss"
    state = PartitionState(lambda _: True)
    state.apply(initial_state("example.org/token/hemlig/rss", url, 300, START))
    assert state.current(feed_id(url), FeedConfig(url), START).id == feed_id(url)
    assert list(state.feeds) == [feed_id(url)]


def test_a_redirect_that_changes_or_ends_starts_again_at_one_day() -> None:
    first = initial_state("f", URL, 300, START)
    feed = replace(first, moved=feed_state.update_move(first, "https://a.org/", START))
    moved = feed_state.update_move(feed, "https://b.org/", START + timedelta(days=1))
    assert moved
    assert moved.days == 1
    assert feed_state.update_move(feed, None, START) is None


def test_a_floor_above_the_slowest_interval_is_a_problem() -> None:
    (problem,) = service.check(Config(fetch=FetchConfig(floor=600, slowest=60)))
    assert "fetch.floor: 600 is above fetch.slowest, 60" in str(problem)
    assert service.check(Config()) == []


def test_a_state_written_while_the_clock_was_ahead_does_not_wait_for_that_time() -> None:
    ahead = later(86400 * 365)
    second = int(ahead.timestamp())
    held = ItemState("a", "old", 4, at=second, moved=second, edits=4, held="new", sketch="1")
    feed_rhythm = rhythm.begin([ahead], ahead)
    trouble = Trouble("silent", ahead, 1)
    feed = replace(
        initial_state("f", URL, 300, ahead),
        seen=(held, ItemState("b", "", 1)),
        rhythm=feed_rhythm,
        last_ok=ahead,
        trouble=trouble,
    )
    feed = replace(feed, moved=feed_state.update_move(feed, "https://a.org/", ahead))
    assert feed_state.as_of(feed, ahead) is feed
    corrected = feed_state.as_of(feed, START)
    assert edits.decide_edit(corrected.seen[0], "new", int(START.timestamp()) + edits.STABLE_SECONDS).publish
    assert (corrected.at, corrected.last_ok, corrected.last_new, corrected.seen[1]) == (START, START, None, feed.seen[1])
    assert corrected.rhythm
    assert rhythm.is_silent(corrected.rhythm, START + timedelta(days=30))
    assert corrected.trouble == trouble, "the id of its article depends on when it was first reported"
    moved = feed_state.update_move(corrected, "https://a.org/", START + timedelta(days=1))
    assert moved
    assert moved.days == 2
    assert feed_state.as_of(corrected, later(1)) is corrected
