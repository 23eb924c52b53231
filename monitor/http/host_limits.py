"""What each host can take, and whether we can reach anybody: politeness and outages. Nothing here is knowledge to keep."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from monitor.backoff import backoff
from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.schedule import intervals

BUSY = 0.25
"""Seconds until a host is looked at again that had as many fetches as it may."""
REFUSALS = frozenset({"http_403", "http_429", "http_503"})
"""By these a host as a whole says that it has had enough of us."""
BURST = 3
"""Refusals in succession, over all its feeds, after which a host is left alone."""
FIRST, LONGEST = 120.0, 3600.0
"""Seconds for which a host is left alone that does not say how long, at first and at most; chance takes up to half off."""
NO_ANSWER = frozenset({"dns", "connect", "timeout"})
CUT_OFF = 3
"""If so many hosts stop answering and none answers in between, our own network is down."""

log = structlog.get_logger()


@dataclass
class HostLimits:
    """What is under way at each host, when each may be asked again, and who has fallen mute since anybody answered."""

    chance: Callable[[], float]
    busy: Counter[str] = field(default_factory=Counter)
    free: dict[str, datetime] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    mute: set[str] = field(default_factory=set)

    def opens(self, host: str, limits: FetchConfig, now: datetime) -> datetime:
        """When *host* may be asked: *now*, or when to look again. One that refused us is asked by one fetch at a time."""
        if (free := self.free.get(host, now)) > now:
            return free
        if self.busy[host] >= (1 if host in self.refusals else limits.per_host):
            return now + timedelta(seconds=BUSY * (0.5 + self.chance()))
        return now

    def put_back(self, by: timedelta) -> None:
        """Keep each hold as long as it was, though the clock was put back."""
        self.free = {host: free - by for host, free in self.free.items()}

    def begin(self, host: str, limits: FetchConfig, now: datetime) -> None:
        """Note that a fetch from *host* begins."""
        self.busy[host] += 1
        if limits.spacing:
            self.free[host] = now + timedelta(seconds=limits.spacing)

    def end(self, host: str) -> None:
        """Note that a fetch from *host* is over."""
        self.busy[host] -= 1
        if not self.busy[host]:
            del self.busy[host]

    def answered(self, host: str) -> None:
        """Note a good answer."""
        self._reached()
        if host in self.refusals:
            del self.refusals[host]

    def failed(self, asked: str, failed: FetchError, limits: FetchConfig, now: datetime, *, was_good: bool) -> bool:
        """Note that *asked* gave no good answer to a feed that *was_good* before; whether the fault is our own network's."""
        if failed.reason in NO_ANSWER:
            before = len(self.mute)
            if was_good:
                self.mute.add(asked)
            if before < CUT_OFF <= len(self.mute):
                log.error("no host answers any more: our own network seems to be down; no feed is blamed", hosts=len(self.mute))
            return len(self.mute) >= CUT_OFF
        self._reached()
        host = failed.host or asked
        until = None
        if failed.reason in REFUSALS:
            self.refusals[host] += 1
            if self.refusals[host] >= BURST:
                seconds = backoff(self.refusals[host] - BURST + 1, self.chance(), first=FIRST, cap=LONGEST)
                until = now + timedelta(seconds=min(seconds, limits.ceiling))
        if failed.retry_after is not None:
            until = intervals.held_until(failed.retry_after, limits.ceiling, now, self.chance())
        if until:
            self.free[host] = max(until, self.free.get(host, until))
        return False

    def _reached(self) -> None:
        """Note that somebody answered, if only with a refusal."""
        if len(self.mute) >= CUT_OFF:
            log.warning("hosts answer again")
        self.mute.clear()
