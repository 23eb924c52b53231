"""When each feed is asked next. Pure."""

from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.messages import Feed
from monitor.service import backoff

START_RATE = 50.0
"""Feeds asked each second after a start: at once for a few, spread out for thousands."""
JITTER = 0.1
"""How much of the interval is left to chance, so that feeds that met once do not stay together."""


def first_due(feed: str, count: int, now: datetime) -> datetime:
    """When to ask the feed with the id *feed* after a start at *now*, one of *count*: spread by hash, the same each time."""
    share = int.from_bytes(blake2b(feed.encode(), digest_size=4).digest()) / 2**32
    return now + timedelta(seconds=share * count / START_RATE)


def next_due(feed: Feed, every: float, ceiling: float, now: datetime, chance: float) -> datetime:
    """When to ask *feed* again, wanted *every* so many seconds; *chance* is between 0 and 1.

    Failures in a row double the wait up to *ceiling* seconds, and no feed is given up; a gone one is asked at the ceiling.
    """
    longest = max(every, ceiling)
    if feed.state == "gone":
        seconds = longest
    elif feed.failures:
        seconds = max(every, backoff(feed.failures, chance, first=2 * every, cap=longest))
    else:
        seconds = every * (1 - JITTER / 2 + JITTER * chance)
    return now + timedelta(seconds=seconds)


def held_until(retry_after: float, ceiling: float, now: datetime, chance: float) -> datetime:
    """Until when a host is left alone that asks for *retry_after* seconds: no longer than *ceiling*, and a little spread."""
    return now + timedelta(seconds=min(retry_after, ceiling) * (1 + JITTER * chance))
