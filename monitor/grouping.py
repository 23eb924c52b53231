"""The alerts of a story as one entry for a reader, whichever watches raised them. Pure.

Each watch has its own alert of a story in alert.v1, with its own versions, since each has its own subscribers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from monitor.messages import SEVERITIES, Alert, Change, Severity, StateOfAlert

CHANGES: tuple[Change, ...] = (
    "silence", "burst", "health", "new", "outlet", "standing", "development", "stance", "correction",
)  # fmt: skip
"""The changes, the least telling first. An article may make versions of several alerts, and each is new to its own alert."""
OF_WATCHES: frozenset[Change] = frozenset({"burst", "silence"})
"""The changes of alerts about a watch as a whole: each is an entry of its own."""


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """A story with its alerts: *key* is the id of the story, *alerts* has the newest version of each watch, by its id.

    *newest* is the version that tells what is new: its words are those of `describe_change` in monitor/format.
    """

    key: str
    newest: Alert
    alerts: Mapping[str, Alert] = field(hash=False)

    @property
    def title(self) -> str:
        """The title of the story: that of its first alert."""
        return min(self.alerts.values(), key=lambda each: (each.raised, each.id)).title

    @property
    def watches(self) -> tuple[str, ...]:
        """The ids of the watches, the one that raised the first alert first."""
        return tuple(each.watch for each in sorted(self.alerts.values(), key=lambda each: (each.raised, each.id)))

    @property
    def severity(self) -> Severity:
        """The highest severity of its watches."""
        return max((each.severity for each in self.alerts.values()), key=SEVERITIES.index)

    @property
    def updated(self) -> datetime:
        """When its newest article was fetched."""
        return self.newest.updated

    @property
    def state(self) -> StateOfAlert | None:
        """The state of its newest version. If that is raised, as at a further watch, that of the alert with most articles."""
        if self.newest.state not in {None, "raised"}:
            return self.newest.state
        return max(self.alerts.values(), key=lambda each: (each.article_count, each.updated)).state

    def state_at(self, now: datetime, keep: timedelta) -> StateOfAlert | Literal["closed"] | None:
        """Return the state at *now*: closed once *keep* has passed without a new version."""
        return "closed" if now - self.updated >= keep else self.state


def group_by_story(alerts: Iterable[Alert]) -> list[StoryEntry]:
    """Return an entry for each story of *alerts*, which are in the order of alert.v1. The newest change is the first."""
    entries = dict[str, StoryEntry]()
    for alert in alerts:
        key = key_of(alert)
        entries[key] = add_alert(entries.get(key), alert)
    return sorted(entries.values(), key=lambda each: (each.updated, each.key), reverse=True)


def key_of(alert: Alert) -> str:
    """Return the key of the entry to which *alert* belongs."""
    return alert.id if alert.change in OF_WATCHES else alert.story


def add_alert(entry: StoryEntry | None, alert: Alert) -> StoryEntry:
    """Return *entry*, or a new one, with *alert*. A version that is older than the one it has changes nothing."""
    if entry is None:
        return StoryEntry(key_of(alert), alert, {alert.watch: alert})
    known = entry.alerts.get(alert.watch)
    if known and (known.raised, known.version) >= (alert.raised, alert.version):
        return entry
    alerts = {**entry.alerts, alert.watch: alert}
    return StoryEntry(entry.key, max(alerts.values(), key=_order), alerts)


def _order(alert: Alert) -> tuple[datetime, int, int, str]:
    """Return what puts the version that tells most of the newest article last."""
    return alert.updated, CHANGES.index(alert.change), alert.article_count, alert.id
