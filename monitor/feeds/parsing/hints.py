"""A publisher's hints on how often to poll: ttl, skipHours, sy:updatePeriod, and hubs. Pure functions."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 7 * 86400.0, "monthly": 30 * 86400.0, "yearly": 365 * 86400.0}
"""Seconds in each period of the syndication module (web.resource.org/rss/1.0/modules/syndication)."""
MAX_LINKS = 8
"""The most links of one relation that are read."""
_SKIP_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*([0-9]{1,2})\s*</hour>", re.IGNORECASE)


def ttl(text: str) -> float | None:
    """Return RSS's ttl, which is in minutes, in seconds; None unless it is a positive number."""
    number = text.strip()
    return float(number) * 60 if re.fullmatch(r"0*[1-9][0-9]{0,6}", number) else None


def period(name: str, frequency: str) -> float | None:
    """Return the seconds between updates according to sy:updatePeriod and sy:updateFrequency, None if unknown."""
    seconds = PERIODS.get(name.strip().lower())
    times = int(frequency) if re.fullmatch(r"0*[1-9][0-9]{0,4}", frequency.strip()) else 1
    return seconds / times if seconds else None


def skip_hours(document: bytes) -> tuple[int, ...]:
    """Return RSS's skipHours in *document*, a feed without its items: hours from 0 to 23, () if all are skipped.

    Hour 24 counts as 0.
    """
    element = _SKIP_HOURS.search(document)
    hours = {int(hour) % 24 for hour in _HOUR.findall(element[1]) if int(hour) <= 24} if element else set()  # noqa: PLR2004
    return tuple(sorted(hours)) if len(hours) < 24 else ()  # noqa: PLR2004  (hours of a day)


def linked(feed: Any, relation: str) -> Iterator[str]:
    """Yield where the links of feedparser's *feed* with this relation lead to, as written."""
    links = (link for link in feed.get("links") or () if relation in str(link.get("rel", "")).lower().split())
    for link in islice(links, MAX_LINKS):
        if isinstance(href := link.get("href"), str):
            yield href
