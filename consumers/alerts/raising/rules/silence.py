"""silence: an alert of its own, once, when no article has matched for so long."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consumers.alerts.raising.rules.watch_alert import watch_alert
from monitor.config import Watch
from monitor.config.durations import parse_duration
from monitor.messages import Alert, Stamps, Volume

LATE = timedelta(minutes=10)
"""An article that was fetched so long before it came here is one of a backlog."""
SETTLE = timedelta(seconds=60)
"""So long nothing may have been of a backlog before silence is believed."""


def follow(volume: Volume, length: str, now: datetime) -> Volume | None:
    """*volume* with its silence told, where it has lasted for *length* at *now*; None where there is nothing to tell."""
    since = volume.last or volume.since
    return replace(volume, silent=since) if volume.silent is None and now - since >= parse_duration(length) else None


def alert(volume: Volume, watch: Watch, config_hash: str, stamps: Stamps) -> Alert:
    """What is told of the silence that *volume* notes."""
    since, length = volume.silent or volume.since, watch.silence or "1s"
    before = f"the latest came at {since:%Y-%m-%d %H:%M} UTC" if volume.last else "none has come since it is watched"
    said = f"no article for {length}; {before}"
    return watch_alert("silence", watch, since + parse_duration(length), said, config_hash, stamps)


@dataclass
class Backlog:
    """Whether articles of a backlog still come, after an outage say: until it is worked off, nothing is known of silence.

    None of it is knowledge; a restart only begins to look anew.
    """

    since: datetime | None = None
    latest: datetime | None = None

    def hear(self, fetched: datetime) -> None:
        """Take note of an article."""
        self.latest = fetched

    def over(self, now: datetime) -> bool:
        """Whether it is worked off; asked at each tick."""
        if self.since is None or (self.latest is not None and now - self.latest > LATE):
            self.since = now
        self.latest = None
        return now - self.since >= SETTLE
