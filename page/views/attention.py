"""Whether a story is open for its readers, or acknowledged, snoozed or muted, and why it has come back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.grouping import StoryEntry
from monitor.messages import Alert, Mark
from page.records import Records

Show = Literal["open", "acknowledged", "snoozed", "muted"]
SHOWS: tuple[Show, ...] = ("open", "acknowledged", "snoozed", "muted")


@dataclass(frozen=True, slots=True)
class Attention:
    """*show* is the list in which an alert stands; *mark* the mark that put it there, or that no longer holds."""

    show: Show
    mark: Mark | None = None
    back: Alert | None = None

    @property
    def reason(self) -> str:
        """Why it is open although it has a mark; "" if it has none, or the mark holds."""
        if self.show != "open" or self.mark is None:
            return ""
        if self.back is None:
            return "the snooze has ended"
        if self.back.change == "correction":
            return "it was corrected"
        return "its badge changed" if self.mark.state == "snoozed" else "a source says something new"


def attention_of(alert: Alert, records: Records, now: datetime) -> Attention:
    """Return where *alert* stands at *now*."""
    mark = records.marks.get(alert.id)
    if mark is None or mark.state == "open":
        return Attention("open")
    if (back := records.back.get(alert.id)) and mark.state != "muted":
        return Attention("open", mark, back)
    if mark.state == "snoozed" and mark.until is not None and mark.until <= now:
        return Attention("open", mark)
    return Attention(mark.state, mark)


def least_settled(all_: Sequence[Attention]) -> Attention:
    """Return the attention of a story: it is open while one of its alerts is."""
    return min(all_, key=lambda each: SHOWS.index(each.show))


def alerts_of(entry: StoryEntry, watches: Collection[str]) -> Sequence[Alert]:
    """Return the alerts of *entry* that *watches* have raised; all without *watches*, or if they have raised none."""
    return [alert for watch, alert in entry.alerts.items() if watch in watches] or list(entry.alerts.values())
