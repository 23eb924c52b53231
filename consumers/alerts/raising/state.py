"""State of the alerts service: the fold of its own output."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from monitor.clock import MAX_AHEAD
from monitor.messages import WATCH_CHANGES, Alert, Counted, Held, Stance, Volume

PAUSE_ALERTS = 1000
"""Restored alerts after which the first tick lets other tasks run."""


def retention(story_days: float) -> timedelta:
    """Return how long an alert stays open after its latest version: while its story is open, and one day more."""
    return timedelta(days=story_days + 1)


@dataclass
class OpenAlert:
    """An alert whose story may still be open: its latest version, and the data that the alert's own lists bound.

    *published* is the time of the latest version. *outlets* are all outlets, *stances* all stances by outlet. *corrections* are
    the ids and versions of the articles that raised a version as a correction. *articles* are the ids of the articles that made
    a version.
    """

    latest: Alert
    published: datetime
    outlets: set[str] = field(default_factory=set)
    stances: dict[str, set[Stance]] = field(default_factory=dict)
    corrections: set[tuple[str, int]] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)


@dataclass
class AlertState:
    """Open alerts by id, articles that count toward at_least by the id of their future alert, and volumes by watch id.

    *counted* has the articles that made no version of an open alert, by its id.
    *closed* has the latest version of each alert that was closed, and when that was published, so that no later article raises
    the same version again. *now* is the service's time at its last tick; None before the first. It and the order in which
    alerts and held articles expire are no part of what is restored.
    """

    open_alerts: dict[str, OpenAlert] = field(default_factory=dict)
    closed: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)
    now: datetime | None = field(default=None, compare=False)
    by_time: list[tuple[datetime, str]] = field(default_factory=list, compare=False, repr=False)
    held_since: dict[str, datetime | None] = field(default_factory=dict, compare=False, repr=False)

    def apply(self, message: Alert | Held | Counted | Volume) -> None:
        """Fold *message* into the state. No time in it removes anything else: see `expire`."""
        match message:
            case Alert():
                self._remove_held(message.id)
                if message.change not in WATCH_CHANGES:
                    self._add_alert(message)
            case Held() if message.id not in self.open_alerts and message.id not in self.closed:
                self._remove_held(message.id)
                self.held[message.id], self.held_since[message.id] = message, self.now
            case Counted():
                self.counted[message.id] = message
            case Volume() if message.ended is None:
                self.volumes[message.id] = message
            case Volume():
                self.volumes.pop(message.id, None)

    def last_version(self, alert_id: str) -> int:
        """Return the latest version of the alert, open or closed; 0 if none is known."""
        if open_alert := self.open_alerts.get(alert_id):
            return open_alert.latest.version
        return self.closed.get(alert_id, (0,))[0]

    def counted_under(self, alert: Alert) -> Counted | None:
        """Return the articles that made no version of *alert*, which is open; None if there are none."""
        counted = self.counted.get(alert.id)
        return counted if counted and counted.raised == alert.raised else None

    def expire(self, now: datetime, keep: timedelta) -> Iterator[None]:
        """Close the alerts that were published before *keep*, and forget them after twice that time. Yields None.

        *now* is the service's own time, which no message can shift. Held articles are removed when *keep* has passed since the
        last of them came, or since the restore.
        """
        if self.now is None:
            yield from self._begin(now)
        self.now = now
        while self.by_time and self.by_time[0][0] <= now - keep:
            published, alert_id = heapq.heappop(self.by_time)
            open_alert = self.open_alerts.get(alert_id)
            # Otherwise it has a later version.
            if open_alert and open_alert.published == published:
                del self.open_alerts[alert_id]
                self.counted.pop(alert_id, None)
                self.closed[alert_id] = open_alert.latest.version, published
            yield None
        # Both are in the order of the times, since the service's clock never goes back.
        forgotten = takewhile(lambda item: item[1][1] <= now - 2 * keep, self.closed.items())
        expired = takewhile(lambda item: item[1] is not None and item[1] <= now - keep, self.held_since.items())
        for alert_id in [alert_id for alert_id, _ in forgotten]:
            del self.closed[alert_id]
            yield None
        for alert_id in [alert_id for alert_id, _ in expired]:
            self._remove_held(alert_id)
            yield None

    def _add_alert(self, alert: Alert) -> None:
        published = self._published(alert)
        self.closed.pop(alert.id, None)
        open_alert = self.open_alerts.get(alert.id)
        # After it was closed, an alert begins anew.
        if open_alert is None or alert.change == "new":
            open_alert = self.open_alerts[alert.id] = OpenAlert(alert, published, set(alert.outlets))
            new_reports = alert.articles
        else:
            # A later version adds one article: the last of its list.
            new_reports = alert.articles[-1:]
        open_alert.latest, open_alert.published = alert, published
        heapq.heappush(self.by_time, (published, alert.id))
        for report in new_reports:
            open_alert.articles.add(report.id)
            open_alert.outlets.add(report.outlet)
            open_alert.stances.setdefault(report.outlet, set()).update(voice.stance for voice in report.voices)
        if alert.change == "correction":
            open_alert.corrections.update((report.id, report.version) for report in alert.articles[-1:])

    def _published(self, alert: Alert) -> datetime:
        """Return when *alert* was published: the later of its times, since one of them may be wrong.

        While the service runs, that is about now.
        """
        published = max(alert.updated, _stamp(alert))
        return published if self.now is None or abs(published - self.now) <= MAX_AHEAD else self.now

    def _begin(self, now: datetime) -> Iterator[None]:
        """Begin the service's time at *now*, after the restore. Yields None.

        The stamp of each restored alert counts whose article was fetched later than *now*. What was counted under an alert that
        is closed, or was raised anew, is forgotten.
        """
        self.held_since = dict.fromkeys(self.held_since, now)
        latest = now + MAX_AHEAD
        for number, (alert_id, open_alert) in enumerate(self.open_alerts.items(), 1):
            if open_alert.published > latest:
                # Its entry with the time in the future stays, and does nothing when that has come.
                open_alert.published = min(_stamp(open_alert.latest), now)
                heapq.heappush(self.by_time, (open_alert.published, alert_id))
            if number % PAUSE_ALERTS == 0:
                yield None
        for number, (alert_id, counted) in enumerate(tuple(self.counted.items()), 1):
            raised_now = self.open_alerts.get(alert_id)
            if raised_now is None or counted.raised != raised_now.latest.raised:
                del self.counted[alert_id]
            if number % PAUSE_ALERTS == 0:
                yield None

    def _remove_held(self, alert_id: str) -> None:
        self.held.pop(alert_id, None)
        self.held_since.pop(alert_id, None)


def _stamp(alert: Alert) -> datetime:
    """Return when *alert* was published by the clock of the machine that published it."""
    return alert.stamps.get(Alert.STREAM.name, alert.updated)
