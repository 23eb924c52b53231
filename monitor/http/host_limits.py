"""Limits on the requests to one host: how many at once, how far apart, and how long to wait after it refuses.

The feeds and pages of one process share one HostLimits. A host that refuses a feed is not asked for pages, and a host that
refuses a page is not asked for feeds. Nothing is stored, and the limits start from zero when the process starts again.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.backoff import backoff
from monitor.config import FetchConfig

BUSY_SECONDS = 0.25
"""Seconds until a host without room for another request is checked again, give or take a random half."""
REFUSAL_REASONS = frozenset({"http_403", "http_429", "http_503"})
"""Statuses with which a host refuses the client, and not only the one resource."""
MAX_REFUSALS = 3
"""Refusals in a row, of any of its feeds and pages, with which a host is paused."""
FIRST_PAUSE, LONGEST_PAUSE = 120.0, 3600.0
"""Seconds for which a host without a Retry-After is paused, at first and at most, less a random part of up to half."""
LONGEST_RETRY_AFTER = 86400.0
"""The most seconds for which a Retry-After is obeyed, whatever fetch.ceiling says."""
JITTER = 0.1
"""The largest fraction of a Retry-After that is added to it at random, so that clients do not return together."""
PRUNE_ABOVE = 10_000
"""Number of hosts above which idle ones are dropped, since pages can be on any number of hosts."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Host:
    """The state of one host: its requests in flight, the earliest times of the next ones, and its refusals in a row."""

    active: int = 0
    next_request: datetime = _LONG_AGO
    next_page: datetime = _LONG_AGO
    paused_until: datetime = _LONG_AGO
    refusals: int = 0

    def is_idle(self, now: datetime) -> bool:
        """Return True if the host is in the same state as one that was never asked."""
        return not self.active and not self.refusals and max(self.next_request, self.next_page, self.paused_until) <= now


@dataclass(slots=True)
class HostRequest:
    """One request in flight. It takes one of its host's places until `end` is called; further calls have no effect."""

    host: _Host
    has_ended: bool = False

    def end(self) -> None:
        """Free the place for another request."""
        if not self.has_ended:
            self.has_ended = True
            self.host.active -= 1


class HostLimits:
    """The limits of all hosts, by host name (in its ASCII form). *chance* returns a number from 0 to 1."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._hosts: dict[str, _Host] = {}
        self._prune_above = PRUNE_ABOVE

    def __len__(self) -> int:
        return len(self._hosts)

    def earliest_start(self, name: str, limits: FetchConfig, now: datetime, *, page: bool = False) -> datetime:
        """Return *now* if the host may be asked, else when to check again. A *page* also waits for the Crawl-delay.

        A host that refused its last request gets one request at a time.
        """
        host = self._hosts.get(name)
        if host is None:
            return now
        earliest = max(host.next_request, host.paused_until)
        if page:
            earliest = max(earliest, host.next_page)
        if earliest > now:
            return earliest
        if host.active >= (1 if host.refusals else limits.limits_of(name)[0]):
            return now + timedelta(seconds=BUSY_SECONDS * (0.5 + self._chance()))
        return now

    def is_paused(self, name: str, now: datetime) -> bool:
        """Return True while the host is paused, because it sent a Retry-After or refused too often."""
        host = self._hosts.get(name)
        return host is not None and host.paused_until > now

    def start_request(self, name: str, limits: FetchConfig, now: datetime, crawl_delay: float = 0.0) -> HostRequest:
        """Return a new request, which begins *now*. The host's next page waits *crawl_delay* seconds."""
        if len(self._hosts) > self._prune_above:
            self._hosts = {each: host for each, host in self._hosts.items() if not host.is_idle(now)}
            self._prune_above = max(PRUNE_ABOVE, 2 * len(self._hosts))
        host = self._hosts.setdefault(name, _Host())
        if spacing := limits.limits_of(name)[1]:
            host.next_request = now + timedelta(seconds=spacing)
        if crawl_delay:
            host.next_page = now + timedelta(seconds=crawl_delay)
        host.active += 1
        return HostRequest(host)

    def record_answer(self, *names: str) -> None:
        """Record a good response of the hosts *names*, which sets their refusals back to 0."""
        for name in names:
            if (host := self._hosts.get(name)) is not None:
                host.refusals = 0

    def record_failure(self, name: str, reason: str, retry_after: float | None, limits: FetchConfig, now: datetime) -> None:
        """Record that a request failed for *reason* (see fetch.REASONS), and pause the host if it has refused too often.

        *retry_after* is the number of seconds in the response's Retry-After. It is obeyed for every reason, up to
        limits.ceiling and LONGEST_RETRY_AFTER, and replaces the pause that the number of refusals would cause.
        """
        if reason not in REFUSAL_REASONS and not retry_after:
            return
        host = self._hosts.setdefault(name, _Host())
        seconds = 0.0
        if reason in REFUSAL_REASONS:
            host.refusals += 1
            if host.refusals >= MAX_REFUSALS:
                seconds = backoff(host.refusals - MAX_REFUSALS + 1, self._chance(), first=FIRST_PAUSE, cap=LONGEST_PAUSE)
                seconds = min(seconds, limits.ceiling)
        # A Retry-After of 0 says nothing of the host's limits, so the number of refusals decides.
        if retry_after:
            requested = retry_after if math.isfinite(retry_after) else LONGEST_RETRY_AFTER
            seconds = min(requested, limits.ceiling, LONGEST_RETRY_AFTER) * (1 + JITTER * self._chance())
        host.paused_until = max(host.paused_until, now + timedelta(seconds=seconds))
