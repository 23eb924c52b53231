"""A circuit breaker: distinguishes a fault of the service from faults of single messages."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """Consecutive failures, and up to FEEDS of the feeds that they came from.

    The breaker opens after FAILURES failures in a row over at least FEEDS feeds, because then the service is probably at
    fault. A single bad feed never opens it.
    """

    FAILURES: ClassVar[int] = 20
    FEEDS: ClassVar[int] = 3

    count: int = 0
    feeds: frozenset[str] = frozenset()

    def after(self, results: Collection[tuple[str, bool]]) -> "CircuitBreaker":
        """Return the breaker after *results*: the feed of each message, and True if the message failed."""
        if not self.count and not any(failed for _, failed in results):
            return self
        count, feeds = self.count, self.feeds
        for feed, failed in results:
            if not failed:
                count, feeds = 0, frozenset()
            else:
                count, feeds = count + 1, feeds | {feed} if len(feeds) < self.FEEDS else feeds
        return CircuitBreaker(count, feeds)

    @property
    def is_open(self) -> bool:
        """Whether the service must stop processing."""
        return self.count >= self.FAILURES and len(self.feeds) >= self.FEEDS
