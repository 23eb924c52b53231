"""digest: the hours of the day at which alerts are sent as one message, and the wait for those on their way. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.config import DigestHours

SETTLE_TIME = timedelta(seconds=5)
"""A digest is sent once no further alert has come for so long. At its hour, other alerts of an article may be on their way, and
after a start all those that were raised meanwhile."""
MAX_SETTLE_TIME = timedelta(minutes=1)
"""The longest wait for further alerts of a digest."""


def next_digest(digest: DigestHours, moment: datetime) -> datetime:
    """Return the first hour of *digest* after *moment*, in UTC.

    An hour comes once a day: the first time where clocks go back. A local time that is skipped when clocks go forward uses the
    UTC offset before the change.
    """
    return _next_digest(digest, moment.replace(second=0, microsecond=0))


@lru_cache(maxsize=4096)
def _next_digest(digest: DigestHours, moment: datetime) -> datetime:
    zone = ZoneInfo(digest.zone)
    today = moment.astimezone(zone).date()
    days = [today + timedelta(days=number) for number in range(3)]
    hours = [datetime.combine(day, time.fromisoformat(at), zone).astimezone(UTC) for day in days for at in digest.at]
    return min(hour for hour in hours if hour > moment)


@dataclass
class Settling:
    """Whether further alerts come for a digest that is due: *alerts* are known since *last*, the first since *first*."""

    alerts: frozenset[str] = frozenset()
    first: datetime | None = None
    last: datetime | None = None

    def until(self, alerts: Collection[str], now: datetime) -> datetime | None:
        """Return until when the digest of *alerts* waits for others; None if it does not."""
        known, self.alerts = self.alerts, frozenset(alerts)
        if not alerts:
            self.first = self.last = None
            return None
        if self.first is None or self.last is None or not self.alerts <= known:
            self.first, self.last = self.first or now, now
        end = min(self.last + SETTLE_TIME, self.first + MAX_SETTLE_TIME)
        return end if now < end else None
