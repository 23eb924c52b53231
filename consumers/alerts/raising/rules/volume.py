"""How often a watch matches: the window that burst looks at, and what was usual before it."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.config import Burst
from monitor.config.durations import parse_duration
from monitor.messages import Bucket, Volume

PARTS = 12
"""Into so many parts a window is divided: it is as exact as one of them, and a busy watch's record stays small."""


def begin(watch: str, at: datetime) -> Volume:
    """That of a watch of which nothing was known before *at*."""
    return Volume(watch, at, None, (), 0.0, at, None, None, None)


def heard(volume: Volume, rule: Burst | None, at: datetime) -> Volume:
    """*volume* with one more article, fetched at *at*; one that comes late counts as if it came with the latest."""
    now = max(at, volume.last or at)
    volume = replace(volume, last=now, silent=None)
    if rule is None:
        return replace(volume, recent=(), burst=None)
    volume = _settled(volume, rule, now)
    part = parse_duration(rule.within) / PARTS
    start = now - (now - datetime.fromtimestamp(0, UTC)) % part
    recent = list(volume.recent)
    if recent and recent[-1].at >= start:
        recent[-1] = Bucket(recent[-1].at, recent[-1].count + 1)
    else:
        recent.append(Bucket(start, 1))
    return replace(volume, recent=tuple(recent))


def count(volume: Volume) -> int:
    """The articles of the window that ends with the latest one."""
    return sum(bucket.count for bucket in volume.recent)


def usual(volume: Volume, rule: Burst) -> float | None:
    """How many articles such a window had in the mean, before the one that ends with the latest; None before there was one.

    An exponentially decayed mean. It is divided by the weight of the time that was watched, so that it tells no less for
    a watch that is young.
    """
    window, half = parse_duration(rule.within), parse_duration(rule.half_life)
    age = (volume.last or volume.since) - volume.since
    if age < 2 * window:
        return None
    watched: float = (0.5 ** (window / half) - 0.5 ** (age / half)) * (half / window) / math.log(2)
    return volume.mass / watched


def _settled(volume: Volume, rule: Burst, now: datetime) -> Volume:
    """*volume* with what has left the window by *now* moved into its mass."""
    window, half = parse_duration(rule.within), parse_duration(rule.half_life)
    gone = [bucket for bucket in volume.recent if bucket.at <= now - window]
    mass = volume.mass * _decay(now - volume.mass_at, half) + sum(each.count * _decay(now - each.at, half) for each in gone)
    return replace(volume, recent=volume.recent[len(gone) :], mass=mass, mass_at=now)


def _decay(age: timedelta, half: timedelta) -> float:
    return float(0.5 ** max(age / half, 0.0))
