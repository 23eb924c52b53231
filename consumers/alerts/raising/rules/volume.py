"""The volume of a watch: its current and its usual number of matches, and alerts about them."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor.clock import as_of
from monitor.config import Burst, Watch, fingerprint
from monitor.config.durations import parse_duration
from monitor.messages import Alert, Bucket, Stamps, Volume

BUCKETS = 12
"""The number of buckets in a window. More make the window more exact, and the messages of a busy watch larger."""


EPOCH = datetime.fromtimestamp(0, UTC)
"""Articles with an earlier time count at this one."""


def counted_at(fetched: datetime, now: datetime | None) -> datetime:
    """Return when an article counts that was fetched at *fetched*: not after the service's time, *now*, or before EPOCH."""
    return max(as_of(fetched, now), EPOCH)


def volume_as_of(volume: Volume, now: datetime | None) -> Volume:
    """Return *volume* without times after *now*, or *volume* itself if it has none.

    An article whose time was far in the future would otherwise end the rules of the watch until then.
    """
    times = (volume.since, volume.last, volume.mass_at, volume.burst, volume.silent, *(bucket.at for bucket in volume.recent))
    if now is None or all(moment is None or as_of(moment, now) == moment for moment in times):
        return volume
    since, mass_at = as_of(volume.since, now), as_of(volume.mass_at, now)
    last, burst, silent = (moment and as_of(moment, now) for moment in (volume.last, volume.burst, volume.silent))
    recent = tuple(bucket for bucket in volume.recent if as_of(bucket.at, now) == bucket.at)
    return replace(volume, since=since, last=last, recent=recent, mass_at=mass_at, burst=burst, silent=silent)


def initial_volume(watch_id: str, now: datetime) -> Volume:
    """Return the volume of a watch whose counting starts at *now*."""
    return Volume(watch_id, now, None, (), 0.0, now, None, None, None)


def add_article(volume: Volume, rule: Burst | None, fetched: datetime) -> Volume:
    """Return *volume* with one more article. One that is older than the latest article counts at the time of the latest.

    A silence that was reported ends only with an article that is newer than its beginning.
    """
    now = max(fetched, volume.last or fetched)
    volume = replace(volume, last=now, silent=None if volume.silent is None or now > volume.silent else volume.silent)
    if rule is None:
        return replace(volume, recent=(), burst=None)
    volume = _expire_buckets(volume, rule, now)
    bucket_length = parse_duration(rule.within) / BUCKETS
    start = now - (now - EPOCH) % bucket_length
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
    """Return the mean number of articles in the windows before the current one; None before two windows have passed.

    Articles count less the older they are, with the half-life of *rule*. The time that the watch has existed is weighted in
    the same way, so the mean is not too low for a new watch.
    """
    window, half_life = parse_duration(rule.within), parse_duration(rule.half_life)
    age = (volume.last or volume.since) - volume.since
    if age < 2 * window:
        return None
    windows: float = (0.5 ** (window / half_life) - 0.5 ** (age / half_life)) * (half_life / window) / math.log(2)
    # With a half-life far shorter than the window, no earlier window counts.
    return volume.mass / windows if windows > 0 else 0.0


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
    """Return *volume* at *now*: the buckets that have left the window are added to its decayed count (mass)."""
    window, half_life = parse_duration(rule.within), parse_duration(rule.half_life)
    expired = [bucket for bucket in volume.recent if bucket.at <= now - window]
    mass = volume.mass * _decay(now - volume.mass_at, half_life)
    mass += sum(bucket.count * _decay(now - bucket.at, half_life) for bucket in expired)
    return replace(volume, recent=volume.recent[len(expired) :], mass=mass, mass_at=now)


def _decay(age: timedelta, half_life: timedelta) -> float:
    return float(0.5 ** max(age / half_life, 0.0))
