"""The lists of alerts with their counts, which are updated as records change.

To count 10,000 alerts again for each request took 47 ms, longer than all else in the request.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nsmallest
from typing import TypeVar

from monitor.grouping import StoryEntry
from monitor.messages import Severity
from page.records import Records
from page.views.attention import SHOWS, Show, alerts_of, attention_of, least_settled
from page.views.badges import badge_of

LAST_KEY = "\U0010ffff"
"""Comes after the key of each story."""
T = TypeVar("T")


@dataclass(slots=True)
class ListCounts:
    """A list: the time and the key of each story, the oldest first, and how many stories have each value of a filter."""

    order: list[tuple[datetime, str]] = field(default_factory=list)
    topics: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    badges: Counter[str] = field(default_factory=Counter)
    watches: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    """The alerts of each watch, by its severity, which may have changed: those that stand in this list, each by itself."""

    def add(self, entry: StoryEntry) -> None:
        """Count *entry*."""
        insort(self.order, (entry.updated, entry.key))
        self.topics.update(topics_of(entry).keys())
        self.entities.update(entities_of(entry).keys())
        self.badges[badge_of(entry.newest).code] += 1

    def remove(self, entry: StoryEntry) -> None:
        """Take *entry* out of the counts."""
        del self.order[bisect_left(self.order, (entry.updated, entry.key))]
        _subtract(self.topics, topics_of(entry))
        _subtract(self.entities, entities_of(entry))
        _subtract(self.badges, (badge_of(entry.newest).code,))

    def since(self, moment: datetime) -> int:
        """Return how many stories have changed after *moment*."""
        return len(self.order) - bisect_right(self.order, (moment, LAST_KEY))

    def newest(self, before: tuple[datetime, str] | None = None) -> Iterator[str]:
        """Yield the keys of the stories before the place *before*, or of all, the newest first."""
        end = len(self.order) if before is None else bisect_left(self.order, before)
        for number in range(end - 1, -1, -1):
            yield self.order[number][1]


@dataclass(frozen=True, slots=True)
class CountedStory:
    """A story as it was counted: the list in which it stands, and that of each of its alerts."""

    entry: StoryEntry
    show: Show
    shows: tuple[Show, ...]


@dataclass(slots=True)
class AlertLists:
    """The counts of each list of *records*. *ends* is when a snooze ends, which no record tells, by the key of its story."""

    records: Records
    lists: dict[Show, ListCounts] = field(default_factory=lambda: {show: ListCounts() for show in SHOWS})
    ends: dict[str, datetime] = field(default_factory=dict)
    _counted: dict[str, CountedStory] = field(default_factory=dict)

    def update(self, now: datetime) -> None:
        """Count the stories that have changed, or whose snooze has ended at *now*."""
        for key in {*self.records.touched, *(key for key, end in self.ends.items() if end <= now)}:
            self._count(key, now)
        self.records.touched.clear()

    def _count(self, key: str, now: datetime) -> None:
        records = self.records
        if known := self._counted.pop(key, None):
            self.lists[known.show].remove(known.entry)
            for show, alert in zip(known.shows, known.entry.alerts.values(), strict=True):
                _subtract(self.lists[show].watches, ((alert.watch, alert.severity),))
            self.ends.pop(key, None)
        if entry := records.entries.get(key):
            shows = tuple(attention_of(alert, records, now).show for alert in entry.alerts.values())
            known = self._counted[key] = CountedStory(entry, min(shows, key=SHOWS.index), shows)
            self.lists[known.show].add(entry)
            for show, alert in zip(shows, entry.alerts.values(), strict=True):
                self.lists[show].watches[alert.watch, alert.severity] += 1
            marks = [records.marks[alert.id] for alert in entry.alerts.values() if alert.id in records.marks]
            if ends := [mark.until for mark in marks if mark.until and mark.until > now]:
                self.ends[key] = min(ends)


def lists_of(records: Records, now: datetime) -> Mapping[Show, ListCounts]:
    """Return the lists of *records* at *now*."""
    lists: AlertLists = records.derived.setdefault("lists", AlertLists(records))
    lists.update(now)
    return lists.lists


def show_of(entry: StoryEntry, records: Records, now: datetime, watches: Collection[str] = ()) -> Show:
    """Return the list in which *entry* stands at *now*, by its alerts of *watches* if there are any."""
    return least_settled([attention_of(alert, records, now) for alert in alerts_of(entry, watches)]).show


def most_common(counts: Counter[str], limit: int) -> list[tuple[str, int]]:
    """Return the *limit* values that most stories have, and how many do. Of equally many, the first in the alphabet."""
    return nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))


def topics_of(entry: StoryEntry) -> Mapping[str, str]:
    """Return the names of the topics of *entry*, by code."""
    return {each.code: each.name for each in entry.newest.topics}


def entities_of(entry: StoryEntry) -> Mapping[str, str]:
    """Return the names of the entities of *entry*, by id."""
    return {each.id: each.name for each in entry.newest.entities}


def _subtract(counts: Counter[T], values: Iterable[T]) -> None:
    for value in values:
        counts[value] -= 1
        if not counts[value]:
            del counts[value]
