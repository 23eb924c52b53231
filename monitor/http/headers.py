"""HTTP headers: Retry-After, Cache-Control, and cookies to send back."""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http.cookies import SimpleCookie

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?([0-9]{1,9})(?![0-9])", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s=])", re.IGNORECASE)


def parse_max_age(cache_control: str) -> float | None:
    """Return the seconds for which a response with this Cache-Control is fresh.

    Returns None if the header has no max-age, or forbids caching.
    """
    match = _MAX_AGE.search(cache_control[:1024])
    return float(match[1]) if match and not _UNCACHED.search(cache_control[:1024]) else None


def parse_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that Retry-After asks a client to wait, never negative; None if it is absent or invalid.

    The header contains either seconds or a date. A date counts from the server's own Date, or from *now* if there is none.
    """
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"-?[0-9]+(\.[0-9]*)?", text):
        return max(0.0, float(text[:20]))
    until = _parse_date(text)
    if until is None:
        return None
    return max(0.0, (until - (_parse_date(headers.get("Date", "")) or now)).total_seconds())


def as_written(cookies: SimpleCookie) -> SimpleCookie:
    """Return *cookies* with their values as the server wrote them, quotes included: so they are sent back (RFC 6265)."""
    for name, morsel in cookies.items():
        state = {"key": name, "value": morsel.coded_value, "coded_value": morsel.coded_value}
        # set() would refuse names such as a[b], which browsers accept.
        morsel.__setstate__(state)  # type: ignore[attr-defined]
    return cookies


def _parse_date(text: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
