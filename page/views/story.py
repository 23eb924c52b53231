"""The page of a story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.escape import printable
from monitor.format import join_first
from monitor.grouping import StoryEntry
from monitor.messages import Alert, ArticleStories, Delivery, Mark, Origin, Reason
from page.records import Records
from page.views.edits import Edits
from page.views.happenings import Happening, Repetitions, list_happenings
from page.views.lanes import Lane, make_lanes
from page.views.quotes import Quote, quote
from page.views.rows import Row, make_row
from page.views.strips import Axis

MAX_NAMES = 3
"""The most sources that the sentence on a story names at one stance."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a watch matched: the words, and the first sentence that has them."""

    watch: str
    reasons: tuple[Reason, ...]
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that the articles of the story name: its id, its name, and in how many of them."""

    id: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class StoryPage:
    """All that the page of a story shows. *row* is that of the list."""

    row: Row
    began_as: str
    sentence: str
    axis: Axis
    lanes: tuple[Lane, ...]
    happened: tuple[Happening | Repetitions, ...]
    edits: Edits
    why: tuple[Why, ...]
    deliveries: tuple[Delivery, ...]
    named: tuple[Named, ...]
    topics: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    article_count: int
    shown_count: int
    same_as: str | None


def make_story_page(
    entry: StoryEntry,
    records: Records,
    versions: Sequence[Alert],
    articles: Sequence[ArticleStories],
    edits: Edits,
    axis: Axis,
    now: datetime,
) -> StoryPage:
    """Return the page of *entry*. *versions* are those of its alerts, *articles* those of its story, the oldest first.

    *edits* are those of *articles*: comparing them takes too long for a server that answers others meanwhile.
    """
    entry = records.whole_entry(entry)
    row = make_row(entry, records, axis, now, now)
    story = records.stories.get(entry.key)
    alerts = {alert.id for alert in row.alerts}
    origins = (story.origins if story else ()) or entry.newest.origins
    return StoryPage(
        row=row,
        began_as=printable(entry.title),
        sentence=describe_origins(origins),
        axis=axis,
        lanes=tuple(make_lanes(origins, articles, axis)),
        happened=tuple(list_happenings(versions, _newest_versions(articles, versions))),
        edits=edits,
        why=tuple(_why(entry, articles)),
        deliveries=tuple(sorted(_newest(records, alerts), key=lambda each: each.at, reverse=True)),
        named=tuple(_named(articles)),
        topics=tuple(dict.fromkeys((topic.code, topic.name) for each in articles for topic in each.topics)),
        marks=tuple(records.marks[id_] for id_ in sorted(alerts & records.marks.keys())),
        article_count=story.count if story else max(alert.article_count for alert in row.alerts),
        shown_count=len({each.article.id for each in articles}),
        same_as=story.same_as if story else None,
    )


def describe_origins(origins: Sequence[Origin]) -> str:
    """Return one sentence on who confirms, denies or reports the story."""
    groups = {
        "confirmed by": [each for each in origins if each.stance == "confirmed"],
        "denied by": [each for each in origins if each.stance == "denied"],
        "reported by": [
            each for each in origins if each.kind != "anonymous" and each.stance not in {"confirmed", "denied", "declined"}
        ],
    }
    parts = [
        f"{verb} {join_first([printable(each.who) for each in found], MAX_NAMES)}" for verb, found in groups.items() if found
    ]
    if unnamed := sum(each.kind == "anonymous" and each.stance != "declined" for each in origins):
        parts.append(f"from {unnamed} unnamed source{'s' if unnamed > 1 else ''}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _newest_versions(articles: Sequence[ArticleStories], versions: Sequence[Alert]) -> list[ArticleStories]:
    """Return the newest version of each article, and the earlier ones that made a version of an alert."""
    made = {(report.id, report.version) for alert in versions if alert.articles for report in alert.articles[-1:]}
    newest = {each.article.id: each.article.version for each in articles}
    return [
        each
        for each in articles
        if (each.article.id, each.article.version) in made or newest[each.article.id] == each.article.version
    ]


def _why(entry: StoryEntry, articles: Sequence[ArticleStories]) -> Iterator[Why]:
    by_id = {each.article.id: each.article for each in articles}
    for watch, alert in sorted(entry.alerts.items()):
        article = by_id.get(alert.articles[-1].id) if alert.articles else None
        spans = [reason.at for reason in alert.reasons if reason.at]
        found = next((each for span in spans if article and (each := quote(article, span))), None)
        yield Why(watch, alert.reasons, found)


def _newest(records: Records, alerts: set[str]) -> Iterator[Delivery]:
    return (each for each in records.deliveries.values() if each.alert in alerts)


def _named(articles: Sequence[ArticleStories]) -> list[Named]:
    newest = {each.article.id: each for each in articles}
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for article in newest.values():
        for entity in article.entities:
            names.setdefault(entity.id, printable(entity.name))
            counts[entity.id] = counts.get(entity.id, 0) + 1
    return [Named(id_, names[id_], counts[id_]) for id_ in sorted(counts, key=lambda each: (-counts[each], each))]
