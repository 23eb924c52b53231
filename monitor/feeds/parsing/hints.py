"""What a feed's publisher says of how often to ask: ttl, skipHours, sy:updatePeriod. Pure."""

import re

PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 7 * 86400.0, "monthly": 30 * 86400.0, "yearly": 365 * 86400.0}
"""The syndication module's words, in seconds (web.resource.org/rss/1.0/modules/syndication)."""
_SKIP = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*([0-9]{1,2})\s*</hour>", re.IGNORECASE)


def ttl(text: str) -> float | None:
    """RSS's ttl, which is in minutes, in seconds; None where it is no positive number."""
    number = text.strip()
    return float(number) * 60 if re.fullmatch(r"0*[1-9][0-9]{0,6}", number) else None


def period(name: str, frequency: str) -> float | None:
    """Seconds between updates by sy:updatePeriod and sy:updateFrequency."""
    seconds = PERIODS.get(name.strip().lower())
    times = int(frequency) if re.fullmatch(r"0*[1-9][0-9]{0,4}", frequency.strip()) else 1
    return seconds / times if seconds else None


def skip_hours(body: bytes) -> tuple[int, ...]:
    """RSS's skipHours in *body*, a feed without its items: each from 0 to 23 (24 counts as 0); none where they are all."""
    found = _SKIP.search(body)
    hours = {int(hour) % 24 for hour in _HOUR.findall(found[1]) if int(hour) <= 24} if found else set()  # noqa: PLR2004
    return tuple(sorted(hours)) if len(hours) < 24 else ()  # noqa: PLR2004  (a day's hours)
