"""The queue of feeds to poll: ordered by due time, and fair between hosts. Pure."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class DueQueue:
    """Feed ids by due time. Feeds that are due wait in a queue of their host; a host is served one feed at a time.

    So a host with ten thousand feeds delays no other host, and each of its own feeds gets its turn.

    *scheduled* is a heap of due times and feed ids, *waiting* the feeds that are due by host, and *hosts* a heap of the
    hosts in *waiting* by when each is looked at next.
    """

    scheduled: list[tuple[datetime, str]] = field(default_factory=list)
    waiting: dict[str, deque[str]] = field(default_factory=dict)
    hosts: list[tuple[datetime, str]] = field(default_factory=list)

    def reset(self, due_times: Iterable[tuple[datetime, str]]) -> None:
        """Replace the whole content by *due_times*."""
        self.scheduled = list(due_times)
        heapq.heapify(self.scheduled)
        self.waiting.clear()
        self.hosts.clear()

    def add(self, feed_id: str, due: datetime) -> None:
        """Add a feed."""
        heapq.heappush(self.scheduled, (due, feed_id))

    def pop(self, now: datetime, host_of: Callable[[str], str], earliest_start: Callable[[str], datetime]) -> str | None:
        """Remove and return the next feed to poll *now*, or None if there is none.

        *host_of* returns the host of a feed id. *earliest_start* returns *now* if a host may be asked, else when to look
        again.
        """
        while self.scheduled and self.scheduled[0][0] <= now:
            _, feed_id = heapq.heappop(self.scheduled)
            host = host_of(feed_id)
            if host not in self.waiting:
                self.waiting[host] = deque()
                heapq.heappush(self.hosts, (now, host))
            self.waiting[host].append(feed_id)
        while self.hosts and self.hosts[0][0] <= now:
            _, host = heapq.heappop(self.hosts)
            if (start := earliest_start(host)) > now:
                heapq.heappush(self.hosts, (start, host))
                continue
            feed_id = self.waiting[host].popleft()
            if self.waiting[host]:
                heapq.heappush(self.hosts, (now, host))
            else:
                del self.waiting[host]
            return feed_id
        return None
