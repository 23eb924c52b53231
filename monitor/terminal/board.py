"""The state of a view: the stories with alerts, the articles that were counted, and the marks of readers. Without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from monitor.grouping import StoryEntry, add_alert, key_of
from monitor.marks import BRINGS_BACK, brought_back_by, holds, later_mark
from monitor.messages import Alert, Counted, Mark, Severity, StateOfAlert

Value = TypeVar("Value")
ShownState = StateOfAlert | Literal["closed"]
MAX_MARK_ENDINGS = 8
"""The most versions of an alert that are remembered because they may end a mark."""


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are shown: those of *watches*, with *severities* and in *states*, or all if these are empty."""

    watches: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    states: frozenset[StateOfAlert] = frozenset()

    def admits(self, alert: Alert) -> bool:
        """Return whether *alert* is of one of the watches, with one of the severities."""
        return (not self.watches or alert.watch in self.watches) and (not self.severities or alert.severity in self.severities)

    def admits_state(self, state: ShownState | None) -> bool:
        """Return whether an alert in *state* is shown."""
        return not self.states or state in self.states


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a story: its alerts, what came after them with nothing new, and the marks, each by the alert's id.

    *ended* are the marks that a later version has ended. *is_marked* says whether a mark holds for each of its alerts.
    """

    entry: StoryEntry
    state: ShownState | None = None
    counted: Mapping[str, Counted] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    ended: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def is_marked(self) -> bool:
        """Whether a mark holds for each of the alerts."""
        return all(alert.id in self.marks for alert in self.entry.alerts.values())


@dataclass
class Board:
    """The newest alerts that *shown* admits. An alert is closed when *keep* has passed without a new version.

    *mark_endings* has the latest versions of each alert that may end a mark. Beyond *max_alerts*, the stories that changed
    earliest are forgotten. Of marks and counted records, which may be of alerts that are not shown, the latest *max_records*
    are kept.
    """

    shown: AlertFilter = AlertFilter()
    keep: timedelta = timedelta.max
    max_alerts: int = 2000
    max_records: int = 10_000
    entries: dict[str, StoryEntry] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    mark_endings: dict[str, tuple[Alert, ...]] = field(default_factory=dict)
    alert_count: int = 0

    def add(self, message: Alert | Counted | Mark) -> None:
        """Take *message* into account."""
        match message:
            case Alert() if self.shown.admits(message):
                self._add_alert(message)
            case Counted():
                _put(self.counted, message.id, replace(message, articles=message.articles[-1:]), self.max_records)
            case Mark():
                _put(self.marks, message.id, later_mark(self.marks.get(message.id), message), self.max_records)

    def cards(self, now: datetime, since: datetime | None = None) -> list[Card]:
        """Return a card for each story that has changed since *since*, the newest change first."""
        entries = sorted(self.entries.values(), key=lambda each: (each.updated, each.key), reverse=True)
        cards = (self._card(each, now) for each in entries if since is None or each.updated >= since)
        return [each for each in cards if self.shown.admits_state(each.state)]

    def _card(self, entry: StoryEntry, now: datetime) -> Card:
        alerts = {alert.id: alert for alert in entry.alerts.values()}
        marks = {ident: self.marks[ident] for ident in alerts if ident in self.marks}
        held = {ident: mark for ident, mark in marks.items() if holds(mark, self.mark_endings[ident], now)}
        ended = {ident: mark for ident, mark in marks.items() if brought_back_by(mark, self.mark_endings[ident])}
        counted = {ident: each for ident, alert in alerts.items() if (each := self._counted_after(alert))}
        return Card(entry, entry.state_at(now, self.keep), counted, held, ended)

    def _counted_after(self, alert: Alert) -> Counted | None:
        """Return what was counted after *alert*, which is the newest version."""
        counted = self.counted.get(alert.id)
        return counted if counted and (counted.version, counted.raised) == (alert.version, alert.raised) else None

    def _add_alert(self, alert: Alert) -> None:
        key = key_of(alert)
        before = self.entries.pop(key, None)
        # At the end: the entries are in the order of their last changes.
        after = self.entries[key] = add_alert(before, alert)
        self.alert_count += len(after.alerts) - (len(before.alerts) if before else 0)
        self._note_mark_ending(before.alerts.get(alert.watch) if before else None, alert)
        while self.alert_count > self.max_alerts and len(self.entries) > 1:
            forgotten = self.entries.pop(next(iter(self.entries)))
            self.alert_count -= len(forgotten.alerts)
            for each in forgotten.alerts.values():
                self.mark_endings.pop(each.id, None)

    def _note_mark_ending(self, previous: Alert | None, alert: Alert) -> None:
        """Remember *alert* if it may end a mark, without what is of no use for that."""
        endings = self.mark_endings.setdefault(alert.id, ())
        if alert.change in BRINGS_BACK or (previous and previous.standing != alert.standing):
            slim = replace(alert, reasons=(), articles=(), origins=(), developments=(), entities=(), topics=())
            self.mark_endings[alert.id] = (*endings, slim)[-MAX_MARK_ENDINGS:]


def _put(records: dict[str, Value], key: str, record: Value, limit: int) -> None:
    """Put *record* at the end of *records*, and forget the first of more than *limit*."""
    records.pop(key, None)
    records[key] = record
    if len(records) > limit:
        del records[next(iter(records))]
