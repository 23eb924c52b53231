"""The clock that services are given: steady, so that a jump of the machine's time causes no stampede."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Tells the time, UTC."""


def utc() -> datetime:
    """The machine's own time, UTC: for the stamps that tell latency."""
    return datetime.now(UTC)


def steady(start: datetime | None = None, speed: float = 1.0) -> Clock:
    """A clock that begins at *start* (now, if not given) and runs *speed* times as fast as the machine's.

    It follows the machine's uptime, sleep included, and never the wall clock's jumps.
    """
    begin = start or utc()
    origin = _uptime()
    return lambda: begin + timedelta(seconds=(_uptime() - origin) * speed)


def _uptime() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
