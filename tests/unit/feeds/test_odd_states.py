"""Feed states with odd values, valid by the schema: none ends the poller, and none parks a feed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.config import FeedConfig, FetchConfig
from monitor.feeds import feed_state
from monitor.feeds.articles.edits import SETTLED_SECONDS, decide_edit
from monitor.feeds.fetching.fetch import FetchError, Response
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollResult
from monitor.feeds.results import process_result
from monitor.feeds.schedule import intervals
from monitor.feeds.urls import raw_host
from monitor.messages import Feed, ItemState, Moved, Rhythm, Trouble
from monitor.messages.codec import encode
from tests.make import START

URL = "https://example.org/a"
LIMITS = FetchConfig(spacing=0)
FAR = datetime(2099, 1, 1, tzinfo=UTC)
TIMES = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda each: START + each),
    st.sampled_from([datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), FAR, START]),
)
MAYBE_TIMES = st.one_of(st.none(), TIMES)
NUMBERS = st.one_of(st.floats(0, 1e6), st.floats(0, allow_infinity=False, allow_nan=False))
COUNTS = st.integers(0, 2**53)
TEXTS = st.text(max_size=30)
URLS = st.one_of(st.sampled_from([URL, "", "http://[", "https://a:99999/", "//", "http://\x00", "mailto:a"]), TEXTS)
ITEMS = st.builds(
    ItemState, TEXTS, TEXTS, st.integers(1, 2**53), at=st.integers(-(2**53), 2**53), moved=COUNTS, edits=COUNTS, held=TEXTS
)
RHYTHMS = st.builds(Rhythm, st.lists(NUMBERS, min_size=24, max_size=24).map(tuple), NUMBERS, TIMES, TIMES, NUMBERS)
KINDS = st.sampled_from(["failing", "gone", "silent"])
FEEDS = st.builds(
    Feed,
    id=st.just("example.org/a"),
    url=URLS,
    title=TEXTS,
    state=st.sampled_from(["new", "ok", "failing", "blocked", "gone"]),
    error=st.one_of(st.none(), TEXTS),
    failures=COUNTS,
    etag=st.one_of(st.none(), TEXTS),
    modified=st.one_of(st.none(), TEXTS),
    body=st.one_of(st.none(), TEXTS),
    seen=st.lists(ITEMS, max_size=3).map(tuple),
    interval=NUMBERS,
    last_ok=MAYBE_TIMES,
    last_new=MAYBE_TIMES,
    at=TIMES,
    ttl=st.one_of(st.none(), NUMBERS),
    skip_hours=st.lists(st.integers(0, 23), max_size=24).map(tuple),
    rhythm=st.one_of(st.none(), RHYTHMS),
    trouble=st.one_of(
        st.none(), st.builds(Trouble, st.sampled_from(["failing", "gone", "silent"]), TIMES, st.integers(1, 2**53))
    ),
    moved=st.one_of(st.none(), st.builds(Moved, URLS, st.integers(1, 3), TIMES)),
    full=MAYBE_TIMES,
    etag_changes=COUNTS,
)


def test_a_feed_with_an_odd_state_is_polled_soon_and_its_next_state_is_valid() -> None:
    longest = timedelta(seconds=1.2 * max(LIMITS.slowest, LIMITS.ceiling))

    @given(FEEDS, st.one_of(st.none(), NUMBERS), st.floats(0, 1))
    def check(feed: Feed, max_age: float | None, chance: float) -> None:
        state = PartitionState(lambda _: True)
        state.apply(feed)
        config = FeedConfig(URL)
        assert START <= intervals.due_after_start(feed, 1, config, LIMITS, START, chance) <= START + longest
        raw_host(feed_state.current_url(URL, feed))
        previous = state.current(feed.id, config, START)
        not_modified = PollResult(Response(URL, None, "text/xml", None, None, START, max_age))
        for result in (FetchError("http_500", "HTTP 500"), FetchError("http_410", "HTTP 410"), not_modified):
            update = process_result(result, previous, feed, config, LIMITS, START)
            for message in update.messages:
                encode(message)
            due = intervals.next_due(update.state, update.interval, LIMITS, START, chance)
            assert START < due <= START + longest

    check()


def test_an_edit_is_not_held_back_until_a_time_in_the_future() -> None:
    now, far = int(START.timestamp()), int(FAR.timestamp())
    waiting = ItemState("a", "old", 4, at=far, moved=far, edits=4, held="new")
    first = decide_edit(waiting, "new", now)
    assert not first.publish
    assert decide_edit(first.state, "new", now + SETTLED_SECONDS).publish


def test_one_time_in_the_future_is_corrected_although_the_state_is_older() -> None:
    feed = replace(feed_state.initial_state("f", URL, 300, START), last_ok=START, full=FAR)
    assert feed_state.as_of(feed, START).full == START
    assert feed_state.validators(feed_state.as_of(feed, START), START + feed_state.FULL_RESPONSE) == (None, None)
