"""What the records of processes tell: which processes run, and which are lost. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.messages import Process

LOST_SECONDS = 30.0
"""Age of the newest record, in seconds, above which a process that has not ended counts as lost."""


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """The newest record of a *process*, and when the bus *stored* it, in seconds since 1970."""

    process: Process
    stored: float

    def age(self, now: datetime) -> float:
        """Return how many seconds ago the process has published this record.

        The clock of the process or that of the bus may be wrong, so the later of its two times counts, without those in the
        future. If both are, nothing tells how old the record is, and this returns 0.
        """
        ages = [now.timestamp() - at for at in (self.process.at.timestamp(), self.stored)]
        return min((age for age in ages if age > -LOST_SECONDS), default=0.0)

    def is_lost(self, now: datetime) -> bool:
        """Return whether the process has not ended, but has published nothing for LOST_SECONDS."""
        return not self.process.ended and self.age(now) > LOST_SECONDS


def running_processes(records: Iterable[ProcessRecord], now: datetime) -> list[Process]:
    """Return the processes that have neither ended nor are lost."""
    return [each.process for each in records if not each.process.ended and not each.is_lost(now)]


def is_new(process: Process, now: datetime) -> bool:
    """Return whether *process* has started so recently that a lost one may not count as lost yet."""
    return (now - process.started).total_seconds() <= LOST_SECONDS
