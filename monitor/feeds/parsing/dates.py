"""Parse the dates of feeds strictly: a wrong date is worse than none."""

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor.feeds.parsing.zones import find_zone

MAX_AHEAD = timedelta(days=1)
"""How far a publisher's clock or time zone may be ahead of ours."""
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
"""Earlier dates are a zero timestamp (1970) or impossible."""
MAX_CHARS = 100
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FOREIGN_MONTHS = {
    foreign: english
    for english, prefixes in {
        "jan": "ene gen янв",
        "feb": "fev fév фев",
        "mar": "mär mrt maar мар",
        "apr": "abr avr апр",
        "may": "mai mag maj mei май мая",
        "jun": "juin giu июн",
        "jul": "juil lug июл",
        "aug": "ago aoû agu авг",
        "sep": "set сен",
        "oct": "out ott okt окт",
        "nov": "ноя",
        "dec": "dez dic déc des дек",
    }.items()
    for foreign in prefixes.split()
}
"""First letters of months in other languages that differ from English, all unambiguous."""
_NO_MONTH = re.compile(r"marras|meith|martes|mardi|marted|mar[tțţ]i$")
"""Words that begin like a month and are none: November in Finnish, June in Irish, Tuesday in Romance languages."""
_MONTHS = {name: _ENGLISH_MONTHS.index(english) + 1 for name, english in _FOREIGN_MONTHS.items()} | {
    name: number for number, name in enumerate(_ENGLISH_MONTHS, 1)
}
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_COMPACT = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?)?(?![\d:])", re.IGNORECASE)
"""ISO 8601 without separators."""
_EAST_ASIAN = re.compile(r"(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]")
_EAST_ASIAN_CLOCK = re.compile(r"(\d{1,2})[時时시点點] ?(\d{1,2})[分분](?: ?(\d{1,2})[秒초])?")
_EAST_ASIAN_WEEKDAY = re.compile(
    r"[(（][月火水木金土日一二三四五六월화수목금토일][)）]|[月火水木金土日]曜日?|(?:星期|周|週)[一二三四五六日天]|[월화수목금토일]요일"
)
_CLOCK = re.compile(
    r"(?<![\d:+-])(\d{1,2}) ?: ?(\d{1,2})(?: ?: ?(\d{1,2})(?:[.,](\d+))?)?(?: ?([ap])\.?m\b\.?)?", re.IGNORECASE
)
"""Hour, minute, second, fraction, and the half of the day."""
_DOTTED_CLOCK = re.compile(r"(?<![\d.])\d{1,2}\.\d\d(?:\.\d\d)?(?![\d.])")
_BARE_HOUR = re.compile(r"(?<![\d:])(\d{1,2}) ?([ap])\.?m\b\.?", re.IGNORECASE)
_HALVES_BEFORE = {"am": "a", "pm": "p", "午前": "a", "午後": "p", "上午": "a", "下午": "p", "오전": "a", "오후": "p"}
"""Words before the time that name the half of the day."""
_ZONE_START = re.compile(r"(?<=\d) ?(?:Z$|[+-]\d\d:\d\d$|(?:UTC|GMT)(?: ?[+-]\d{1,2}(?::?\d\d)?)?$)")
"""The zone of a date without a time, as XML Schema allows."""
_YEAR_AFTER_ZONE = re.compile(r"(?:^|(?<= ))((?:19|20)\d\d)(?= |$)")
_YEAR = re.compile(r"\d{4}")
_NUMERIC_DATE = re.compile(r"(\d{1,4})([-/.]) ?(\d{1,2})\2 ?(\d{1,4})\.?")
_YEAR_AND_MONTH = re.compile(r"(\d{4})-(\d\d)")
_WEEK_DATE = re.compile(r"\d{4}-?W\d\d(?:-?[1-7])?")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
"""Seconds or milliseconds since 1970, from 2001 to 2033."""

DateFlag = Literal["date_missing", "date_bad"]


def validate(
    text: str, fetched: datetime, countries: Collection[str] = (), others: Collection[str] = ()
) -> tuple[datetime | None, DateFlag | None]:
    """Return the date in *text* (UTC) and None, or None and a flag that says what is wrong with it.

    "date_bad" is a date that is unreadable, before EARLIEST, or more than MAX_AHEAD after *fetched*. Then the first good
    one of the item's *others* counts. See parse for *countries*.
    """
    texts = [candidate for candidate in (text, *others) if candidate.strip()]
    for candidate in texts:
        moment = parse(candidate, countries)
        if moment and EARLIEST <= moment <= fetched + MAX_AHEAD:
            return moment, None
    return None, "date_bad" if texts else "date_missing"


def explain(text: str, fetched: datetime, countries: Collection[str] = ()) -> str:
    """Return why the date in *text* is bad, "" if it is good or missing."""
    try:
        moment = _parse(text, countries)
    except (ValueError, OverflowError) as error:
        return str(error) if text.strip() else ""
    if moment < EARLIEST:
        return "before 1971"
    return "more than a day in the future" if moment > fetched + MAX_AHEAD else ""


def parse(text: str, countries: Collection[str] = ()) -> datetime | None:
    """Return the date in *text* in UTC, or None if it cannot be read in exactly one way.

    These are RFC 822, ISO 8601 and forms like them. A date without a time zone is taken as UTC; one whose zone is unknown
    is unreadable. *countries* are the codes of countries that decide what an ambiguous zone means (zones.home_countries).
    """
    try:
        return _parse(text, countries)
    except (ValueError, OverflowError):
        return None


def _parse(text: str, countries: Collection[str]) -> datetime:
    """Return the date in *text* in UTC. Raises ValueError or OverflowError."""
    text = _normalize(text)
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if ":" not in text:
        text = _BARE_HOUR.sub(r"\1:00 \2m", _DOTTED_CLOCK.sub(lambda dotted: dotted[0].replace(".", ":"), text))
    if clock := _CLOCK.search(text):
        day, rest = text[: clock.start()], text[clock.end() :]
        # The year follows the zone in the format of ctime, and the whole date may follow the time.
        if not _TOKEN.search(day):
            day, rest = rest, ""
        elif (year := _YEAR_AFTER_ZONE.search(rest)) and not _YEAR.search(day):
            day, rest = f"{day} {year[1]}", rest[: year.start()] + rest[year.end() :]
        half = (clock[5] or _HALVES_BEFORE.get(day.rstrip()[-2:].lower(), "")).lower()
        day, time = (day.rstrip()[:-2] if half and not clock[5] else day), _time(clock, half)
    else:
        zone = _ZONE_START.search(text)
        day, rest = (text[: zone.start()], text[zone.start() :]) if zone else (text, "")
        time = timedelta()
    local = _day(day.strip(" ,;-@|")) + time
    return local.replace(tzinfo=find_zone(rest, local, countries)).astimezone(UTC)


def _normalize(text: str) -> str:
    """Return *text* on one line, with ASCII digits and hyphens, and with the separators of ISO 8601."""
    text = " ".join(text[: 4 * MAX_CHARS].split())[:MAX_CHARS]
    if not text.isascii():
        text = unicodedata.normalize("NFC", _FOREIGN_DIGIT.sub(_ascii_digit, text.translate(_DASHES)))
        text = _EAST_ASIAN_CLOCK.sub(_clock, _EAST_ASIAN.sub(r"\1-\2-\3 ", text))
        text = " ".join(_EAST_ASIAN_WEEKDAY.sub(" ", text).split())
    if match := _COMPACT.match(text):
        year, _, month, day, hour, minute, second = match.groups()
        time = f" {hour}:{minute}:{second or '00'}" if hour else ""
        return f"{year}-{month}-{day}{time}{text[match.end() :]}"
    return text


def _clock(match: re.Match[str]) -> str:
    return ":".join(filter(None, match.groups()))


def _ascii_digit(digit: re.Match[str]) -> str:
    return str(unicodedata.decimal(digit[0]))


def _time(clock: re.Match[str], half: str) -> timedelta:
    """Return the time of day; *half* is "a" or "p" for a clock of twelve hours."""
    hour, minute, second = (int(clock[group] or 0) for group in (1, 2, 3))
    if half:
        # Some write both: 20:57 PM.
        if not (1 <= hour <= 12 or (hour > 12) == (half == "p")):  # noqa: PLR2004  (hours of half a day)
            raise ValueError("the hour does not fit AM or PM")
        hour = hour % 12 + 12 * (half == "p")
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):  # noqa: PLR2004
        raise ValueError("the time is impossible")
    microseconds = int((clock[4] or "")[:6].ljust(6, "0"))
    # A leap second counts as the second before it.
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59), microseconds=microseconds)


def _day(text: str) -> datetime:
    """Return the midnight that begins the day in *text*."""
    text = text.removesuffix("T").removesuffix("t").strip(" ,")
    if match := _NUMERIC_DATE.search(text):
        return _numeric_day(text, match)
    if match := _YEAR_AND_MONTH.fullmatch(text):
        return datetime(int(match[1]), int(match[2]), 1)  # noqa: DTZ001  (the zone comes later)
    if _WEEK_DATE.fullmatch(text):
        return datetime.fromisoformat(text)
    words = _TOKEN.findall(text.lower())
    numbers = [word for word in words if word.isdecimal()]
    months = _months(words)
    if not months or len(numbers) != 2:  # noqa: PLR2004  (day and year)
        raise ValueError("not a date in a known form")
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)  # noqa: PLR2004  (digits of a day)
    return datetime(_full_year(year), months[0], int(day))  # noqa: DTZ001  (the zone comes later)


def _months(words: list[str]) -> list[int]:
    """Return the months named in *words*, at most one."""
    months = {word: month for word in words if (month := _month(word))}
    # "Mar" beside another month is a Tuesday in French, Spanish and Italian.
    named = {month for word, month in months.items() if word != "mar"} or set(months.values())
    if len(named) > 1:
        raise ValueError("not a date in a known form")
    return list(named)


def _month(word: str) -> int | None:
    return None if _NO_MONTH.match(word) else _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])


def _numeric_day(text: str, match: re.Match[str]) -> datetime:
    """Return the day of a date in numbers, if they can be read in one way only."""
    if _TOKEN.search(text, match.end()) or any(char.isdecimal() for char in text[: match.start()]):
        raise ValueError("not a date in a known form")
    first, separator, second, last = match.groups()
    a, b, c = int(first), int(second), int(last)
    if len(first) == 4:  # noqa: PLR2004  (digits of a year)
        return datetime(a, b, c)  # noqa: DTZ001  (the zone comes later)
    if len(last) != 4 or len(first) > 2:  # noqa: PLR2004  (digits of a year and of a day)
        raise ValueError("not a date in a known form")
    if separator == "." or a > 12 or a == b:  # noqa: PLR2004  (months)
        return datetime(c, b, a)  # noqa: DTZ001  (the zone comes later)
    if b > 12:  # noqa: PLR2004  (months)
        return datetime(c, a, b)  # noqa: DTZ001  (the zone comes later)
    raise ValueError("day and month could be exchanged")


def _full_year(year: str) -> int:
    """Return a year that may have two digits, as RFC 5322 reads it."""
    number = int(year)
    if len(year) == 2:  # noqa: PLR2004  (digits)
        return number + (2000 if number < 50 else 1900)  # noqa: PLR2004  (the limit in RFC 5322)
    if len(year) != 4:  # noqa: PLR2004  (digits)
        raise ValueError("not a date in a known form")
    return number
