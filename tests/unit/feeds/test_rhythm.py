"""A feed's rhythm, and the polling interval that follows from it."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import FeedConfig, FetchConfig
from monitor.feeds.feed_state import initial_state
from monitor.feeds.parsing import hints
from monitor.feeds.schedule import intervals, rhythm
from monitor.http.headers import parse_max_age
from monitor.messages import Feed
from tests.make import START

FEED_CONFIG, LIMITS = FeedConfig("https://example.org/a"), FetchConfig()
DAY = 86400.0


def every(gap: float, days: float = 7) -> Feed:
    """Return a feed with one article each *gap* seconds in the last *days* days."""
    dates = [START - timedelta(seconds=gap * number) for number in range(int(days * DAY / gap))]
    return replace(
        initial_state("f", FEED_CONFIG.url, 300, START), rhythm=rhythm.begin(dates, START), state="ok", last_ok=START
    )


def interval(
    feed: Feed, limits: FetchConfig = LIMITS, feed_config: FeedConfig = FEED_CONFIG, max_age: float | None = None
) -> float:
    return intervals.interval(feed, feed_config, limits, START, max_age)


@pytest.mark.parametrize(("gap", "seconds"), [(10, 60), (60, 60), (3600, 465), (6.3 * 3600, 1165), (29.7 * 3600, 2530)])
def test_a_feed_is_polled_by_the_square_root_of_its_rate(gap: float, seconds: float) -> None:
    assert interval(every(gap)) == pytest.approx(seconds, rel=0.3)


def test_a_configured_interval_overrides_all() -> None:
    feed = replace(every(60), ttl=7200.0)
    assert interval(feed, feed_config=replace(FEED_CONFIG, every=20)) == 20
    assert interval(feed, replace(LIMITS, every=300), max_age=900) == 300


def test_ttl_and_max_age_are_respected_within_bounds() -> None:
    feed = every(60)
    assert interval(replace(feed, ttl=900.0)) == 900
    assert interval(feed, max_age=600) == 600
    assert interval(replace(feed, ttl=30 * DAY)) == LIMITS.slowest
    assert interval(feed, replace(LIMITS, floor=120, slowest=120)) == 120


def test_skipped_hours_are_respected_up_to_the_slowest_interval() -> None:
    feed = replace(every(60), skip_hours=(START.hour,))
    assert interval(feed, replace(LIMITS, slowest=7200)) >= 3600
    assert interval(replace(feed, skip_hours=tuple(range(20)))) == LIMITS.slowest


def test_a_feed_is_polled_sooner_before_a_busy_hour() -> None:
    busy_hour = (START + timedelta(hours=1)).hour
    dates = [
        START.replace(hour=busy_hour, minute=minute) - timedelta(days=day) for day in range(1, 7) for minute in range(0, 60, 2)
    ]
    feed_rhythm = rhythm.begin(dates, START)
    before = rhythm.wait(feed_rhythm, 30, 86400, START)
    during = rhythm.wait(feed_rhythm, 30, 86400, START + timedelta(hours=1))
    after = rhythm.wait(feed_rhythm, 30, 86400, START + timedelta(hours=6))
    assert during < before < after


def test_a_feed_without_dates_goes_by_its_stated_period_and_then_by_its_articles() -> None:
    stated = rhythm.begin([None], START, hints.period("daily", "2"))
    assert stated.seconds == DAY / 2
    feed_rhythm = rhythm.begin([None], START)
    for minute in range(10, 600, 10):
        feed_rhythm = rhythm.add_articles(feed_rhythm, 2, START + timedelta(minutes=minute))
    assert rhythm.wait(feed_rhythm, 30, 3600, feed_rhythm.at) < rhythm.wait(rhythm.begin([None], START), 30, 3600, START)


def test_a_silent_feed_is_polled_less_and_less_often() -> None:
    feed = every(600)
    assert feed.rhythm
    waits = [rhythm.wait(feed.rhythm, 30, DAY, START + timedelta(days=days)) for days in range(0, 30, 3)]
    assert waits == sorted(waits)
    assert waits[-1] > 5 * waits[0]


def test_a_feed_is_silent_only_against_its_own_rhythm() -> None:
    busy, rare = every(600).rhythm, every(2 * DAY).rhythm
    assert busy
    assert rare
    assert not rhythm.is_silent(busy, START + timedelta(hours=11))
    assert rhythm.is_silent(busy, START + timedelta(hours=25))
    assert not rhythm.is_silent(rare, START + timedelta(days=4))
    new = rhythm.begin([START - timedelta(minutes=minute) for minute in range(60)], START)
    assert not rhythm.is_silent(new, START + timedelta(days=6))


def test_a_weekend_off_is_no_silence_once_it_has_been_seen() -> None:
    feed_rhythm = rhythm.begin([START - timedelta(minutes=30 * number) for number in range(300)], START)
    monday = START + timedelta(hours=62)
    assert rhythm.is_silent(feed_rhythm, monday + timedelta(days=1))
    for half_hours in range(5 * 48):
        feed_rhythm = rhythm.add_articles(feed_rhythm, 1, monday + timedelta(minutes=30 * half_hours))
    assert not rhythm.is_silent(feed_rhythm, feed_rhythm.at + timedelta(hours=24))


@given(
    st.lists(st.floats(-8 * DAY, 8 * DAY), max_size=80),
    st.lists(st.tuples(st.floats(0, 40 * DAY), st.integers(1, 2000)), max_size=8),
    st.floats(0, 400 * DAY),
    st.floats(0, 1),
)
def test_any_feed_is_polled_between_floor_and_slowest(
    dates: list[float], news: list[tuple[float, int]], quiet: float, chance: float
) -> None:
    now = START
    feed_rhythm = rhythm.begin([now + timedelta(seconds=seconds) for seconds in dates], now)
    for seconds, count in news:
        now += timedelta(seconds=seconds)
        feed_rhythm = rhythm.add_articles(feed_rhythm, count, now)
    now += timedelta(seconds=quiet)
    assert all(share >= 0 and math.isfinite(share) for share in feed_rhythm.hours)
    feed = replace(initial_state("f", FEED_CONFIG.url, 300, now), rhythm=feed_rhythm)
    seconds = intervals.interval(feed, FEED_CONFIG, LIMITS, now)
    assert LIMITS.floor <= seconds <= LIMITS.slowest
    wait = (intervals.next_due(feed, seconds, LIMITS, now, chance) - now).total_seconds()
    assert 0.94 * LIMITS.floor <= wait <= 1.06 * LIMITS.slowest


@given(st.text(max_size=40), st.text(max_size=40), st.binary(max_size=200))
def test_any_text_is_a_valid_hint_or_none(one: str, other: str, body: bytes) -> None:
    for seconds in (hints.ttl(one), hints.period(one, other), parse_max_age(one)):
        assert seconds is None or seconds >= 0
    assert hints.skip_hours(b"<skipHours><hour>25</hour>" + body) == () or b"<hour>" in body


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("max-age=300", 300), ("public, MAX-AGE = 60", 60), ("s-maxage=9", None), ("no-cache, max-age=60", None), ("", None)],
)
def test_cache_control(text: str, seconds: float | None) -> None:
    assert parse_max_age(text) == seconds


def test_hints_in_a_feed() -> None:
    assert (hints.ttl(" 15 "), hints.ttl("0"), hints.ttl("soon")) == (900, None, None)
    assert (hints.period("Hourly", "2"), hints.period("never", "")) == (1800, None)
    assert hints.skip_hours(b"<rss><skipHours><hour>24</hour><hour> 2 </hour></skipHours>") == (0, 2)
