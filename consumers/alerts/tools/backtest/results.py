"""Results of a backtest: alerts counted by day and watch, and the differences between two configs. Pure."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from monitor.messages import Alert, Article, Severity

Change = Literal["more", "less", "same"]
UPDATES = frozenset({"outlet", "stance", "correction", "development", "standing", "health"})
"""Changes that make another version of an alert. Any other change begins an alert."""


@dataclass(frozen=True, slots=True)
class AlertSummary:
    """An alert in its newest version. *versions* is the number of its versions in the requested time range."""

    id: str
    watch: str
    severity: Severity
    raised: datetime
    updated: datetime
    version: int
    versions: int
    outlets: int
    title: str


def summarize(alert: Alert, previous: AlertSummary | None) -> AlertSummary:
    """Return the summary of *alert*, where *previous* is the summary of its previous version."""
    return AlertSummary(
        id=alert.id,
        watch=alert.watch,
        severity=alert.severity,
        raised=alert.raised,
        updated=alert.updated,
        version=alert.version,
        versions=previous.versions + 1 if previous else 1,
        outlets=alert.outlet_count,
        title=alert.title,
    )


@dataclass
class Totals:
    """Counts of articles and alerts, by day (UTC) and by watch, and the *limit* alerts that were updated last."""

    limit: int
    article_count: int = 0
    backfill_count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    days: dict[date, Counter[str]] = field(default_factory=dict)
    watches: dict[str, Counter[str]] = field(default_factory=dict)
    latest: dict[str, AlertSummary] = field(default_factory=dict)

    def add_article(self, article: Article) -> None:
        """Count *article*."""
        self.article_count += 1
        self.backfill_count += article.backfill
        self.first = min(self.first or article.fetched, article.fetched)
        self.last = max(self.last or article.fetched, article.fetched)

    def add_alert(self, alert: Alert) -> None:
        """Count one version of an alert."""
        names = ("updates",) if alert.change in UPDATES else ("alerts", alert.severity)
        self.days.setdefault(alert.updated.date(), Counter()).update(names)
        self.watches.setdefault(alert.watch, Counter()).update(names)
        self.latest[alert.id] = summarize(alert, self.latest.pop(alert.id, None))
        if len(self.latest) > self.limit:
            del self.latest[next(iter(self.latest))]


@dataclass(frozen=True, slots=True)
class AlertPair:
    """One alert before and after an edit; None on the side that does not raise it."""

    before: AlertSummary | None = None
    after: AlertSummary | None = None

    @property
    def change(self) -> Change:
        """What the edit does to the alert."""
        if self.before is None:
            return "more"
        return "less" if self.after is None else "same"

    @property
    def summary(self) -> AlertSummary:
        """The alert after the edit, or the one before if the edit removes it. Raises ValueError if there is neither."""
        summary = self.after or self.before
        if summary is None:
            raise ValueError("neither side raises this alert")
        return summary


@dataclass
class AlertPairing:
    """Pairs the alerts before and after an edit by id. It keeps only alerts that may still get another version."""

    open_pairs: dict[str, AlertPair] = field(default_factory=dict)

    def add(self, before: Sequence[Alert], after: Sequence[Alert]) -> None:
        """Add the alerts that each side raises for one article."""
        for alert in before:
            pair = self.open_pairs.get(alert.id, AlertPair())
            self.open_pairs[alert.id] = replace(pair, before=summarize(alert, pair.before))
        for alert in after:
            pair = self.open_pairs.get(alert.id, AlertPair())
            self.open_pairs[alert.id] = replace(pair, after=summarize(alert, pair.after))

    def close(self, before: datetime | None = None) -> Iterator[AlertPair]:
        """Remove and yield the pairs that were raised earlier than *before*, or all pairs if it is None."""
        while self.open_pairs:
            pair = next(iter(self.open_pairs.values()))
            if before is not None and pair.summary.raised >= before:
                return
            yield self.open_pairs.pop(pair.summary.id)


@dataclass
class Differences:
    """Counts of changes, by day (UTC) and by watch, and the *limit* newest alerts that differ."""

    limit: int
    days: dict[date, Counter[str]] = field(default_factory=dict)
    watches: dict[str, Counter[str]] = field(default_factory=dict)
    latest: deque[AlertPair] = field(default_factory=deque)

    def add(self, pair: AlertPair) -> None:
        """Count *pair*."""
        self.days.setdefault(pair.summary.raised.date(), Counter())[pair.change] += 1
        self.watches.setdefault(pair.summary.watch, Counter())[pair.change] += 1
        if pair.change != "same":
            self.latest.append(pair)
            if len(self.latest) > self.limit:
                self.latest.popleft()
