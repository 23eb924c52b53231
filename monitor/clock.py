"""The clocks of the services. A steady clock never jumps, so a correction of the machine's time causes no burst of work."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the current time in UTC."""

SLEW = 0.05
"""How much faster or slower than real time a steady clock runs while it differs from the wall clock, as a fraction.

An error of an hour is gone after 20 hours, and no interval between two polls is off by more than this fraction. Being less
than 1, it also means that the clock never goes back.
"""


def utc() -> datetime:
    """Return the machine's own time. For the stamps that measure latency."""
    return datetime.now(UTC)


def steady(start: datetime | None = None, speed: float = 1.0) -> Clock:
    """Return a clock that starts at the machine's time and follows it slowly; with *start*, one independent of it.

    Both go by the machine's uptime, including sleep. The independent clock runs *speed* times as fast.
    """
    if start is None:
        return slewing(_uptime, utc)
    origin = _uptime()
    return lambda: start + timedelta(seconds=(_uptime() - origin) * speed)


def slewing(uptime: Callable[[], float], wall: Clock) -> Clock:
    """Return a clock that goes by *uptime* (seconds) and corrects its difference from *wall* gradually, at the rate SLEW.

    A jump of the wall clock, however large and in either direction, is never a jump of this clock. It never goes back as long
    as *uptime* does not.
    """
    start, origin = wall(), uptime()
    elapsed = correction = 0.0

    def now() -> datetime:
        nonlocal elapsed, correction
        previous, elapsed = elapsed, uptime() - origin
        limit = SLEW * (elapsed - previous)
        error = (wall() - start).total_seconds() - elapsed - correction
        correction += max(-limit, min(limit, error))
        return start + timedelta(seconds=elapsed + correction)

    return now


def _uptime() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
