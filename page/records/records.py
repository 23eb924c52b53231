"""The newest record of each key of the streams that the page shows."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial, reduce
from typing import Any

from monitor.grouping import StoryEntry, add_alert, key_of
from monitor.marks import brought_back_by
from monitor.messages import Alert, Delivery, Feed, Held, Mark, Message, Process, Story, TargetState, Websub
from monitor.runtime.process_records import ProcessRecord
from page.records.packing import PACKED, Packing

KINDS: tuple[type[Message], ...] = (Story, Mark, Alert, Held, Feed, Websub, TargetState, Delivery, Process)
"""The messages that are kept, in the order in which they are read at the start: marks first, see Records.needs_all."""

MEASURED = 1000
"""How many versions of alerts are kept with their stamps, for the page of the system."""
UNNEEDED: Mapping[str, Any] = PACKED | {"entities": (), "topics": ()}
"""What is large in an alert, and tells nothing about marks."""


@dataclass
class Records:
    """The newest message of each key. *entries* has the alerts by story, as a reader sees them (monitor.grouping).

    *alerts* and *entries* have what lists need of an alert (packing.py); `whole` and `whole_entry` return all of it.

    *former* has the mark of an alert before its newest one, and *back* the version that ended the newest one, by its id.
    Streams may come in any order and again from an earlier record; the records of a stream come in its order.
    """

    stories: dict[str, Story] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    entries: dict[str, StoryEntry] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    former: dict[str, Mark] = field(default_factory=dict)
    back: dict[str, Alert] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    websubs: dict[str, Websub] = field(default_factory=dict)
    targets: dict[str, TargetState] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    processes: dict[str, ProcessRecord] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set, compare=False)
    """The keys of the entries that have changed, or whose marks have, since the counts of the lists were made."""
    derived: dict[str, Any] = field(default_factory=dict, compare=False)
    """What is kept of what has been computed from the records, by a name."""
    latest: deque[Alert] = field(default_factory=partial(deque, maxlen=MEASURED), compare=False)
    """The versions of alerts that came last, with their stamps."""
    packing: Packing = field(default_factory=Packing)
    """All that the alerts have."""
    _earlier: dict[str, dict[int, Alert]] = field(default_factory=dict)
    """The versions of alerts before the newest one, as far as they came here: what they tell about marks."""

    def apply(self, message: Message, stored: float) -> None:
        """Take *message* in, which the bus *stored* so many seconds after the beginning of 1970.

        An older version of an alert than the known one only changes whether a mark holds.
        """
        if isinstance(message, Alert):
            self._apply_alert(message)
        elif isinstance(message, Mark):
            self._apply_mark(message)
        elif isinstance(message, Process):
            self.processes[message.key] = ProcessRecord(message, stored)
        else:
            self._table(type(message))[message.key] = message

    def whole(self, alert: Alert) -> Alert:
        """Return *alert*, one of *alerts*, with all that it has in the log."""
        return self.packing.unpack(alert.id)

    def whole_entry(self, entry: StoryEntry) -> StoryEntry:
        """Return *entry*, one of *entries*, with all that its alerts have in the log."""
        alerts = {watch: self.whole(alert) for watch, alert in entry.alerts.items()}
        return StoryEntry(entry.key, alerts[entry.newest.watch], alerts)

    def titles(self, entry: StoryEntry) -> str:
        """Return the folded titles of *entry*, one of *entries*, and of its articles, a line each."""
        return "\n".join([self.packing.titles(alert.id) for alert in entry.alerts.values()])

    def needs_all(self, kind: type[Message], key: str) -> bool:
        """Return whether all records of *key* are needed, not only the newest.

        Any version of an alert may have ended its mark, and a mark has the one before it.
        """
        return kind is Mark or (kind is Alert and key in self.marks)

    def forget(self, kind: type[Message]) -> None:
        """Forget all messages of *kind*."""
        self.touched |= self.entries.keys()
        if kind is Alert:
            tables: tuple[dict[str, Any] | Packing | deque[Alert], ...] = (
                self.alerts,
                self.entries,
                self.back,
                self._earlier,
                self.packing,
                self.latest,
            )
        elif kind is Mark:
            tables = (self.marks, self.former, self.back)
        else:
            tables = (self._table(kind),)
        for table in tables:
            table.clear()

    def expire(self, before: datetime) -> None:
        """Forget what has had no record since *before*, and the marks of alerts that are forgotten. Feeds and targets stay."""
        old = [alert for alert in self.alerts.values() if alert.updated < before]
        for alert in old:
            del self.alerts[alert.id]
            self.packing.remove(alert.id)
            for table in (self.marks, self.former, self.back, self.held, self._earlier):
                table.pop(alert.id, None)
        keys = {key_of(alert) for alert in old}
        self.touched |= keys
        for key in keys & self.entries.keys():
            left = [each for each in self.entries[key].alerts.values() if each.id in self.alerts]
            if left:
                self.entries[key] = reduce(add_alert, left[1:], add_alert(None, left[0]))
            else:
                del self.entries[key]
        _remove(self.marks, lambda mark: mark.at < before and mark.id not in self.alerts)
        _remove(self.former, lambda mark: mark.id not in self.marks)
        _remove(self.held, lambda held: held.at < before)
        _remove(self.stories, lambda story: story.last < before)
        _remove(self.deliveries, lambda delivery: delivery.at < before)
        # The clock of a process, or that of the bus, may be wrong.
        _remove(self.processes, lambda each: max(each.process.at.timestamp(), each.stored) < before.timestamp())

    def _table(self, kind: type[Message]) -> dict[str, Any]:
        tables: Mapping[type[Message], dict[str, Any]] = {
            Story: self.stories,
            Held: self.held,
            Feed: self.feeds,
            Websub: self.websubs,
            TargetState: self.targets,
            Delivery: self.deliveries,
            Process: self.processes,
        }
        return tables[kind]

    def _apply_alert(self, alert: Alert) -> None:
        known = self.alerts.get(alert.id)
        if known is not None and alert.version != known.version:
            earlier = min(known, alert, key=lambda each: each.version)
            self._earlier.setdefault(alert.id, {})[earlier.version] = replace(earlier, **UNNEEDED)
        if known is None or alert.version > known.version:
            kept = self.alerts[alert.id] = self.packing.pack(alert)
            self.latest.append(replace(kept, stamps=alert.stamps))
            key = key_of(kept)
            self.entries[key] = add_alert(self.entries.get(key), kept)
        self._bring_back(alert.id)

    def _apply_mark(self, mark: Mark) -> None:
        # As in the log, the last one counts, whatever the clock of the process that made it.
        known = self.marks.get(mark.id)
        if known and known.at != mark.at:  # else the same one comes again
            self.former[mark.id] = known
        self.marks[mark.id] = mark
        self._bring_back(mark.id)

    def _bring_back(self, id_: str) -> None:
        """Find the version that has ended the mark of the alert *id_*."""
        mark, newest = self.marks.get(id_), self.alerts.get(id_)
        if newest:
            self.touched.add(key_of(newest))
        versions = [each for _, each in sorted(self._earlier.get(id_, {}).items())]
        found = mark and newest and brought_back_by(mark, (*versions, newest))
        if found:
            self.back[id_] = found
        else:
            self.back.pop(id_, None)


def _remove(table: dict[str, Any], is_old: Callable[[Any], bool]) -> None:
    for key in [key for key, value in table.items() if is_old(value)]:
        del table[key]
