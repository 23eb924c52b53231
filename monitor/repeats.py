"""Count repeated events, so that an outage costs the log a line a minute instead of hundreds a second."""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Repeats(Generic[K]):
    """Lets the first event of each kind pass, and counts those that follow.

    A kind that does not occur for a whole period of *seconds* is forgotten, so that its next event passes again. At most
    *limit* kinds are remembered, those that occurred last. All times are arguments, in monotonic seconds.
    """

    def __init__(self, seconds: float = 60.0, limit: int = 256) -> None:
        self.seconds, self._limit = seconds, limit
        # The number of events that were counted instead of passed, by kind. The kind that occurred last is at the end.
        self._counts: dict[K, int] = {}
        self._period_start: float | None = None

    def passes(self, kind: K, now: float) -> bool:
        """Count an event of *kind* at *now*. Return True if it is the first, False if it is a repetition."""
        if self._period_start is None:
            self._period_start = now
        count = self._counts.pop(kind, None)
        self._counts[kind] = 0 if count is None else count + 1
        if len(self._counts) > self._limit:
            del self._counts[next(iter(self._counts))]
        return count is None

    def due(self, now: float) -> Mapping[K, int]:
        """Return the number of repetitions by kind once the period is over at *now*, and begin the next one; else nothing."""
        if self._period_start is None or now - self._period_start < self.seconds:
            return {}
        return self.take()

    def take(self) -> Mapping[K, int]:
        """Return the number of repetitions by kind since the period began, and end the period."""
        repeated = {kind: count for kind, count in self._counts.items() if count}
        # Kinds without a repetition are forgotten.
        self._counts = dict.fromkeys(repeated, 0)
        self._period_start = None
        return repeated
