"""When each feed is asked next. Pure."""

import math
from datetime import datetime, timedelta

from monitor.backoff import backoff
from monitor.config import FeedConfig, FetchConfig
from monitor.feeds.schedule import rhythm
from monitor.messages import Feed

START_RATE = 50.0
"""Feeds of a partition asked each second after a start: at once for a few, spread out for thousands."""
JITTER = 0.1
"""How much of the interval is left to chance, so that feeds that met once do not stay together."""
UNKNOWN = 300.0
"""Seconds between polls of a feed of which no rhythm is known yet."""
CLAMP = 86400.0
"""The most seconds that a server's Retry-After can hold us off, whatever fetch.ceiling says."""


def first_due(count: int, now: datetime, chance: float) -> datetime:
    """When to ask a feed, one of *count*, after a start at *now*: they are spread by *chance*, from 0 to 1.

    By chance and not by a hash, so that where owners change all the time no feed is always the last.
    """
    return now + timedelta(seconds=chance * count / START_RATE)


def again_due(feed: Feed | None, count: int, line: FeedConfig, limits: FetchConfig, now: datetime, chance: float) -> datetime:
    """When to ask after a start or a standstill: as `first_due`, but a feed that had failed is not asked before its time."""
    due = first_due(count, now, chance)
    if feed is None or not feed.failures:
        return due
    return max(due, next_due(feed, interval(feed, line, limits, now), limits, min(feed.at, now), chance))


def interval(feed: Feed, line: FeedConfig, limits: FetchConfig, now: datetime, max_age: float | None = None) -> float:
    """Seconds between polls of *feed*: what the config fixes, else what its rhythm asks for and its publisher allows.

    A feed with an article each *limits.floor* seconds is asked that often; quieter ones less, by the square root. The
    feed's ttl, the answer's *max_age* and the hours to skip are waited for, up to *limits.slowest*.
    """
    if fixed := line.every or limits.every:
        return fixed
    wanted = rhythm.wait(feed.rhythm, limits.floor / 2, limits.slowest, now) if feed.rhythm else UNKNOWN
    seconds = max(wanted, feed.ttl or 0.0, max_age or 0.0)
    return max(limits.floor, min(limits.slowest, _past_skipped(seconds, feed.skip_hours, now)))


def next_due(feed: Feed, every: float, limits: FetchConfig, now: datetime, chance: float) -> datetime:
    """When to ask *feed* again, wanted *every* so many seconds; *chance* is between 0 and 1.

    Failures in a row double the wait up to *limits.ceiling* seconds, at which a gone feed is asked; none is given up.
    """
    longest = max(every, limits.ceiling)
    if feed.state == "gone":
        return now + timedelta(seconds=longest * (1 - JITTER * chance))
    if feed.failures:
        return now + timedelta(seconds=max(every, backoff(feed.failures, chance, first=2 * every, cap=longest)))
    return now + timedelta(seconds=every * (1 - JITTER / 2 + JITTER * chance))


def _past_skipped(seconds: float, hours: tuple[int, ...], now: datetime) -> float:
    """*seconds* from *now*, or more, so that they end in none of *hours* even where chance takes some off."""
    due = now + timedelta(seconds=seconds)
    if due.hour not in hours:
        return seconds
    steps = next((step for step in range(1, 24) if (due.hour + step) % 24 not in hours), 0)
    open_again = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=steps)
    return max(seconds, (open_again - now).total_seconds() / (1 - JITTER / 2))


def held_until(retry_after: float, ceiling: float, now: datetime, chance: float) -> datetime:
    """Until when a host is left alone that asks for *retry_after* seconds: a day or *ceiling* at most, a little spread."""
    seconds = min(retry_after, ceiling, CLAMP) if math.isfinite(retry_after) else min(ceiling, CLAMP)
    return now + timedelta(seconds=seconds * (1 + JITTER * chance))
