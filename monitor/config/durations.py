"""Lengths of time as people write them: 90m, 12h, 7d."""

import re
from datetime import timedelta
from functools import lru_cache

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = timedelta(days=366)


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> timedelta:
    """The length that *text* tells. Raises ValueError, saying what to write."""
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if not found:
        raise ValueError(f"{text!r} is no length of time: write a whole number and s, m, h or d, such as 90m, 12h or 7d")
    length = timedelta(seconds=int(found[1]) * SECONDS[found[2]])
    if not timedelta() < length <= LONGEST:
        raise ValueError(f"{text!r} is out of range: more than nothing, and at most {LONGEST.days}d")
    return length


def format_duration(length: timedelta) -> str:
    """*length* in its largest unit, rounded to a tenth: '7 days', '1.5 hours'."""
    for name, unit in (("day", "d"), ("hour", "h"), ("minute", "m")):
        if length.total_seconds() >= SECONDS[unit]:
            count = round(length.total_seconds() / SECONDS[unit], 1)
            return f"{count:g} {name}{'' if count == 1 else 's'}"
    return f"{length.total_seconds():.0f} seconds"
