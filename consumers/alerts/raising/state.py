"""State of the alerts service: the fold of its own output."""

from dataclasses import dataclass, field
from datetime import timedelta

from monitor.messages import Alert, Held, Stance, Volume

WATCH_CHANGES = frozenset({"burst", "silence"})
"""Changes of alerts about a watch as a whole. Such an alert has one version and belongs to no story."""


def retention(story_days: float) -> timedelta:
    """Return how long an alert is kept after it was raised: while its story is open, and one day more for late articles."""
    return timedelta(days=story_days + 1)


@dataclass
class OpenAlert:
    """An alert whose story is still open: its latest version, and the data that the alert's own lists bound.

    *outlets* are all outlets, *stances* all stances by outlet. *corrections* are the ids and versions of the articles that
    raised a version as a correction.
    """

    latest: Alert
    outlets: set[str] = field(default_factory=set)
    stances: dict[str, set[Stance]] = field(default_factory=dict)
    corrections: set[tuple[str, int]] = field(default_factory=set)


@dataclass
class AlertState:
    """Open alerts by id, articles that count toward at_least by the id of their future alert, and volumes by watch id."""

    open_alerts: dict[str, OpenAlert] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)

    def apply(self, message: Alert | Held | Volume, keep: timedelta) -> None:
        """Fold *message* into the state, and discard what is more than *keep* older than *message*."""
        match message:
            case Alert():
                self.held.pop(message.id, None)
                if message.change not in WATCH_CHANGES:
                    self._add_alert(message, keep)
            case Held():
                self._add_held(message, keep)
            case Volume() if message.ended is None:
                self.volumes[message.id] = message
            case Volume():
                self.volumes.pop(message.id, None)

    def _add_alert(self, alert: Alert, keep: timedelta) -> None:
        open_alert = self.open_alerts.get(alert.id)
        if open_alert is None:
            open_alert = self.open_alerts[alert.id] = OpenAlert(alert)
            new_reports = alert.articles
        else:
            # A later version adds one article: the last of its list.
            new_reports = alert.articles[-1:]
        open_alert.latest = alert
        for report in new_reports:
            open_alert.outlets.add(report.outlet)
            open_alert.stances.setdefault(report.outlet, set()).update(voice.stance for voice in report.voices)
        if alert.change == "correction":
            open_alert.corrections.add((alert.articles[-1].id, alert.articles[-1].version))
        oldest_time = alert.updated - keep
        while (oldest := next(iter(self.open_alerts.values()), None)) and oldest.latest.raised < oldest_time:
            del self.open_alerts[oldest.latest.id]

    def _add_held(self, held: Held, keep: timedelta) -> None:
        # Insert at the end, so that the first entry is always the oldest.
        self.held.pop(held.id, None)
        if held.id not in self.open_alerts:
            self.held[held.id] = held
        while (oldest := next(iter(self.held.values()), None)) and oldest.at < held.at - keep:
            del self.held[oldest.id]
