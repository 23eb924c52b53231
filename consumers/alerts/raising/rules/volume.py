"""The volume of a watch: how often it matches now, how often it usually does, and alerts about that."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor.config import Burst, Watch, fingerprint
from monitor.config.durations import parse_duration
from monitor.messages import Alert, Bucket, Stamps, Volume

BUCKETS = 12
"""Buckets in a window. The window is as exact as one bucket, and the record of a busy watch stays small."""


def initial_volume(watch_id: str, now: datetime) -> Volume:
    """Return the volume of a watch whose counting starts at *now*."""
    return Volume(watch_id, now, None, (), 0.0, now, None, None, None)


def add_article(volume: Volume, rule: Burst | None, fetched: datetime) -> Volume:
    """Return *volume* with one more article. A late one counts as if it had been fetched with the latest so far."""
    now = max(fetched, volume.last or fetched)
    volume = replace(volume, last=now, silent=None)
    if rule is None:
        return replace(volume, recent=(), burst=None)
    volume = _expire_buckets(volume, rule, now)
    bucket_length = parse_duration(rule.within) / BUCKETS
    start = now - (now - datetime.fromtimestamp(0, UTC)) % bucket_length
    recent = list(volume.recent)
    if recent and recent[-1].at >= start:
        recent[-1] = Bucket(recent[-1].at, recent[-1].count + 1)
    else:
        recent.append(Bucket(start, 1))
    return replace(volume, recent=tuple(recent))


def window_count(volume: Volume) -> int:
    """Return the number of articles in the window that ends with the latest article."""
    return sum(bucket.count for bucket in volume.recent)


def usual_count(volume: Volume, rule: Burst) -> float | None:
    """Return the mean number of articles in a window before the current one; None before two windows have passed.

    The mean decays exponentially. It is divided by the decayed time that was watched, so that it is not too low for a watch
    that is young.
    """
    window, half_life = parse_duration(rule.within), parse_duration(rule.half_life)
    age = (volume.last or volume.since) - volume.since
    if age < 2 * window:
        return None
    windows: float = (0.5 ** (window / half_life) - 0.5 ** (age / half_life)) * (half_life / window) / math.log(2)
    return volume.mass / windows


def watch_alert(
    change: Literal["burst", "silence"], watch: Watch, now: datetime, description: str, config_hash: str, stamps: Stamps
) -> Alert:
    """Return an alert about *watch* as a whole, not about a story. The same *now* always gives the same id."""
    name = f"{change}:{now:%Y%m%dT%H%M%SZ}"
    return Alert(
        id=f"{watch.id}:{name}",
        version=1,
        change=change,
        watch=watch.id,
        watch_hash=fingerprint(watch),
        config_hash=config_hash,
        severity=watch.severity,
        to=watch.to,
        story=name,
        title=f"{change.capitalize()}: {description}",
        url=None,
        raised=now,
        updated=now,
        certainty=description,
        reasons=(),
        article_count=0,
        articles=(),
        outlet_count=0,
        outlets=(),
        stances={},
        stamps=stamps,
    )


def _expire_buckets(volume: Volume, rule: Burst, now: datetime) -> Volume:
    """Return *volume* with the buckets that have left the window by *now* moved into its decayed count."""
    window, half_life = parse_duration(rule.within), parse_duration(rule.half_life)
    expired = [bucket for bucket in volume.recent if bucket.at <= now - window]
    mass = volume.mass * _decay(now - volume.mass_at, half_life)
    mass += sum(bucket.count * _decay(now - bucket.at, half_life) for bucket in expired)
    return replace(volume, recent=volume.recent[len(expired) :], mass=mass, mass_at=now)


def _decay(age: timedelta, half_life: timedelta) -> float:
    return float(0.5 ** max(age / half_life, 0.0))
