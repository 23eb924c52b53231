"""A feed's rhythm: in which hours it publishes how much, old times counting less, and what that lets one expect. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from monitor.messages import Rhythm

HALF = 3 * 86400.0
"""Seconds after which an article counts half: long enough for a day's shape to show, short enough to follow the news."""
HOUR = 3600.0
HISTORY = timedelta(days=7)
"""How far back the dates of a feed's first items count, and how long a feed must be known before it can be called silent."""
EVEN = 1.0
"""Articles that each hour is taken to have had beforehand, so that a few do not make a day's shape."""
QUIET = 0.5 * 86400.0
"""The shortest silence in seconds that is told of."""
FADES = 30 * 86400.0
"""Seconds after which the longest silence counts half."""


def begin(published: Iterable[datetime | None], now: datetime, period: float | None = None) -> Rhythm:
    """The rhythm that a feed's first items show by their dates; without dates, one article each *period* seconds (or hour)."""
    dated = sorted(moment for moment in published if moment and now - HISTORY <= moment <= now)
    if not dated:
        return Rhythm((1 / 24,) * 24, period or HOUR, now, now, QUIET / 2)
    hours = [0.0] * 24
    for moment in dated:
        hours[moment.hour] += 1
    if (span := (now - dated[0]).total_seconds()) < 86400:  # noqa: PLR2004  (less than a day shows no day's shape)
        hours = [len(dated) / 24] * 24
    longest = max((after - before).total_seconds() for before, after in pairwise([*dated, now]))
    return Rhythm(tuple(hours), max(span, HOUR), now, dated[0], max(longest, QUIET / 2))


def heard(before: Rhythm, count: int, now: datetime) -> Rhythm:
    """*before* with *count* new articles at *now*, and nothing since its own time."""
    quiet = max(0.0, (now - before.at).total_seconds())
    left = _left(quiet)
    hours = [share * left for share in before.hours]
    hours[now.hour] += count
    return replace(
        before,
        hours=tuple(round(share, 4) for share in hours),
        seconds=round(_observed(before, quiet), 1),
        at=now,
        # A silence is its rhythm once it has ended, and less so the longer ago: a weekend comes back, a breakdown does not.
        longest=round(max(quiet, QUIET / 2, before.longest * math.exp2(-quiet / FADES)), 1),
    )


def wait(rhythm: Rhythm, goal: float, longest: float, now: datetime) -> float:
    """Seconds until the articles to be expected from *now* on will have waited *goal* seconds together; *longest* at most.

    For a steady rate this is the square root of twice the goal over the rate: of all ways to share out a number of polls
    it makes the mean article wait least. Ahead of a lively hour it ends earlier.
    """
    quiet = max(0.0, (now - rhythm.at).total_seconds())
    a_day = sum(rhythm.hours) * _left(quiet) / max(_observed(rhythm, quiet), HOUR) * 24
    shares, waited, out, seconds = _shares(rhythm.hours), 0.0, 0.0, 0.0
    past = now.minute * 60.0 + now.second
    hour = now.hour
    while seconds < longest:
        rate, room = a_day * shares[hour], HOUR - past
        if waited + out * room + rate * room * room / 2 >= goal:
            missing = goal - waited
            return min(longest, seconds + 2 * missing / (out + math.sqrt(out * out + 2 * rate * missing)))
        waited += out * room + rate * room * room / 2
        out += rate * room
        seconds, hour, past = seconds + room, (hour + 1) % 24, 0.0
    return longest


def is_silent(rhythm: Rhythm, now: datetime) -> bool:
    """Whether the feed has been quiet for twice its longest silence so far, and for ten times its mean one."""
    quiet = (now - rhythm.at).total_seconds()
    if quiet < max(QUIET, 2 * rhythm.longest) or now - rhythm.since < HISTORY:
        return False
    return quiet * sum(rhythm.hours) > 10 * rhythm.seconds


def _left(quiet: float) -> float:
    """What is left of a count after *quiet* seconds."""
    return math.exp2(-quiet / HALF)


def _observed(rhythm: Rhythm, quiet: float) -> float:
    """The seconds that the rhythm is drawn from, *quiet* more of them included, each counting less the older it is."""
    left = _left(quiet)
    return rhythm.seconds * left + (1 - left) * HALF / math.log(2)


@lru_cache(maxsize=100_000)
def _shares(hours: Sequence[float]) -> tuple[float, ...]:
    """Each hour's share of a day's articles, in parts of an hour's seconds, smoothed with its neighbours."""
    smooth = [(hours[hour - 1] + 2 * hours[hour] + hours[(hour + 1) % 24]) / 4 + EVEN for hour in range(24)]
    whole = sum(smooth)
    return tuple(share / whole for share in smooth)
