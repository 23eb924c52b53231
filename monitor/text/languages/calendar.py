"""The words of a language that name days."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """The words that name days, each with its number.

    *weekdays* count from Monday, which is 0, and *months* from January, which is 1. *relative* has the days from the one on
    which an article appears: -1 for "yesterday".
    """

    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    relative: Mapping[str, int]


NO_CALENDAR = CalendarWords({}, {}, {})
