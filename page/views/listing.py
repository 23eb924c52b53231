"""The list of alerts with its counts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from monitor.escape import printable
from monitor.grouping import StoryEntry
from monitor.messages import SEVERITIES, Severity
from page.records import Records
from page.views.attention import SHOWS, Show
from page.views.badges import STANDINGS, Badge
from page.views.bars import Bars
from page.views.counts import ListCounts, entities_of, lists_of, most_common, show_of, topics_of
from page.views.filters import Filters, cursor_of
from page.views.rows import Row, make_row
from page.views.strips import Axis, axis_of

PAGE_ROWS = 50
MAX_WATCHES = 40
"""The most watches that are offered as filters, besides those that are chosen."""
MAX_CHOICES = 8
"""The most topics and entities that are offered as filters."""
SPARK_PARTS, SPARK_HEIGHT = 8, 12
"""How many bars stand beside a watch, of three hours each, and how high they are."""


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
    """A watch as a filter, with its severity and its articles over the day; None if it has none."""

    choice: Choice
    severity: Severity
    spark: Bars | None


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
    watch_count: int
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
    return lists_of(records, now)["open"].since(since)


def make_listing(records: Records, filters: Filters, now: datetime, zone: ZoneInfo, since: datetime) -> Listing:
    """Return the list of *records* at *now*. Rows that have changed after *since* are new to the reader."""
    axis, lists = axis_of(now, zone), lists_of(records, now)
    counts, cursor = lists[filters.shown], filters.cursor()
    entries = [records.entries[key] for key in counts.newest()]
    matching = _matching(records, filters, entries, now)
    page = [each for each in matching if (each.updated, each.key) < cursor] if cursor else matching
    fresh = list(takewhile(lambda entry: entry.updated > since, matching))
    latest = takewhile(lambda entry: entry.updated >= axis.start, entries)
    new = sum(min(alert.raised for alert in entry.alerts.values()) > since for entry in fresh)
    return Listing(
        filters=filters,
        rows=tuple(make_row(entry, records, axis, now, since, filters.watch) for entry in page[:PAGE_ROWS]),
        axis=axis,
        since=since,
        new=new,
        changed=len(fresh) - new,
        total=len(matching),
        left_out=len({each.key for each in entries} - {each.key for each in matching}) if filters.is_narrowed else 0,
        older=_older(filters, page),
        shows=tuple(_shows(filters, {show: len(each.order) for show, each in lists.items()})),
        watches=tuple(_watches(filters, counts, _sparks(records, latest, axis))),
        watch_count=len({watch for watch, _ in counts.watches}),
        topics=tuple(_choices(filters, "topic", counts.topics, entries, topics_of)),
        entities=tuple(_choices(filters, "entity", counts.entities, entries, entities_of)),
        badges=tuple(_badges(filters, counts.badges)),
    )


def _matching(records: Records, filters: Filters, entries: Sequence[StoryEntry], now: datetime) -> Sequence[StoryEntry]:
    """Return those of *entries*, a whole list, that pass *filters*.

    With a filter on watches the alerts of these alone decide in which list a story stands, as they alone are acted on.
    """
    if not filters.is_narrowed:
        return entries
    if not filters.watch:
        return [entry for entry in entries if filters.matches(entry, records.titles)]
    found = (entry for entry in records.entries.values() if filters.matches(entry, records.titles))
    shown = (entry for entry in found if show_of(entry, records, now, filters.watch) == filters.shown)
    return sorted(shown, key=lambda each: (each.updated, each.key), reverse=True)


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


def _watches(filters: Filters, counts: ListCounts, sparks: Mapping[str, Bars]) -> Iterator[WatchChoice]:
    """Yield the watches, the most severe first; of many the first and those that are chosen."""
    severities, totals = dict[str, Severity](), Counter[str]()
    for (watch, severity), count in sorted(counts.watches.items(), key=lambda item: SEVERITIES.index(item[0][1])):
        severities[watch] = severity
        totals[watch] += count
    ordered = sorted(severities, key=lambda each: (-SEVERITIES.index(severities[each]), each))
    for watch in dict.fromkeys((*ordered[:MAX_WATCHES], *(each for each in ordered if each in filters.watch))):
        yield WatchChoice(_choice(filters, "watch", watch, watch, totals[watch]), severities[watch], sparks.get(watch))


def _sparks(records: Records, latest: Iterable[StoryEntry], axis: Axis) -> Mapping[str, Bars]:
    """Return how many articles each part of *axis* has, by watch. *latest* are the stories that may have some."""
    start, counts = axis.start.timestamp(), dict[str, list[int]]()
    part = (axis.end.timestamp() - start) / SPARK_PARTS
    for entry in latest:
        for watch, alert in entry.alerts.items():
            of_watch = counts.setdefault(watch, [0] * SPARK_PARTS)
            for moment in records.packing.times(alert.id):
                if moment >= start:
                    of_watch[min(int((moment - start) / part), SPARK_PARTS - 1)] += 1
    return {watch: Bars(tuple(each), SPARK_HEIGHT) for watch, each in counts.items()}


def _choices(
    filters: Filters,
    kind: str,
    counts: Counter[str],
    entries: Iterable[StoryEntry],
    texts_of: Callable[[StoryEntry], Mapping[str, str]],
) -> Iterator[Choice]:
    """Yield the values that most stories have.

    A value may have several texts, such as the spellings of a name: that of the first of *entries* with it counts.
    """
    found = dict(most_common(counts, MAX_CHOICES))
    texts = dict[str, str]()
    for entry in entries:
        if len(texts) == len(found):
            break
        texts |= {value: text for value, text in texts_of(entry).items() if value in found and value not in texts}
    for value, count in found.items():
        yield _choice(filters, kind, value, printable(texts[value]), count)


def _badges(filters: Filters, counts: Mapping[str, int]) -> Iterator[tuple[Badge, Choice]]:
    for badge in STANDINGS.values():
        yield badge, _choice(filters, "certainty", badge.code, badge.word, counts[badge.code])
