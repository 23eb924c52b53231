"""The feeds whose articles overran the workers several times: their next articles skip the attempts that failed.

Without this, a feed of a thousand such articles would make all others wait for hours. The model is lost to that feed alone.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence

from monitor.messages import Degraded

MAX_OVERRUNS = 3
"""Articles of a feed that may overrun within SECONDS before attempts are skipped."""
SECONDS = 3600.0
MAX_FEEDS = 1000
"""The most feeds that are remembered, those that overran last."""
LEVELS: Sequence[Degraded] = ("cut", "names", "all")
"""What an analysis may lack, the least first."""


class Overruns:
    """The last MAX_OVERRUNS overruns of each feed. *now* returns monotonic seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._by_feed: dict[str, deque[tuple[float, Degraded]]] = {}

    def record(self, feed: str, lacking: Degraded) -> None:
        """Record that an article of *feed* overran, and what its analysis is *lacking* for that."""
        overruns = self._by_feed.pop(feed, None) or deque(maxlen=MAX_OVERRUNS)
        overruns.append((self._now(), lacking))
        self._by_feed[feed] = overruns
        if len(self._by_feed) > MAX_FEEDS:
            del self._by_feed[next(iter(self._by_feed))]

    def expected(self, feed: str) -> Degraded | None:
        """Return what the analysis of the next article of *feed* would lack after all attempts; None if that is unknown."""
        overruns = self._by_feed.get(feed)
        if not overruns or len(overruns) < MAX_OVERRUNS or self._now() - overruns[0][0] > SECONDS:
            return None
        return min((lacking for _, lacking in overruns), key=LEVELS.index)
