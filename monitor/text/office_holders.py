"""Who holds an office on a day: heads of state and government, some ministers, spokespersons and heads of bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

AROUND_A_CHANGE = timedelta(days=2)
"""So near to its first or last day, an article may mean the holder before or after."""
Uncertain = Literal["undated", "unknown", "change", "unchecked"]
"""Why the holder is not certain: the article has no date; the table has no holder; the day is beside a change; it is after the
last day up to which the table is known to be right."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A line of data/office_holders.tsv: *holder*, an id of the gazetteer, holds the office with *titles* of *of*.

    *of* is the code of a country, or the id of a body. *until* is the day after the last one, or None; *checked* is the last
    day on which the line is known to be right. *is_woman* is whether words such as "spokeswoman" may mean the holder.
    """

    of: str
    titles: tuple[str, ...]
    role: str
    holder: str
    since: date
    until: date | None
    checked: date
    is_woman: bool = False


def holder_on(of: str, title: str, day: date | None) -> tuple[Tenure | None, Uncertain | None]:
    """Return who holds the office with *title* of *of* on *day*, and why that is not certain, or None if it is.

    If it is "unchecked", the tenure is the last that is known.
    """
    if day is None:
        return None, "undated"
    tenures = by_office().get((of, title), ())
    held = [each for each in tenures if each.since <= day and (each.until is None or day < each.until)]
    if any(abs(day - edge) <= AROUND_A_CHANGE for each in tenures for edge in (each.since, each.until) if edge):
        return None, "change"
    if len(held) != 1:
        return None, "unknown"
    return held[0], None if day <= held[0].checked else "unchecked"


def holder_in(of: str, title: str, year: int) -> Tenure | None:
    """Return who held the office with *title* of *of* all of *year*, or None if that is nobody or not known."""
    first, last = date(max(year, 1), 1, 1), date(max(year, 1), 12, 31)
    tenures = by_office().get((of, title), ())
    held = [each for each in tenures if each.since <= last and (each.until is None or first < each.until)]
    is_whole = len(held) == 1 and held[0].since <= first and (held[0].until is None or last < held[0].until)
    return held[0] if is_whole and last <= held[0].checked else None


def last_checked() -> date:
    """Return the last day up to which any line of the table is known to be right."""
    return max(tenure.checked for tenure in load())


def tenures_on(holder: str, day: date) -> list[Tenure]:
    """Return what *holder* holds on *day*."""
    return [each for each in _by_holder().get(holder, ()) if each.since <= day and (each.until is None or day < each.until)]


def offices_of(holder: str) -> set[tuple[str, str]]:
    """Return the offices that *holder* has in the table at any time: what each is of, and its titles."""
    return {(each.of, title) for each in _by_holder().get(holder, ()) for title in each.titles}


@cache
def load() -> Sequence[Tenure]:
    """Return all tenures, in the order of the table."""
    lines = (files("monitor.text") / "data" / "office_holders.tsv").read_text(encoding="utf-8").splitlines()
    return [_parse(line) for line in lines if not line.startswith("#")]


@cache
def by_office() -> Mapping[tuple[str, str], Sequence[Tenure]]:
    """Return the tenures by what the office is of, and by title."""
    offices: dict[tuple[str, str], list[Tenure]] = {}
    for tenure in load():
        for title in tenure.titles:
            offices.setdefault((tenure.of, title), []).append(tenure)
    return offices


@cache
def _by_holder() -> Mapping[str, Sequence[Tenure]]:
    holders: dict[str, list[Tenure]] = {}
    for tenure in load():
        holders.setdefault(tenure.holder, []).append(tenure)
    return holders


def _parse(line: str) -> Tenure:
    of, titles, role, holder, since, until, checked, *woman = line.split("\t")
    last = date.fromisoformat(until) if until else None
    first, known = date.fromisoformat(since), date.fromisoformat(checked)
    return Tenure(of, tuple(titles.split("|")), role, holder, first, last, known, is_woman=bool(woman))
