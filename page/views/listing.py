"""The list of alerts with its counts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.grouping import SEVERITIES, StoryEntry
from monitor.messages import Severity
from page.records import Records
from page.views.attention import SHOWS, Show, attention_of
from page.views.badges import STANDINGS, Badge, badge_of
from page.views.filters import Filters, cursor_of
from page.views.rows import Row, least_settled, make_row
from page.views.strips import Axis, axis_of

PAGE_ROWS = 50
MAX_CHOICES = 8
"""The most topics and entities that are offered as filters."""
SPARK_HOURS = 8
"""How many parts the line beside a watch has; each stands for three hours."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter: its text, how many rows it has, its URL, and whether it is chosen."""

    value: str
    text: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class WatchChoice:
    """A watch as a filter, with its severity and the heights of its line, each up to 12."""

    choice: Choice
    severity: Severity
    spark: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What the page of alerts shows. *older* is the URL of the next page; *left_out* is how many rows the filters hide."""

    filters: Filters
    rows: tuple[Row, ...]
    axis: Axis
    since: datetime
    new: int
    changed: int
    total: int
    left_out: int
    older: str | None
    shows: tuple[Choice, ...]
    watches: tuple[WatchChoice, ...]
    topics: tuple[Choice, ...]
    entities: tuple[Choice, ...]
    badges: tuple[tuple[Badge, Choice], ...]

    @property
    def summary(self) -> str:
        """How many rows are new to the reader, and how many have changed."""
        counts = ((self.new, "new"), (self.changed, "changed"))
        return ", ".join(f"{count:,} {word}" for count, word in counts if count) or "Nothing new"


def count_unread(records: Records, now: datetime, since: datetime) -> int:
    """Return how many open stories have changed after *since*, whatever the filters."""
    fresh = (entry for entry in records.entries.values() if entry.updated > since)
    return sum(show_of(entry, records, now) == "open" for entry in fresh)


def make_listing(records: Records, filters: Filters, now: datetime, zone: ZoneInfo, since: datetime) -> Listing:
    """Return the list of *records* at *now*. Rows that have changed after *since* are new to the reader."""
    axis = axis_of(now, zone)
    shows = {entry.key: show_of(entry, records, now) for entry in records.entries.values()}
    shown = [entry for entry in records.entries.values() if shows[entry.key] == filters.shown]
    matching = sorted(filter(filters.matches, shown), key=_order, reverse=True)
    cursor = filters.cursor()
    page = [each for each in matching if cursor is None or (each.updated.isoformat(), each.key) < cursor]
    rows = tuple(make_row(entry, records, axis, now, since) for entry in page[:PAGE_ROWS])
    fresh = [entry for entry in matching if entry.updated > since]
    new = sum(min(alert.raised for alert in entry.alerts.values()) > since for entry in fresh)
    return Listing(
        filters=filters,
        rows=rows,
        axis=axis,
        since=since,
        new=new,
        changed=len(fresh) - new,
        total=len(matching),
        left_out=len(shown) - len(matching),
        older=_older(filters, page),
        shows=tuple(_shows(filters, Counter(shows.values()))),
        watches=tuple(_watches(filters, shown, axis)),
        topics=tuple(_topics(filters, shown)),
        entities=tuple(_entities(filters, shown)),
        badges=tuple(_badges(filters, shown)),
    )


def show_of(entry: StoryEntry, records: Records, now: datetime) -> Show:
    """Return the list in which *entry* stands at *now*."""
    if records.marks.keys().isdisjoint(alert.id for alert in entry.alerts.values()):
        return "open"
    return least_settled([attention_of(alert, records, now) for alert in entry.alerts.values()]).show


def _order(entry: StoryEntry) -> tuple[datetime, str]:
    return entry.updated, entry.key


def _older(filters: Filters, page: Sequence[StoryEntry]) -> str | None:
    if len(page) <= PAGE_ROWS:
        return None
    last = page[PAGE_ROWS - 1]
    return Filters(**{**_values(filters), "before": (cursor_of(last.updated, last.key),)}).url()


def _values(filters: Filters) -> dict[str, tuple[str, ...]]:
    return {name: getattr(filters, name) for name in Filters.__slots__}


def _shows(filters: Filters, counts: Mapping[Show, int]) -> Iterator[Choice]:
    for show in SHOWS:
        yield Choice(show, show.capitalize(), counts.get(show, 0), filters.toggled("show", show), filters.shown == show)


def _choice(filters: Filters, kind: str, value: str, text: str, count: int) -> Choice:
    return Choice(value, text, count, filters.toggled(kind, value), value in getattr(filters, kind))


def _watches(filters: Filters, shown: Sequence[StoryEntry], axis: Axis) -> Iterator[WatchChoice]:
    entries: dict[str, list[StoryEntry]] = {}
    for entry in shown:
        for watch in entry.alerts:
            entries.setdefault(watch, []).append(entry)
    severities = {watch: entry.alerts[watch].severity for watch, found in entries.items() for entry in found}
    for watch in sorted(entries, key=lambda each: (-SEVERITIES.index(severities[each]), each)):
        choice = _choice(filters, "watch", watch, watch, len(entries[watch]))
        yield WatchChoice(choice, severities[watch], _spark(watch, entries[watch], axis))


def _spark(watch: str, entries: Sequence[StoryEntry], axis: Axis) -> tuple[int, ...]:
    """Return how many articles each part of the axis has, as heights from 0 to 12."""
    part, counts = (axis.end - axis.start) / SPARK_HOURS, [0] * SPARK_HOURS
    for entry in entries:
        for report in entry.alerts[watch].articles:
            if (age := report.fetched - axis.start) >= timedelta():
                counts[min(int(age / part), SPARK_HOURS - 1)] += 1
    highest = max(counts, default=0)
    return tuple(max(1, round(12 * count / highest)) if count else 0 for count in counts)


def _topics(filters: Filters, shown: Sequence[StoryEntry]) -> Iterator[Choice]:
    counts = Counter((topic.code, topic.name) for entry in shown for topic in entry.newest.topics)
    for (code, name), count in counts.most_common(MAX_CHOICES):
        yield _choice(filters, "topic", code, name, count)


def _entities(filters: Filters, shown: Sequence[StoryEntry]) -> Iterator[Choice]:
    counts = Counter((entity.id, entity.name) for entry in shown for entity in entry.newest.entities)
    for (id_, name), count in counts.most_common(MAX_CHOICES):
        yield _choice(filters, "entity", id_, name, count)


def _badges(filters: Filters, shown: Sequence[StoryEntry]) -> Iterator[tuple[Badge, Choice]]:
    counts = Counter(badge_of(entry.newest).code for entry in shown)
    for badge in STANDINGS.values():
        yield badge, _choice(filters, "certainty", badge.code, badge.word, counts[badge.code])
