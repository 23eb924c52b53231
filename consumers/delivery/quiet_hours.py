"""quiet: the hours in which nobody wants to be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.config import Config, QuietHours
from monitor.messages import Alert


@dataclass
class Hours:
    """The quiet hours of a config's watches, kept as long as the config is the same."""

    config: Config | None = None
    by_watch: Mapping[str, QuietHours] = field(default_factory=dict)

    def until(self, config: Config, alert: Alert) -> datetime | None:
        """When *alert* may be told, where that is later than at once."""
        if config is not self.config:
            self.config, self.by_watch = config, {watch.id: watch.quiet for watch in config.watches if watch.quiet}
        quiet = self.by_watch.get(alert.watch)
        return quiet_until(quiet, alert.updated) if quiet and alert.severity != "critical" else None


def quiet_until(quiet: QuietHours, moment: datetime) -> datetime | None:
    """When the quiet hours end in which *moment* is, UTC; None where it is in none.

    Each day's hours are one stretch of real time, so that a clock that is put back does not begin them a second time. A
    time that a clock put forward leaves out is the same time by the offset before.
    """
    zone = ZoneInfo(quiet.zone)
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    overnight = timedelta(days=1 if end <= start else 0)
    today = moment.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        begins = datetime.combine(day, start, zone).astimezone(UTC)
        ends = datetime.combine(day + overnight, end, zone).astimezone(UTC)
        if begins <= moment < ends:
            return ends
    return None
