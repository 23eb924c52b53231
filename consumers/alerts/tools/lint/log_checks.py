"""Checks against the articles in the log: terms that never occur, watches that overlap, too many alerts. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.term_index import TermIndex
from consumers.alerts.query.ast import TEXT_TERMS, Term
from consumers.alerts.tools.backtest.results import UPDATES
from consumers.alerts.tools.lint.finding import Finding, positive_terms, term_finding, watch_finding
from monitor.config.durations import format_duration
from monitor.format import pluralize
from monitor.messages import Alert, ArticleStories, health_of

OVERLAP = 0.8
"""Two watches overlap if at least this share of the alerts of each is for stories of both."""
MIN_ALERTS = 2
"""A watch with fewer alerts is not checked for overlaps."""
FLOOD = 100.0
"""A watch with more alerts per day is reported: nobody reads that many."""
MAX_WATCHES_OF_STORY = 100
"""Only this many watches of one story are compared: a story that matches more of them is no sign of an overlap."""
DAY = timedelta(days=1)


@dataclass
class TermUsage:
    """A term of a watch, and the number of articles in which it occurs."""

    compiled: CompiledWatch
    term: Term
    article_count: int = 0


@dataclass
class Usage:
    """Counts the articles of each term, the alerts of each watch, and the stories for which two watches alert.

    *keep* is how long a story may be open. *alerts* is by watch, *shared_stories* by pair of watches. *open_stories* holds,
    for each story that may still be open, when it first raised an alert and the watches that did.
    """

    compiled_watches: Sequence[CompiledWatch]
    keep: timedelta
    article_count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    terms: list[TermUsage] = field(default_factory=list)
    alerts: Counter[str] = field(default_factory=Counter)
    shared_stories: Counter[tuple[str, str]] = field(default_factory=Counter)
    open_stories: dict[str, tuple[datetime, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._index = TermIndex()
        self._by_number: dict[int, list[TermUsage]] = {}
        for compiled in self.compiled_watches:
            for term in dict.fromkeys(positive_terms(compiled.ast)):
                usage = TermUsage(compiled, term)
                self.terms.append(usage)
                for number in self._index.acquire(term.index_terms):
                    self._by_number.setdefault(number, []).append(usage)

    def add_article(self, message: ArticleStories) -> None:
        """Count the terms that occur in *message*. Ignore it if it is about the health of a feed."""
        if health_of(message.article):
            return
        document, fetched = Document(message), message.article.fetched
        self.article_count += 1
        self.first, self.last = min(self.first or fetched, fetched), max(self.last or fetched, fetched)
        candidates = (usage for number in self._index.find(document) for usage in self._by_number.get(number, ()))
        for usage in {id(usage): usage for usage in candidates}.values():
            usage.article_count += usage.term.is_plain or bool(document.term_positions(usage.term))

    def add_alerts(self, alerts: Iterable[Alert]) -> None:
        """Count *alerts*, and the watches that share a story."""
        for alert in alerts:
            if alert.change in UPDATES:
                continue
            self.alerts[alert.watch] += 1
            if alert.change != "new":
                continue
            _, watches = self.open_stories.setdefault(alert.story, (alert.raised, []))
            if len(watches) < MAX_WATCHES_OF_STORY:
                self.shared_stories.update((min(other, alert.watch), max(other, alert.watch)) for other in watches)
                watches.append(alert.watch)
            self._discard_stories(alert.raised - self.keep)

    def _discard_stories(self, before: datetime) -> None:
        while self.open_stories and next(iter(self.open_stories.values()))[0] < before:
            del self.open_stories[next(iter(self.open_stories))]

    @property
    def span(self) -> timedelta:
        """The time between the first article and the last."""
        return self.last - self.first if self.first and self.last else timedelta(0)

    def alerts_per_day(self, watch_id: str) -> float:
        """Return the mean number of alerts per day; the number of all alerts if the articles span less than a day."""
        return self.alerts[watch_id] / max(self.span / DAY, 1)


def find_dead_terms(usage: Usage, reported: Collection[tuple[str, Term | None]]) -> Iterator[Finding]:
    """Yield a finding for each term that never occurs although another term of its watch does.

    *reported* has pairs of a watch id and a term to leave out.
    """
    most_found: dict[str, TermUsage] = {}
    for each in usage.terms:
        most = most_found.setdefault(each.compiled.watch.id, each)
        if each.article_count > most.article_count:
            most_found[each.compiled.watch.id] = each
    articles = f"none of the {pluralize(usage.article_count, 'article')} of the last {format_duration(usage.span)}"
    # The words of about: are searched for in two ways, of which one is enough.
    found = {
        (each.compiled.watch.id, each.term.text) for each in usage.terms if each.term.clause == "about" and each.article_count
    }
    for each in usage.terms:
        if each.article_count or (each.term.clause == "about" and (each.compiled.watch.id, each.term.text) in found):
            continue
        term, watch, most = each.term, each.compiled.watch, most_found[each.compiled.watch.id]
        if most.article_count and (watch.id, term) not in reported:
            question = "is the spelling right?" if term.index_terms[0].field in TEXT_TERMS else "does any feed provide it?"
            text = f"{term.text!r} was in {articles}, while {most.term.text!r} was in {most.article_count:,}: {question}"
            yield term_finding("dead", watch, term, text)


def find_overlaps(usage: Usage, duplicates: frozenset[frozenset[str]]) -> Iterator[Finding]:
    """Yield a finding for each pair of watches with alerts for nearly the same stories, except the pairs in *duplicates*."""
    watches = {compiled.watch.id: compiled.watch for compiled in usage.compiled_watches}
    for (one, other), shared in usage.shared_stories.items():
        alerts_one, alerts_other = usage.alerts[one], usage.alerts[other]
        is_meaningful = min(alerts_one, alerts_other) >= MIN_ALERTS
        if is_meaningful and shared >= OVERLAP * max(alerts_one, alerts_other) and frozenset({one, other}) not in duplicates:
            part = f"{shared} of its {pluralize(alerts_other, 'alert')} are for stories that watch {one!r} alerts for too"
            yield watch_finding("overlap", watches[other], f"{part}, with {alerts_one} in all: are both watches needed?")


def find_floods(usage: Usage) -> Iterator[Finding]:
    """Yield a finding for each watch with more than FLOOD alerts per day."""
    for compiled in usage.compiled_watches:
        if (rate := usage.alerts_per_day(compiled.watch.id)) > FLOOD:
            text = f"about {rate:,.0f} alerts a day are expected: narrow the watch with all, none, NEAR or a topic"
            yield watch_finding("flood", compiled.watch, text)
