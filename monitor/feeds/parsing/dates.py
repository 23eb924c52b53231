"""Parse the dates of feeds strictly: a wrong date is worse than none."""

import email.utils
import re
from datetime import UTC, datetime, timedelta
from typing import Literal

MAX_AHEAD = timedelta(days=1)
"""How far a publisher's clock or time zone may be ahead of ours."""
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
"""Earlier dates are a zero timestamp (1970) or impossible."""
_FRACTION = re.compile(r"([.,]\d{1,6})\d*")
_ZONE = re.compile(r" ?(?:UTC|GMT|UT|Z)([+-]\d{1,2})?(?::?(\d\d))?$")
_ISO_START = re.compile(r"\d{4}-?\d\d-?\d\d([T ]|$)")
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FOREIGN_MONTHS = {
    foreign: english
    for english, prefixes in {
        "jan": "ene gen",
        "feb": "fev fév",
        "mar": "mär",
        "apr": "abr avr",
        "may": "mai mag",
        "jun": "juin giu",
        "jul": "juil lug",
        "aug": "ago aoû",
        "sep": "set",
        "oct": "out ott okt",
        "dec": "dez dic déc",
    }.items()
    for foreign in prefixes.split()
}
"""First letters of months in Portuguese, Spanish, Italian, French and German that differ from English, all unambiguous."""
_MONTHS = re.compile(rf"\b({'|'.join((*_FOREIGN_MONTHS, *_ENGLISH_MONTHS))})[^\W\d_]*\.?", re.IGNORECASE)
_OTHER_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y-%m",
)
"""Formats found in feeds that are neither RFC 822 nor ISO 8601, and are unambiguous."""

DateFlag = Literal["date_missing", "date_bad"]


def validate(text: str, fetched: datetime) -> tuple[datetime | None, DateFlag | None]:
    """Return the date in *text* (UTC) and None, or None and a flag that says what is wrong with it.

    "date_bad" is a date that is unreadable, before EARLIEST, or more than MAX_AHEAD after *fetched*.
    """
    if not text.strip():
        return None, "date_missing"
    moment = parse(text)
    return (moment, None) if moment and EARLIEST <= moment <= fetched + MAX_AHEAD else (None, "date_bad")


def parse(text: str) -> datetime | None:
    """Return the date in *text* (RFC 822, ISO 8601 or one of _OTHER_FORMATS) in UTC, or None if it is unreadable.

    A date without a time zone is taken as UTC.
    """
    text = _ZONE.sub(_numeric_offset, " ".join(text.split())[:100])
    for parser in (_parse_iso8601, _parse_rfc822, _parse_other):
        try:
            moment = parser(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _numeric_offset(zone: re.Match[str]) -> str:
    return f" {int(zone[1] or 0):+03d}{zone[2] or '00'}"


def _parse_iso8601(text: str) -> datetime:
    if not _ISO_START.match(text):
        raise ValueError("not ISO 8601")
    return datetime.fromisoformat(re.sub(r" (?=[-+])", "", _FRACTION.sub(r"\1", text, count=1)))


def _parse_rfc822(text: str) -> datetime:
    english = _MONTHS.sub(lambda month: _FOREIGN_MONTHS.get(month[1].lower(), month[1]), text)
    return email.utils.parsedate_to_datetime(english)


def _parse_other(text: str) -> datetime:
    for date_format in _OTHER_FORMATS:
        try:
            return datetime.strptime(text, date_format).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError("no format fits")
