"""The clock that services are given: steady, so that a jump of the machine's time causes no stampede."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Tells the time, UTC."""

SLEW = 0.05
"""How much faster or slower than real time a steady clock goes while it differs from the wall clock: an hour's error is
gone in 20 hours, and no interval between two polls is off by more than this."""


def utc() -> datetime:
    """The machine's own time, UTC: for the stamps that tell latency."""
    return datetime.now(UTC)


def steady(start: datetime | None = None, speed: float = 1.0) -> Clock:
    """A clock that begins now, and follows the machine's time; or one that begins at *start*, and knows nothing of it.

    Either goes by the machine's uptime, sleep included, the latter *speed* times as fast.
    """
    if start is None:
        return slewing(_uptime, utc)
    origin = _uptime()
    return lambda: start + timedelta(seconds=(_uptime() - origin) * speed)


def slewing(uptime: Callable[[], float], wall: Clock) -> Clock:
    """A clock that goes by *uptime* (seconds) and makes up for what it differs from *wall* little by little (SLEW).

    So a jump of the wall clock, however large and in whichever direction, is never one of this clock's.
    """
    begin, origin = wall(), uptime()
    passed = correction = 0.0

    def now() -> datetime:
        nonlocal passed, correction
        since, passed = passed, uptime() - origin
        most = SLEW * (passed - since)
        gap = (wall() - begin).total_seconds() - passed - correction
        correction += max(-most, min(most, gap))
        return begin + timedelta(seconds=passed + correction)

    return now


def _uptime() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
