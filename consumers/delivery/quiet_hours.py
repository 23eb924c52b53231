"""quiet: the hours of the day in which a watch's alerts are held back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.config import Config, QuietHours
from monitor.messages import Alert


@dataclass
class QuietHoursByWatch:
    """The quiet hours of the watches, indexed again only when the config changes."""

    config: Config | None = None
    by_watch: Mapping[str, QuietHours] = field(default_factory=dict)

    def hold_until(self, config: Config, alert: Alert) -> datetime | None:
        """Return when the quiet hours end in which *alert* was raised; None if it may be sent at once."""
        if config is not self.config:
            self.config, self.by_watch = config, {watch.id: watch.quiet for watch in config.watches if watch.quiet}
        quiet = self.by_watch.get(alert.watch)
        return quiet_hours_end(quiet, alert.updated) if quiet and alert.severity != "critical" else None


def quiet_hours_end(quiet: QuietHours, moment: datetime) -> datetime | None:
    """Return when the quiet hours around *moment* end, UTC; None if *moment* is not in quiet hours.

    The hours of one day are one span of real time. So a clock that is put back does not start them a second time. A local
    time that a clock put forward leaves out is read with the offset before the change.
    """
    zone = ZoneInfo(quiet.zone)
    start_time, end_time = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    overnight = timedelta(days=1 if end_time <= start_time else 0)
    today = moment.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        start = datetime.combine(day, start_time, zone).astimezone(UTC)
        end = datetime.combine(day + overnight, end_time, zone).astimezone(UTC)
        if start <= moment < end:
            return end
    return None
