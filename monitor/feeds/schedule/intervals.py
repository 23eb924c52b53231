"""Compute when to poll a feed next. Pure: time and chance are arguments."""

from datetime import datetime, timedelta

from monitor.backoff import backoff
from monitor.config import FeedConfig, FetchConfig
from monitor.feeds.schedule import rhythm
from monitor.messages import Feed

START_RATE = 50.0
"""Feeds of a partition that are polled each second after a start, so that thousands of them are spread out."""
JITTER = 0.1
"""The fraction of an interval that is random, so that feeds that were polled together do not stay together."""
DEFAULT_INTERVAL = 300.0
"""Seconds between polls of a feed whose rhythm is not known yet."""


def first_due(count: int, now: datetime, chance: float) -> datetime:
    """Return when to poll one of *count* feeds after a start at *now*; *chance*, from 0 to 1, spreads them.

    The spread is random and not by a hash, so that no feed is always the last if partitions change owners often.
    """
    return now + timedelta(seconds=chance * count / START_RATE)


def due_after_start(
    feed: Feed | None, count: int, feed_config: FeedConfig, limits: FetchConfig, now: datetime, chance: float
) -> datetime:
    """Return when to poll a feed after a start or a standstill: like `first_due`, but a failing feed keeps its backoff."""
    due = first_due(count, now, chance)
    if feed is None or not feed.failures:
        return due
    return max(due, next_due(feed, interval(feed, feed_config, limits, now), limits, min(feed.at, now), chance))


def interval(feed: Feed, feed_config: FeedConfig, limits: FetchConfig, now: datetime, max_age: float | None = None) -> float:
    """Return the seconds between polls of *feed*: the configured value, else one from its rhythm.

    The rate of polls is proportional to the square root of the rate of articles. A feed with an article each *limits.floor*
    seconds, or more often, is polled each *limits.floor* seconds. The feed's ttl, the response's *max_age* (seconds) and the
    hours to skip are respected, up to *limits.slowest* seconds.
    """
    if configured := feed_config.every or limits.every:
        return configured
    wanted = rhythm.wait(feed.rhythm, limits.floor / 2, limits.slowest, now) if feed.rhythm else DEFAULT_INTERVAL
    seconds = min(limits.slowest, max(wanted, feed.ttl or 0.0, max_age or 0.0))
    return max(limits.floor, min(limits.slowest, _past_skipped_hours(seconds, feed.skip_hours, now)))


def next_due(feed: Feed, seconds: float, limits: FetchConfig, now: datetime, chance: float) -> datetime:
    """Return when to poll *feed* again, if its interval is *seconds*; *chance* is from 0 to 1.

    Each failure in a row doubles the wait, up to *limits.ceiling* seconds. A gone feed is polled after that time. Polling
    never stops.
    """
    longest = max(seconds, limits.ceiling)
    if feed.state == "gone":
        return now + timedelta(seconds=longest * (1 - JITTER * chance))
    if feed.failures:
        return now + timedelta(seconds=max(seconds, backoff(feed.failures, chance, first=2 * seconds, cap=longest)))
    return now + timedelta(seconds=seconds * (1 - JITTER / 2 + JITTER * chance))


def _past_skipped_hours(seconds: float, hours: tuple[int, ...], now: datetime) -> float:
    """Return *seconds*, or more if the wait would end in one of *hours*, even after jitter shortens it."""
    due = now + timedelta(seconds=seconds)
    if due.hour not in hours:
        return seconds
    steps = next((step for step in range(1, 24) if (due.hour + step) % 24 not in hours), 0)
    next_open_hour = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=steps)
    return max(seconds, (next_open_hour - now).total_seconds() / (1 - JITTER / 2))
