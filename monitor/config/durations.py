"""Durations in the notation of monitor.toml and the command line: 90m, 12h, 7d."""

import re
from datetime import timedelta
from functools import lru_cache

UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = timedelta(days=366)


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> timedelta:
    """Return the duration *text*. Raises ValueError, whose text says what to write instead."""
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if not match:
        raise ValueError(f"{text!r} is not a duration: write a whole number and s, m, h or d, such as 90m, 12h or 7d")
    duration = timedelta(seconds=int(match[1]) * UNIT_SECONDS[match[2]])
    if not timedelta() < duration <= LONGEST:
        raise ValueError(f"{text!r} is out of range: write more than 0s and at most {LONGEST.days}d")
    return duration


def duration_problem(text: str) -> str:
    """Return why *text* is not a duration, and what to write instead; "" if it is one."""
    try:
        parse_duration(text)
    except ValueError as error:
        return str(error)
    return ""


def format_duration(duration: timedelta) -> str:
    """Return *duration* in its largest unit, rounded to a tenth: '7 days', '1.5 hours'."""
    for name, unit in (("day", "d"), ("hour", "h"), ("minute", "m")):
        if duration.total_seconds() >= UNIT_SECONDS[unit]:
            count = round(duration.total_seconds() / UNIT_SECONDS[unit], 1)
            return f"{count:g} {name}{'' if count == 1 else 's'}"
    return f"{duration.total_seconds():.0f} seconds"
