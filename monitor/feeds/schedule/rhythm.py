"""A feed's rhythm: how many articles it publishes in which hour of the day, with exponential decay. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from monitor.messages import Rhythm

HALF_LIFE = 3 * 86400.0
"""Seconds after which an article counts half: long enough to show the daily pattern, short enough to follow its changes."""
HOUR = 3600.0
HISTORY = timedelta(days=7)
"""The age up to which the dates of a feed's first items count, and the age of a rhythm before the feed can be silent."""
PSEUDO_COUNT = 1.0
"""Articles added to each hour for smoothing, so that a few articles do not make a daily pattern."""
SHORTEST_SILENCE = 0.5 * 86400.0
"""The shortest silence, in seconds, that is reported."""
SILENCE_HALF_LIFE = 30 * 86400.0
"""Seconds after which the longest silence counts half."""


def begin(published: Iterable[datetime | None], now: datetime, period: float | None = None) -> Rhythm:
    """Return the rhythm of a feed whose first items have these dates.

    Without dates, assume an article each *period* seconds, by default an hour.
    """
    dates = sorted(moment for moment in published if moment and now - HISTORY <= moment <= now)
    if not dates:
        return Rhythm((1 / 24,) * 24, period or HOUR, now, now, SHORTEST_SILENCE / 2)
    hours = [0.0] * 24
    for moment in dates:
        hours[moment.hour] += 1
    if (span := (now - dates[0]).total_seconds()) < 86400:  # noqa: PLR2004  (less than a day shows no daily pattern)
        hours = [len(dates) / 24] * 24
    longest = max((later - earlier).total_seconds() for earlier, later in pairwise([*dates, now]))
    return Rhythm(tuple(hours), max(span, HOUR), now, dates[0], max(longest, SHORTEST_SILENCE / 2))


def add_articles(rhythm: Rhythm, count: int, now: datetime) -> Rhythm:
    """Return *rhythm* with *count* new articles at *now*, and none between its own time and *now*."""
    quiet = max(0.0, (now - rhythm.at).total_seconds())
    decay = _decay(quiet)
    hours = [articles * decay for articles in rhythm.hours]
    hours[now.hour] += count
    return replace(
        rhythm,
        hours=tuple(round(articles, 4) for articles in hours),
        seconds=round(_observed_seconds(rhythm, quiet), 1),
        at=now,
        # A silence that has ended, such as a weekend, is usual for the feed. It decays, since a breakdown does not recur.
        longest=round(max(quiet, SHORTEST_SILENCE / 2, rhythm.longest * math.exp2(-quiet / SILENCE_HALF_LIFE)), 1),
    )


def wait(rhythm: Rhythm, goal: float, longest: float, now: datetime) -> float:
    """Return the seconds after which the articles expected from *now* on have waited *goal* seconds in total.

    At a constant rate this is sqrt(2 * goal / rate), which minimizes the mean wait of an article for a given number of
    polls. Before a busy hour the result is smaller. It is never above *longest* seconds.
    """
    quiet = max(0.0, (now - rhythm.at).total_seconds())
    per_second = sum(rhythm.hours) * _decay(quiet) / max(_observed_seconds(rhythm, quiet), HOUR)
    shares, waited, articles, seconds = _hour_shares(rhythm.hours), 0.0, 0.0, 0.0
    past = now.minute * 60.0 + now.second
    hour = now.hour
    while seconds < longest:
        rate, left = per_second * 24 * shares[hour], HOUR - past
        if waited + articles * left + rate * left * left / 2 >= goal:
            missing = goal - waited
            return min(longest, seconds + 2 * missing / (articles + math.sqrt(articles * articles + 2 * rate * missing)))
        waited += articles * left + rate * left * left / 2
        articles += rate * left
        seconds, hour, past = seconds + left, (hour + 1) % 24, 0.0
    return longest


def is_silent(rhythm: Rhythm, now: datetime) -> bool:
    """Return True if the feed has been silent for twice its longest silence, and for ten times its mean interval."""
    quiet = (now - rhythm.at).total_seconds()
    if quiet < max(SHORTEST_SILENCE, 2 * rhythm.longest) or now - rhythm.since < HISTORY:
        return False
    return quiet * sum(rhythm.hours) > 10 * rhythm.seconds


def _decay(quiet: float) -> float:
    """Return the factor by which counts have decayed after *quiet* seconds."""
    return math.exp2(-quiet / HALF_LIFE)


def _observed_seconds(rhythm: Rhythm, quiet: float) -> float:
    """Return the decayed time over which the rhythm's articles were counted, *quiet* further seconds included."""
    decay = _decay(quiet)
    return rhythm.seconds * decay + (1 - decay) * HALF_LIFE / math.log(2)


@lru_cache(maxsize=100_000)
def _hour_shares(hours: Sequence[float]) -> tuple[float, ...]:
    """Return each hour's share of a day's articles, smoothed with its neighbours. Shape (24,); the sum is 1."""
    smooth = [(hours[hour - 1] + 2 * hours[hour] + hours[(hour + 1) % 24]) / 4 + PSEUDO_COUNT for hour in range(24)]
    total = sum(smooth)
    return tuple(share / total for share in smooth)
