"""quiet: the hours of the day in which nothing is sent."""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.config import QuietHours


def quiet_hours_end(quiet: QuietHours, moment: datetime) -> datetime | None:
    """Return the end, in UTC, of the quiet hours that contain *moment*; None if *moment* is not in quiet hours.

    The quiet hours of a day are one interval in UTC, so they do not start again when clocks go back. A local time that is
    skipped when clocks go forward uses the UTC offset before the change.
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


def first_open(quiet_hours: Collection[QuietHours], moment: datetime, limit: timedelta) -> datetime | None:
    """Return the first time from *moment* on that is in none of *quiet_hours*; None if that is more than *limit* later."""
    start = moment
    while end := max(filter(None, (quiet_hours_end(quiet, moment) for quiet in quiet_hours)), default=None):
        if end - start > limit:
            return None
        moment = end
    return moment
