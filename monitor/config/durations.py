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
        meant = f"; did you mean {_meant(text)}?" if _meant(text) else ""
        form = "write a whole number and s, m, h or d, such as 90m, 12h or 7d"
        raise ValueError(f"{text[:100]!r} is not a duration: {form}{meant}")
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


_PARTS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]{1,7})[\s,]*")
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 7 * 86400),
}


def _meant(text: str) -> str:
    """Return the duration that *text* states in another notation, such as 1h30m, PT5M or 2 weeks; "" if it is unclear."""
    iso = re.fullmatch(r"P([0-9]+[DW])?(?:T([0-9HMS.]+))?", text[:100].strip())
    rest = " ".join(part for part in iso.groups() if part).casefold() if iso else text[:100].strip().casefold()
    rest, seconds = rest.removeprefix("+"), 0.0
    while rest:
        match = _PARTS.match(rest)
        if not match or match[2] not in _UNITS:
            return ""
        seconds, rest = seconds + float(match[1]) * _UNITS[match[2]], rest[match.end() :]
    if not seconds or seconds != int(seconds) or seconds > LONGEST.total_seconds():
        return ""
    unit = next(unit for unit in "dhms" if seconds % UNIT_SECONDS[unit] == 0)
    return f"{seconds / UNIT_SECONDS[unit]:.0f}{unit}"


def time_problem(text: str) -> str:
    """Return why *text* is not a time of day such as 22:00, and what to write instead."""
    match = re.fullmatch(r"\s*([0-9]{1,2})(?:[:.h]([0-9]{2}))?(?::00)?\s*(h|[ap]\.?m\.?)?\s*", text[:50].casefold())
    meant = ""
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
        if half in {"a", "p"} and 1 <= hour <= 12:  # noqa: PLR2004  (hours of a clock face)
            hour = hour % 12 + 12 * (half == "p")
        elif (hour, minute) == (24, 0):
            hour = 0
        meant = f"; did you mean '{hour:02}:{minute:02}'?" if hour < 24 and minute < 60 else ""  # noqa: PLR2004  (a day, an hour)
    form = "write hours and minutes with two digits each, such as '22:00' or '07:30'"
    return f"{text[:100]!r} is not a time of day: {form}{meant}"


def format_duration(duration: timedelta) -> str:
    """Return *duration* in its largest unit, rounded to a tenth: '7 days', '1.5 hours'."""
    for name, unit in (("day", "d"), ("hour", "h"), ("minute", "m")):
        if duration.total_seconds() >= UNIT_SECONDS[unit]:
            count = round(duration.total_seconds() / UNIT_SECONDS[unit], 1)
            return f"{count:g} {name}{'' if count == 1 else 's'}"
    return f"{duration.total_seconds():.0f} seconds"
