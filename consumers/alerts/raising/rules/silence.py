"""silence: one alert when no article has matched for a given time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consumers.alerts.raising.rules.volume import watch_alert
from monitor.config import Watch
from monitor.config.durations import parse_duration
from monitor.messages import Alert, Stamps, Volume

LATE = timedelta(minutes=10)
"""Age, since it was fetched, from which an article that arrives belongs to a backlog."""
SETTLE = timedelta(seconds=60)
"""How long no article of a backlog may arrive before a silence is believed."""


def detect_silence(volume: Volume, duration: str, now: datetime) -> Volume | None:
    """Return *volume* marked as silent if nothing has matched for *duration*; None if that is not so, or already marked."""
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
    """Whether old articles still arrive, for example after an outage. Until they have, silence means nothing.

    This is not part of the state: a restart simply begins to observe anew.
    """

    clear_since: datetime | None = None
    last_fetched: datetime | None = None

    def add(self, fetched: datetime) -> None:
        """Note an article that was fetched at *fetched*."""
        self.last_fetched = fetched

    def is_cleared(self, now: datetime) -> bool:
        """Return whether no old article has arrived for SETTLE. To be called at every tick."""
        if self.clear_since is None or (self.last_fetched is not None and now - self.last_fetched > LATE):
            self.clear_since = now
        self.last_fetched = None
        return now - self.clear_since >= SETTLE
