"""The days, months and years that a sentence names, against the day on which its article appeared. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from consumers.stories.days import find_days, format_day
from consumers.stories.developments.numbers import Number
from consumers.stories.developments.sentence_words import May, Word
from monitor.text.languages import NO_CALENDAR, CalendarWords, DevelopmentWords

MAX_CACHED = 1_024
"""The most weekdays of which the days are remembered. A day has a dozen in each language."""
MAX_DAY = 31
MONTHS = 12
MONTH_CHARS = len("2026-03")


class Days(NamedTuple):
    """The days of a sentence, as 2026-03-10.

    *dates* are told by their number, *months* without a day. Each of *weekdays* has the days that a word may mean: Monday may
    be the last or the next one. *places* are those of numbers that are part of a date.
    """

    dates: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    weekdays: frozenset[frozenset[str]] = frozenset()
    places: frozenset[int] = frozenset()


NO_DAYS = Days()
MAX_NEAR_MONTH = 4
"""The words before and after a month among which its day and year are: the 14th of February."""


def read_days(words: Sequence[Word], lang: DevelopmentWords, appeared: date) -> Days:
    """Return the days that a sentence names, in an article that appeared on the day *appeared*."""
    calendar, dates, months, weekdays = lang.calendar, set[str](), set[str](), set[frozenset[str]]()
    places = set[int]()
    for place, word in [(place, word) for place, word in enumerate(words) if word.may & May.DAY]:
        if word.text in calendar.months:
            # In some languages, the name of a month is another word in lower case: may, march.
            if word.may & May.PLANNED and not word.may & May.CAPITAL:
                continue
            only = _month_alone(word.text, lang)
            near = _near(words, place, lang, appeared)
            if found := find_days([text for _, text in near], only, appeared):
                dates |= set(map(format_day, found))
                found_at = {at for at, _ in near if at <= place + 1}
                places |= found_at | {at - 2 for at in found_at if at > 1 and words[at - 1].text in lang.ranges}
            else:
                months.add(_nearest_month(calendar.months[word.text], appeared))
        else:
            weekdays.add(_days_of(word.text, lang, appeared))
    if not (dates or months or weekdays):
        return NO_DAYS
    return Days(frozenset(dates), frozenset(months), frozenset(weekdays), frozenset(places))


def _near(words: Sequence[Word], place: int, lang: DevelopmentWords, appeared: date) -> Sequence[tuple[int, str]]:
    """Return the two words before and after the month at *place* that may tell its day and year, each with its own place."""
    start = max(0, place - MAX_NEAR_MONTH)
    near = [
        (at, word.text)
        for at, word in enumerate(words[start : place + MAX_NEAR_MONTH + 1], start)
        if word.text not in lang.in_dates
    ]
    for (at, one), (_, other) in pairwise(near):
        if at > place and (years := lang.years.get(f"{one} {other}")) is not None:
            near = [each for each in near if each[0] < at] + [(at, str(appeared.year + years))]
            break
    month = next(each for each, (at, _) in enumerate(near) if at == place)
    return near[max(0, month - 2) : month + 3]


@lru_cache(MAX_CACHED)
def _month_alone(word: str, lang: DevelopmentWords) -> CalendarWords:
    """Return a calendar that knows nothing but the month *word*."""
    return replace(NO_CALENDAR, months={word: lang.calendar.months[word]})


@lru_cache(MAX_CACHED)
def _days_of(word: str, lang: DevelopmentWords, appeared: date) -> frozenset[str]:
    """Return the days that a weekday, or a word such as yesterday, may mean."""
    return frozenset(map(format_day, find_days([word], lang.calendar, appeared)))


def is_of_date(number: Number, days: Days) -> bool:
    """Return whether *number* is the day of a month."""
    return number.place in days.places and number.value <= MAX_DAY


def month_of(day: str) -> str:
    """Return the month of *day*."""
    return day[:MONTH_CHARS]


def _nearest_month(month: int, appeared: date) -> str:
    """Return the *month* that is nearest to the day *appeared*."""
    years = (appeared.year + difference for difference in (-1, 0, 1))
    year = min(years, key=lambda each: abs((each - appeared.year) * MONTHS + month - appeared.month))
    return f"{year:04}-{month:02}"
