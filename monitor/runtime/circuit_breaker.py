"""When failures in succession mean that the service is at fault and not its messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """The failures since the last success: how many, and over which feeds (three are enough to know)."""

    LIMIT: ClassVar[int] = 20
    FEEDS: ClassVar[int] = 3

    count: int = 0
    feeds: frozenset[str] = frozenset()

    def after(self, outcomes: Iterable[tuple[str, bool]]) -> "CircuitBreaker":
        """The succession after *outcomes*: the feed of each message, and whether it failed."""
        count, feeds = self.count, self.feeds
        for feed, failed in outcomes:
            count, feeds = (count + 1, feeds | {feed} if len(feeds) < self.FEEDS else feeds) if failed else (0, frozenset())
        return CircuitBreaker(count, feeds)

    @property
    def ours(self) -> bool:
        """Whether so many failures over so many feeds can only be our own fault."""
        return self.count >= self.LIMIT and len(self.feeds) >= self.FEEDS
