"""Bursts: if more alerts come in a minute than a reader can take, the others are gathered, and sent as one message. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.messages import Alert, Delivery

MINUTE = timedelta(minutes=1)
MAX_DIGEST = 50
"""The most alerts in one digest, which then has about 250 KB."""
MAX_EARLIER = timedelta(hours=1)
"""An alert of a minute that is so much earlier than the last one begins a new count: the last one was stamped in the future."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The number of alerts for a target in its last *minute*, and in the minute *before*. Critical ones are not counted."""

    minute: datetime
    count: int
    before: int

    def is_burst(self, minute: datetime, limit: int) -> bool:
        """Return True if a further alert of *minute* is beyond *limit*, or a burst of the minute before goes on."""
        if minute == self.minute:
            return self.count >= limit or self.before > limit
        return minute - self.minute == MINUTE and self.count > limit


def minute_of(alert: Alert) -> datetime:
    """Return the minute in which *alert* was made."""
    return alert.updated.replace(second=0, microsecond=0)


def count_arrival(known: Arrivals | None, minute: datetime) -> Arrivals:
    """Return *known*, the alerts of a target, with a further one of *minute*."""
    if known is None or minute > known.minute or known.minute - minute > MAX_EARLIER:
        before = known.count if known and minute - known.minute == MINUTE else 0
        return Arrivals(minute, 1, before)
    return Arrivals(minute, known.count + 1, known.before) if minute == known.minute else known


def gathered_until(record: Delivery, now: datetime) -> datetime | None:
    """Return until when *record* waits for the others of its burst: the end of their minute. None if it does not wait."""
    # If the minute is another one by our clock, another clock has stamped it, or it is over.
    if record.burst is None or abs(now - record.burst) >= MINUTE:
        return None
    return record.burst + MINUTE


def burst_members(records: Iterable[Delivery], minute: datetime) -> list[Delivery]:
    """Return those of *records* that are gathered as the burst of *minute*, the newest first."""
    return [record for record in records if record.burst == minute][::-1]
