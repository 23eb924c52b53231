"""silence: one alert when no article has matched for a given time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consumers.alerts.raising.rules.volume import watch_alert
from monitor.config import Watch
from monitor.config.durations import parse_duration
from monitor.messages import Alert, Stamps, Volume

LATE_AFTER = timedelta(minutes=10)
"""An article that arrives later than this after its fetch belongs to a backlog."""
CLEARED_AFTER = timedelta(seconds=60)
"""A backlog counts as cleared when no late article has arrived for this long."""
CHECKS_PER_SECOND = 20_000
"""The most watches in a second that are checked for silence, on average: 100,000 are checked every five seconds."""


def detect_silence(volume: Volume, duration: str, now: datetime) -> Volume | None:
    """Return *volume* marked as silent if nothing has matched for *duration*; None if something has, or if it is marked."""
    since = volume.last or volume.since
    if volume.silent is None and now - since >= parse_duration(duration):
        return replace(volume, silent=since)
    return None


def silence_alert(volume: Volume, watch: Watch, config_hash: str, stamps: Stamps) -> Alert:
    """Return the alert for the silence that *volume* is marked with."""
    since, duration = volume.silent or volume.since, watch.silence or "1s"
    latest = f"the latest came at {since:%Y-%m-%d %H:%M} UTC" if volume.last else "none has come since the watch was added"
    description = f"no article for {duration}; {latest}"
    return watch_alert("silence", watch, since + parse_duration(duration), description, config_hash, stamps)


@dataclass
class Backlog:
    """Tracks whether late articles still arrive, for example after an outage. Meanwhile no silence is reported.

    It is not part of the service's state: after a restart it starts empty.
    """

    clear_since: datetime | None = None
    last_fetched: datetime | None = None

    def add(self, fetched: datetime) -> None:
        """Record that an article arrived that was fetched at *fetched*."""
        self.last_fetched = fetched

    def is_cleared(self, now: datetime) -> bool:
        """Return whether no late article has arrived for CLEARED_AFTER. Must be called at every tick."""
        if self.clear_since is None or (self.last_fetched is not None and now - self.last_fetched > LATE_AFTER):
            self.clear_since = now
        self.last_fetched = None
        return now - self.clear_since >= CLEARED_AFTER


@dataclass
class SilenceChecks:
    """Says when all watches are to be checked for silence. *last* is the time of the last check."""

    last: datetime | None = None

    def is_due(self, now: datetime, watches: int) -> bool:
        """Return whether *watches* watches are to be checked *now*."""
        if self.last is not None and (now - self.last).total_seconds() < watches / CHECKS_PER_SECOND:
            return False
        self.last = now
        return True
