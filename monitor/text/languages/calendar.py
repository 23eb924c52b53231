"""The words of a language that name days."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """The words that name days, each with its number.

    *weekdays* count from Monday, which is 0, and *months* from January, which is 1. *relative* has the days from the one on
    which an article appears: -1 for "yesterday". *words* are all of these.
    """

    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    relative: Mapping[str, int]
    words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Join the words."""
        object.__setattr__(self, "words", frozenset({*self.weekdays, *self.months, *self.relative}))


NO_CALENDAR = CalendarWords({}, {}, {})
