"""The newest record of each key of the streams that the page shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.grouping import StoryEntry, add_alert, key_of
from monitor.marks import brought_back_by
from monitor.messages import Alert, Counted, Delivery, Feed, Held, Mark, Message, Process, Story, TargetState, Volume

KINDS: tuple[type[Message], ...] = (Story, Alert, Counted, Mark, Held, Volume, Feed, TargetState, Delivery, Process)
"""The messages that are kept, in the order in which they are read at the start."""


@dataclass
class Records:
    """The newest message of each key. *entries* has the alerts by story, as a reader sees them (monitor.grouping).

    *back* has the version that ended the mark of an alert, by the alert's id.
    """

    stories: dict[str, Story] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    entries: dict[str, StoryEntry] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    back: dict[str, Alert] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    targets: dict[str, TargetState] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    def apply(self, message: Message) -> None:
        """Take *message* in. One that is older than what is known, or known already, changes nothing."""
        if isinstance(message, Alert):
            self._apply_alert(message)
        elif isinstance(message, Mark):
            self._apply_mark(message)
        else:
            self._table(type(message))[message.key] = message

    def expire(self, before: datetime) -> None:
        """Forget alerts, stories and deliveries whose newest record is older than *before*, and the marks of these alerts."""
        for alert in [each for each in self.alerts.values() if each.updated < before]:
            del self.alerts[alert.id]
            self.entries.pop(key_of(alert), None)
            for table in (self.counted, self.marks, self.back, self.held):
                table.pop(alert.id, None)
        _remove(self.stories, lambda story: story.last < before)
        _remove(self.deliveries, lambda delivery: delivery.at < before)
        _remove(self.processes, lambda process: process.at < before)

    def _table(self, kind: type[Message]) -> dict[str, Any]:
        tables: Mapping[type[Message], dict[str, Any]] = {
            Story: self.stories,
            Counted: self.counted,
            Held: self.held,
            Volume: self.volumes,
            Feed: self.feeds,
            TargetState: self.targets,
            Delivery: self.deliveries,
            Process: self.processes,
        }
        return tables[kind]

    def _apply_alert(self, alert: Alert) -> None:
        known = self.alerts.get(alert.id)
        if known and known.version >= alert.version:
            return
        self.alerts[alert.id] = alert
        key = key_of(alert)
        self.entries[key] = add_alert(self.entries.get(key), alert)
        mark = self.marks.get(alert.id)
        if mark and alert.id not in self.back and brought_back_by(mark, (alert,)):
            self.back[alert.id] = alert

    def _apply_mark(self, mark: Mark) -> None:
        known = self.marks.get(mark.id)
        if known and known.at > mark.at:
            return
        self.marks[mark.id] = mark
        self.back.pop(mark.id, None)
        alert = self.alerts.get(mark.id)
        if alert and brought_back_by(mark, (alert,)):
            # Only the newest version is known here. An earlier one may have ended the mark too.
            self.back[mark.id] = alert


def _remove(table: dict[str, Any], is_old: Callable[[Any], bool]) -> None:
    for key in [key for key, value in table.items() if is_old(value)]:
        del table[key]
