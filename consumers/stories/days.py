"""The days that an article names: dates, weekdays and words such as "yesterday", resolved against the day it appeared. Pure."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from monitor.text.languages import CalendarWords

YEAR_DIGITS, WEEK = 4, 7
DAYS = frozenset(f"{day:{width}}" for day in range(1, 32) for width in ("d", "02d"))
"""The numbers of the days of a month, with and without a leading zero."""
LAST_DAY = date.max.toordinal()


def find_days(words: Sequence[str], calendar: CalendarWords, appeared: date) -> frozenset[int]:
    """Return the days that the folded *words* name, as ordinals, in an article that appeared on the day *appeared*.

    A weekday may be the last or the next one: both count. A date without a year is that nearest to *appeared*.
    """
    days = (
        day for place, word in enumerate(words) if word in calendar.words for day in _days_at(words, place, calendar, appeared)
    )
    return frozenset(day for day in days if 1 <= day <= LAST_DAY)


def least_gap(one: Collection[int], other: Collection[int]) -> int | None:
    """Return the least number of days between a day of *one* and one of *other*; None if one of them is empty."""
    if not set(one).isdisjoint(other):
        return 0
    return min((abs(day - each) for day in one for each in other), default=None)


def format_day(ordinal: int) -> str:
    """Return a day as it is in story.v1: 2026-03-09."""
    return date.fromordinal(ordinal).isoformat()


def parse_day(text: str) -> int | None:
    """Return the ordinal of a day in story.v1; None if it is malformed."""
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def _days_at(words: Sequence[str], place: int, calendar: CalendarWords, appeared: date) -> Iterator[int]:
    word = words[place]
    if (offset := calendar.relative.get(word)) is not None:
        yield appeared.toordinal() + offset
    elif (weekday := calendar.weekdays.get(word)) is not None:
        last = appeared.toordinal() - (appeared.weekday() - weekday) % WEEK
        yield from (last, last + WEEK)
    elif month := calendar.months.get(word):
        yield from _date(words, place, month, appeared)


def _date(words: Sequence[str], place: int, month: int, appeared: date) -> Iterator[int]:
    """Yield the date whose month is the word at *place*: 9 March (2026), or March 9 (2026)."""
    before, after, last = (words[at] if 0 <= at < len(words) else "" for at in (place - 1, place + 1, place + 2))
    day, year = (before, after) if before in DAYS else (after, last)
    if day not in DAYS:
        return
    years = [int(year)] if len(year) == YEAR_DIGITS and year.isdecimal() else range(appeared.year - 1, appeared.year + 2)
    dates = [found for each in years if (found := _valid_date(each, month, int(day)))]
    if dates:
        yield min(dates, key=lambda found: abs(found - appeared)).toordinal()


def _valid_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
