"""The dates of feeds: read strictly, since a date that is guessed is worse than none."""

import email.utils
import re
from datetime import UTC, datetime, timedelta
from typing import Literal

FUTURE = timedelta(days=1)
"""How far ahead of us a publisher's clock or time zone may be."""
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
"""Before this stand the zeros of broken software (1970) and what cannot be."""
_FRACTION = re.compile(r"([.,]\d{1,6})\d*")
_ZONE = re.compile(r" ?(?:UTC|GMT|UT|Z)([+-]\d{1,2})?(?::?(\d\d))?$")
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d([T ]|$)")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OTHERS = {
    other: english
    for english, others in {
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
    for other in others.split()
}
"""How months begin in Portuguese, Spanish, Italian, French and German where it is not as in English; none stands for two."""
_MONTHS = re.compile(rf"\b({'|'.join((*_OTHERS, *_ENGLISH))})[^\W\d_]*\.?", re.IGNORECASE)
_SHAPES = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y-%m",
)
"""Shapes found in feeds that are neither RFC 822 nor ISO 8601, and can be read in one way only."""

Flag = Literal["date_missing", "date_bad"]


def judge(text: str, fetched: datetime) -> tuple[datetime | None, Flag | None]:
    """The date in *text*, UTC, or None with the flag that says why: missing, or unreadable, impossible or in the future."""
    if not text.strip():
        return None, "date_missing"
    moment = read(text)
    return (moment, None) if moment and EARLIEST <= moment <= fetched + FUTURE else (None, "date_bad")


def read(text: str) -> datetime | None:
    """The moment that *text* names (RFC 822, ISO 8601, or a shape of _SHAPES), UTC where it names no zone; else None."""
    text = _ZONE.sub(_offset, " ".join(text.split())[:100])
    for attempt in (_iso, _rfc822, _shaped):
        try:
            moment = attempt(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _offset(zone: re.Match[str]) -> str:
    return f" {int(zone[1] or 0):+03d}{zone[2] or '00'}"


def _iso(text: str) -> datetime:
    if not _ISO.match(text):
        raise ValueError("not ISO 8601")
    return datetime.fromisoformat(re.sub(r" (?=[-+])", "", _FRACTION.sub(r"\1", text, count=1)))


def _rfc822(text: str) -> datetime:
    return email.utils.parsedate_to_datetime(_MONTHS.sub(lambda name: _OTHERS.get(name[1].lower(), name[1]), text))


def _shaped(text: str) -> datetime:
    for shape in _SHAPES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError("no shape fits")
