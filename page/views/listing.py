"""The list of alerts with its counts."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.escape import printable
from monitor.grouping import StoryEntry
from monitor.messages import SEVERITIES, Alert, Severity
from page.records import Records
from page.views.attention import SHOWS, Show, attention_of
from page.views.badges import STANDINGS, Badge, badge_of
from page.views.filters import Filters, cursor_of
from page.views.rows import Row, alerts_of, least_settled, make_row
from page.views.strips import Axis, axis_of

PAGE_ROWS = 50
MAX_CHOICES = 8
"""The most topics and entities that are offered as filters."""
COUNTED_SECONDS = 10
"""How late a snooze that ends, which no record tells, may be noticed, in seconds."""
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
class Counts:
    """What does not depend on filters: the *entries* of a list, the newest first, and how many each filter has.

    *watches* has the severity, the number of alerts and the line of each watch; *topics* and *entities* have value and text.
    """

    entries: Sequence[StoryEntry]
    shows: Counter[Show]
    watches: Mapping[str, tuple[Severity, int, tuple[int, ...]]]
    topics: Sequence[tuple[tuple[str, str], int]]
    entities: Sequence[tuple[tuple[str, str], int]]
    badges: Counter[str]


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
    counts = _count_again(records, filters.shown, axis, now)
    matching = _matching(records, filters, counts.entries, now)
    cursor = filters.cursor()
    page = [each for each in matching if cursor is None or (each.updated.isoformat(), each.key) < cursor]
    rows = tuple(make_row(entry, records, axis, now, since, filters.watch) for entry in page[:PAGE_ROWS])
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
        left_out=len({each.key for each in counts.entries} - {each.key for each in matching}) if filters.is_narrowed else 0,
        older=_older(filters, page),
        shows=tuple(_shows(filters, counts.shows)),
        watches=tuple(_watches(filters, counts.watches)),
        topics=tuple(_choices(filters, "topic", counts.topics)),
        entities=tuple(_choices(filters, "entity", counts.entities)),
        badges=tuple(_badges(filters, counts.badges)),
    )


def _matching(records: Records, filters: Filters, entries: Sequence[StoryEntry], now: datetime) -> Sequence[StoryEntry]:
    """Return those of *entries*, a whole list, that pass *filters*.

    With a filter on watches the alerts of these alone decide in which list a story stands, as they alone are acted on.
    """
    if not filters.is_narrowed:
        return entries
    if not filters.watch:
        return [entry for entry in entries if filters.matches(entry)]
    found = (entry for entry in records.entries.values() if filters.matches(entry))
    shown = (entry for entry in found if show_of(entry, records, now, filters.watch) == filters.shown)
    return sorted(shown, key=_order, reverse=True)


def _count_again(records: Records, show: Show, axis: Axis, now: datetime) -> Counts:
    """Return what `_count` returns, which is kept for as long as nothing changes, and COUNTED_SECONDS at most."""
    part = int(now.timestamp() // COUNTED_SECONDS)
    known = records.derived.get(show)
    if known is None or known[0] != part:
        known = records.derived[show] = (part, _count(records, show, axis, now))
    counts: Counts = known[1]
    return counts


def _count(records: Records, show: Show, axis: Axis, now: datetime) -> Counts:
    shows = {entry.key: show_of(entry, records, now) for entry in records.entries.values()}
    ordered = sorted(records.entries.values(), key=_order, reverse=True)
    entries = [each for each in ordered if shows[each.key] == show]
    of_watch: dict[str, list[Alert]] = {}
    for entry in ordered:
        is_mixed = any(alert.id in records.marks for alert in entry.alerts.values())
        for watch, alert in entry.alerts.items():
            if (attention_of(alert, records, now).show if is_mixed else shows[entry.key]) == show:
                of_watch.setdefault(watch, []).append(alert)
    return Counts(
        entries=entries,
        shows=Counter(shows.values()),
        watches={watch: (alerts[-1].severity, len(alerts), _spark(alerts, axis)) for watch, alerts in of_watch.items()},
        topics=_most_common([{topic.code: topic.name for topic in entry.newest.topics} for entry in entries]),
        entities=_most_common([{entity.id: entity.name for entity in entry.newest.entities} for entry in entries]),
        badges=Counter(badge_of(entry.newest).code for entry in entries),
    )


def _most_common(named: Sequence[Mapping[str, str]]) -> Sequence[tuple[tuple[str, str], int]]:
    """Return the values that most of *named* have, each with a text and its number. *named* has those of each row.

    A value may have several texts, such as the spellings of a name: that of the first row counts.
    """
    texts: dict[str, str] = {}
    counted = Counter[str]()
    for each in named:
        counted.update(each.keys())
        for value, text in each.items():
            texts.setdefault(value, text)
    return [((value, printable(texts[value])), count) for value, count in counted.most_common(MAX_CHOICES)]


def show_of(entry: StoryEntry, records: Records, now: datetime, watches: Collection[str] = ()) -> Show:
    """Return the list in which *entry* stands at *now*, by its alerts of *watches* if there are any."""
    alerts = alerts_of(entry, watches)
    if records.marks.keys().isdisjoint(alert.id for alert in alerts):
        return "open"
    return least_settled([attention_of(alert, records, now) for alert in alerts]).show


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


def _watches(filters: Filters, watches: Mapping[str, tuple[Severity, int, tuple[int, ...]]]) -> Iterator[WatchChoice]:
    for watch in sorted(watches, key=lambda each: (-SEVERITIES.index(watches[each][0]), each)):
        severity, count, spark = watches[watch]
        yield WatchChoice(_choice(filters, "watch", watch, watch, count), severity, spark)


def _spark(alerts: Sequence[Alert], axis: Axis) -> tuple[int, ...]:
    """Return how many articles each part of the axis has, as heights from 0 to 12."""
    part, counts = (axis.end - axis.start) / SPARK_HOURS, [0] * SPARK_HOURS
    for alert in alerts:
        # The newest article of most alerts came before the axis begins.
        for report in alert.articles if alert.updated >= axis.start else ():
            if (age := report.fetched - axis.start) >= timedelta():
                counts[min(int(age / part), SPARK_HOURS - 1)] += 1
    highest = max(counts, default=0)
    return tuple(max(1, round(12 * count / highest)) if count else 0 for count in counts)


def _choices(filters: Filters, kind: str, counted: Sequence[tuple[tuple[str, str], int]]) -> Iterator[Choice]:
    for (value, text), count in counted:
        yield _choice(filters, kind, value, text, count)


def _badges(filters: Filters, counts: Mapping[str, int]) -> Iterator[tuple[Badge, Choice]]:
    for badge in STANDINGS.values():
        yield badge, _choice(filters, "certainty", badge.code, badge.word, counts[badge.code])
