"""Which feed is asked next: by due time, and in line where several want the same host. Pure."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class DueQueue:
    """Feeds by due time; those that are due stand in line at their host, and each host has one turn at a time.

    So a host with ten thousand feeds costs others nothing, and none of its own is passed over.
    """

    due: list[tuple[datetime, str]] = field(default_factory=list)
    lines: dict[str, deque[str]] = field(default_factory=dict)
    turns: list[tuple[datetime, str]] = field(default_factory=list)

    def fill(self, due: Iterable[tuple[datetime, str]]) -> None:
        """Hold *due* and nothing else."""
        self.due = list(due)
        heapq.heapify(self.due)
        self.lines.clear()
        self.turns.clear()

    def plan(self, feed: str, due: datetime) -> None:
        """Put *feed* on the agenda."""
        heapq.heappush(self.due, (due, feed))

    def take(self, now: datetime, host: Callable[[str], str], opens: Callable[[str], datetime]) -> str | None:
        """The feed to ask *now*, None where there is none.

        *host* tells a feed's host, *opens* when a host may be asked: now, or when to look again.
        """
        while self.due and self.due[0][0] <= now:
            _, feed = heapq.heappop(self.due)
            at = host(feed)
            if at not in self.lines:
                self.lines[at] = deque()
                heapq.heappush(self.turns, (now, at))
            self.lines[at].append(feed)
        while self.turns and self.turns[0][0] <= now:
            _, at = heapq.heappop(self.turns)
            if (later := opens(at)) > now:
                heapq.heappush(self.turns, (later, at))
                continue
            feed = self.lines[at].popleft()
            if self.lines[at]:
                heapq.heappush(self.turns, (now, at))
            else:
                del self.lines[at]
            return feed
        return None
