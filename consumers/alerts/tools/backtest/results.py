"""What a backtest has found: alerts counted by day and watch, and how two versions of the watches differ. Pure."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from monitor.messages import Alert, Article, Severity

Change = Literal["more", "less", "same"]
UPDATES = frozenset({"outlet", "stance", "correction", "health"})
"""The changes that make a further version of an alert; any other is an alert of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """An alert in short, as its newest version has it; *versions* are those within the time that was asked for."""

    id: str
    watch: str
    severity: Severity
    raised: datetime
    updated: datetime
    version: int
    versions: int
    outlets: int
    title: str


def row(alert: Alert, before: Row | None) -> Row:
    """*alert* in short, *before* being the same of its version before."""
    return Row(
        id=alert.id,
        watch=alert.watch,
        severity=alert.severity,
        raised=alert.raised,
        updated=alert.updated,
        version=alert.version,
        versions=before.versions + 1 if before else 1,
        outlets=alert.outlet_count,
        title=alert.title,
    )


@dataclass
class Tally:
    """Alerts as they come: numbers by day (UTC) and by watch, and the *limit* that were raised or updated last."""

    limit: int
    articles: int = 0
    backfill: int = 0
    first: datetime | None = None
    last: datetime | None = None
    days: dict[date, Counter[str]] = field(default_factory=dict)
    watches: dict[str, Counter[str]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def hear(self, article: Article) -> None:
        """Count *article*."""
        self.articles += 1
        self.backfill += article.backfill
        self.first = min(self.first or article.fetched, article.fetched)
        self.last = max(self.last or article.fetched, article.fetched)

    def take(self, alert: Alert) -> None:
        """Count one version of an alert."""
        kinds = ("updates",) if alert.change in UPDATES else ("alerts", alert.severity)
        for counts in (self.days.setdefault(alert.updated.date(), Counter()), self.watches.setdefault(alert.watch, Counter())):
            counts.update(kinds)
        self.rows[alert.id] = row(alert, self.rows.pop(alert.id, None))
        if len(self.rows) > self.limit:
            del self.rows[next(iter(self.rows))]


@dataclass(frozen=True, slots=True)
class Pair:
    """An alert under the one version of the watches and under the other; None where it is not raised."""

    before: Row | None = None
    after: Row | None = None

    @property
    def change(self) -> Change:
        """What the other version brings."""
        if self.before is None:
            return "more"
        return "less" if self.after is None else "same"

    @property
    def row(self) -> Row:
        """The alert, as the other version has it if it does."""
        found = self.after or self.before
        if found is None:
            raise ValueError("an alert that neither version raises")
        return found


@dataclass
class Diff:
    """Two versions side by side. Only alerts to which something may still be added are held, by id."""

    open: dict[str, Pair] = field(default_factory=dict)

    def take(self, before: Sequence[Alert], after: Sequence[Alert]) -> None:
        """Take in what both raised."""
        for alert in before:
            pair = self.open.get(alert.id, Pair())
            self.open[alert.id] = replace(pair, before=row(alert, pair.before))
        for alert in after:
            pair = self.open.get(alert.id, Pair())
            self.open[alert.id] = replace(pair, after=row(alert, pair.after))

    def settled(self, before: datetime) -> Iterator[Pair]:
        """Those raised before a moment, told once: their stories are closed."""
        while self.open and (pair := next(iter(self.open.values()))).row.raised < before:
            yield self.open.pop(pair.row.id)

    def rest(self) -> Iterator[Pair]:
        """All that are left."""
        while self.open:
            yield self.open.pop(next(iter(self.open)))


@dataclass
class Differences:
    """Pairs counted, and the *limit* newest of those that differ."""

    limit: int
    days: dict[date, Counter[str]] = field(default_factory=dict)
    watches: dict[str, Counter[str]] = field(default_factory=dict)
    shown: deque[Pair] = field(default_factory=deque)

    def take(self, pair: Pair) -> None:
        """Count *pair*."""
        for counts in (
            self.days.setdefault(pair.row.raised.date(), Counter()),
            self.watches.setdefault(pair.row.watch, Counter()),
        ):
            counts[pair.change] += 1
        if pair.change != "same":
            self.shown.append(pair)
            if len(self.shown) > self.limit:
                self.shown.popleft()
