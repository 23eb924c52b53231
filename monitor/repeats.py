"""Count repeated events, so that an outage costs the log a line a minute instead of hundreds a second."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass
class _Kind:
    """The time of the last event of a kind, and the number of those that were counted and not reported yet."""

    last: float
    count: int = 0


class Repeats(Generic[K]):
    """Lets the first event of each kind pass, and counts those that follow.

    The next event of a kind passes again once there was none for *seconds*. At most *limit* kinds are remembered, those that
    occurred last. All times are arguments, in monotonic seconds.
    """

    def __init__(self, seconds: float = 60.0, limit: int = 256) -> None:
        self.seconds, self._limit = seconds, limit
        # The kind that occurred last is at the end.
        self._kinds: dict[K, _Kind] = {}
        self._ends: float | None = None

    @property
    def ends(self) -> float | None:
        """When the repetitions so far are to be reported; None if there is none."""
        return self._ends

    def passes(self, kind: K, now: float) -> bool:
        """Count an event of *kind* at *now*. Return True if it is the first, False if it is a repetition."""
        known = self._kinds.pop(kind, None)
        is_first = known is None or now - known.last >= self.seconds
        self._kinds[kind] = known = known or _Kind(now)
        known.last = now
        if not is_first:
            known.count += 1
            self._ends = now + self.seconds if self._ends is None else self._ends
        if len(self._kinds) > self._limit:
            del self._kinds[next(iter(self._kinds))]
        return is_first

    def due(self, now: float) -> Mapping[K, int]:
        """Return the number of repetitions by kind if it is time to report them at *now*; else nothing."""
        return self.take() if self._ends is not None and now >= self._ends else {}

    def take(self) -> Mapping[K, int]:
        """Return the number of repetitions by kind that were not reported yet."""
        counts = {kind: each.count for kind, each in self._kinds.items() if each.count}
        for each in self._kinds.values():
            each.count = 0
        self._ends = None
        return counts
