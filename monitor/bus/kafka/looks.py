"""When a publisher looks for transactions that Kafka has left open."""

from dataclasses import dataclass

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 600.0
"""Seconds until the next look after one that failed. They double each time, up to the second."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The last look. *outages* is the number of outages before it, -1 if there was none.

    After one that failed, *pause* is the time until the *next*, in monotonic seconds; it is 0 after one that succeeded.
    """

    outages: int = -1
    pause: float = 0.0
    next: float = 0.0

    def is_due(self, outages: int, now: float, *, is_new: bool) -> bool:
        """Return whether to look *now*, after this number of *outages*: each is the likeliest cause of what is left open.

        A publisher that *is_new*, or goes on under another name after an error, looks too.
        """
        if outages != self.outages:
            return True
        return now >= self.next if self.pause else is_new

    def failed(self, outages: int, now: float) -> "Looks":
        """Return what follows a look that failed *now*."""
        pause = min(2 * self.pause, LONGEST_PAUSE) if self.pause and outages == self.outages else FIRST_PAUSE
        return Looks(outages, pause, now + pause)
