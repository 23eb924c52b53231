"""What the last days' articles and alerts say of the watches' terms: counts alone. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.term_index import TermIndex
from consumers.alerts.query.ast import Term
from consumers.alerts.tools.backtest.results import UPDATES
from consumers.alerts.tools.lint.finding import positive
from monitor.messages import Alert, ArticleStories, health_of

CROWD = 100
"""A story that more watches than this alert at says nothing of any two of them."""
DAY = timedelta(days=1)


@dataclass
class Asked:
    """A term of a watch, and in how many articles it was met."""

    query: CompiledWatch
    term: Term
    met: int = 0


@dataclass
class Listener:
    """Hears articles and the alerts that the watches raise at them; *keep* is how long a story stays open.

    *shared* counts the stories that two watches alerted at; *open* holds when, and which did, of those still open.
    """

    queries: Sequence[CompiledWatch]
    keep: timedelta
    articles: int = 0
    first: datetime | None = None
    last: datetime | None = None
    asked: list[Asked] = field(default_factory=list)
    raised: Counter[str] = field(default_factory=Counter)
    shared: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: dict[str, tuple[datetime, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._vocabulary = TermIndex()
        self._by_number: dict[int, list[Asked]] = {}
        for query in self.queries:
            for term in dict.fromkeys(positive(query.ast)):
                self.asked.append(one := Asked(query, term))
                for number in self._vocabulary.acquire(term.index_terms):
                    self._by_number.setdefault(number, []).append(one)

    def hear(self, message: ArticleStories) -> None:
        """Count which terms are in the article; one that tells of its feed itself is none."""
        if health_of(message.article):
            return
        reading, fetched = Document(message), message.article.fetched
        self.articles += 1
        self.first, self.last = min(self.first or fetched, fetched), max(self.last or fetched, fetched)
        there = (one for number in self._vocabulary.find(reading) for one in self._by_number.get(number, ()))
        for one in {id(one): one for one in there}.values():
            plain = one.term.scope == "anywhere" and not one.term.exact_words
            one.met += plain or bool(reading.term_positions(one.term))

    def take(self, alerts: Iterable[Alert]) -> None:
        """Count alerts, and which watches share a story."""
        for alert in alerts:
            if alert.change in UPDATES:
                continue
            self.raised[alert.watch] += 1
            if alert.change != "new":
                continue
            _, others = self.open.setdefault(alert.story, (alert.raised, []))
            if len(others) < CROWD:
                self.shared.update((min(other, alert.watch), max(other, alert.watch)) for other in others)
                others.append(alert.watch)
            self._forget(alert.raised - self.keep)

    def _forget(self, before: datetime) -> None:
        """Forget the stories that were closed by then."""
        while self.open and next(iter(self.open.values()))[0] < before:
            del self.open[next(iter(self.open))]

    @property
    def span(self) -> timedelta:
        """The time between the first article and the last."""
        return self.last - self.first if self.first and self.last else timedelta(0)

    def per_day(self, watch: str) -> float:
        """Alerts of *watch* in a day; all that there were where there is less than one."""
        return self.raised[watch] / max(self.span / DAY, 1)
