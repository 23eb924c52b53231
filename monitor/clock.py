"""The clocks of the services. A steady clock never jumps, so a correction of the machine's time causes no burst of work."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the current time in UTC."""

MAX_AHEAD = timedelta(hours=1)
"""A time that is later than our own by more than this is wrong. Two clocks may differ by less, and a tick may be late."""
SLEW = 0.05
"""How much faster or slower than real time a steady clock runs while it differs from the wall clock, as a fraction.

An error of an hour is corrected after 20 hours, and no interval between two polls is wrong by more than this fraction. The
clock never goes back, because the fraction is less than 1.
"""


def as_of(moment: datetime, now: datetime | None) -> datetime:
    """Return *moment*, or *now* if *moment* is more than MAX_AHEAD after it. *now* is None if it is not known yet."""
    return now if now is not None and moment - now > MAX_AHEAD else moment


def utc() -> datetime:
    """Return the machine's own time, for the stamps that measure latency."""
    return datetime.now(UTC)


def steady(start: datetime | None = None, speed: float = 1.0) -> Clock:
    """Return a clock that follows the machine's time slowly; with *start*, one that starts there and does not follow it.

    Both measure the machine's uptime, including sleep. A clock with a *start* runs *speed* times as fast.
    """
    if start is None:
        return slewing(uptime, utc)
    origin = uptime()
    return lambda: start + timedelta(seconds=(uptime() - origin) * speed)


def slewing(uptime: Callable[[], float], wall: Clock) -> Clock:
    """Return a clock that measures *uptime* (seconds) and corrects its difference from *wall* gradually, at the rate SLEW.

    If the wall clock jumps, by any amount in either direction, this clock does not. It never goes back unless *uptime* does.
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


def uptime() -> float:
    """Return the seconds since the machine was started, including sleep."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
