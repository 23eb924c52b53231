"""The queue of feeds to poll: ordered by due time, and fair between hosts."""

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.config import FetchConfig
from monitor.http.host_limits import HostLimits

Entry = tuple[datetime, str, str]
"""A due time, a feed id, and the host that the feed is requested from."""


@dataclass
class DueQueue:
    """Feeds by due time. Feeds that are due wait in a queue of their host; a host is served one feed at a time.

    So a host with ten thousand feeds delays no other host, and each of its own feeds is polled in turn.

    *scheduled* is a heap of entries; only those count whose time is that of the feed in *due*. *waiting* holds the ids of the
    feeds that are due by host; their time in *due* is None. *hosts* is a heap of the hosts in *waiting* by the time of their
    next check.
    """

    scheduled: list[Entry] = field(default_factory=list)
    due: dict[str, datetime | None] = field(default_factory=dict)
    waiting: dict[str, deque[str]] = field(default_factory=dict)
    hosts: list[tuple[datetime, str]] = field(default_factory=list)

    def reset(self, entries: Iterable[Entry]) -> None:
        """Replace the content of the queue by *entries*."""
        self.scheduled = list(entries)
        self.due = {feed_id: due for due, feed_id, _ in self.scheduled}
        heapq.heapify(self.scheduled)
        self.waiting.clear()
        self.hosts.clear()

    def add(self, due: datetime, feed_id: str, host: str) -> None:
        """Add a feed that is due at *due*, or change when it is due. One that is due already stays where it waits."""
        if feed_id in self.due and self.due[feed_id] is None:
            return
        self.due[feed_id] = due
        heapq.heappush(self.scheduled, (due, feed_id, host))

    def pop(self, now: datetime, host_limits: HostLimits, limits: FetchConfig) -> str | None:
        """Remove and return the id of the next feed to poll *now*; None if none is due at a host with room."""
        while self.scheduled and self.scheduled[0][0] <= now:
            due, feed_id, host = heapq.heappop(self.scheduled)
            if self.due.get(feed_id) != due:
                continue
            self.due[feed_id] = None
            if host not in self.waiting:
                self.waiting[host] = deque()
                heapq.heappush(self.hosts, (now, host))
            self.waiting[host].append(feed_id)
        while self.hosts and self.hosts[0][0] <= now:
            _, host = heapq.heappop(self.hosts)
            if (start := host_limits.earliest_start(host, limits, now)) > now:
                heapq.heappush(self.hosts, (start, host))
                continue
            feed_id = self.waiting[host].popleft()
            del self.due[feed_id]
            if self.waiting[host]:
                heapq.heappush(self.hosts, (now, host))
            else:
                del self.waiting[host]
            return feed_id
        return None
