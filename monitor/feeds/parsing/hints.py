"""What a feed's publisher says of how often to ask: ttl, skipHours, sy:updatePeriod, Cache-Control. Pure."""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime

PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 7 * 86400.0, "monthly": 30 * 86400.0, "yearly": 365 * 86400.0}
"""The syndication module's words, in seconds (web.resource.org/rss/1.0/modules/syndication)."""
_SKIP = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*([0-9]{1,2})\s*</hour>", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?([0-9]{1,9})(?![0-9])", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s=])", re.IGNORECASE)


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


def max_age(cache_control: str) -> float | None:
    """The seconds for which an answer with this Cache-Control stays fresh; None where it does not say, or says not at all."""
    found = _MAX_AGE.search(cache_control[:1024])
    return float(found[1]) if found and not _UNCACHED.search(cache_control[:1024]) else None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a server asks to wait, from Retry-After (seconds, or a date against its own Date); never negative."""
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"-?[0-9]+(\.[0-9]*)?", text):
        return max(0.0, float(text[:20]))
    wanted = _http_date(text)
    if wanted is None:
        return None
    return max(0.0, (wanted - (_http_date(headers.get("Date", "")) or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
