"""Limits on the requests to one host: how many at once, how far apart, and how long to wait after it refuses.

Feeds and pages share one HostLimits, so a host that refuses a feed is not asked for pages either, and the reverse.
Nothing here is stored: after a restart each host is asked as if for the first time.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.backoff import backoff
from monitor.config import FetchConfig

BUSY_SECONDS = 0.25
"""Seconds until a host with its full number of requests is looked at again; chance makes it half as much more or less."""
REFUSALS = frozenset({"http_403", "http_429", "http_503"})
"""Statuses by which a host refuses requests of any kind, and not the one resource alone."""
BURST = 3
"""Refusals in a row, over all its feeds and pages, after which a host is held."""
FIRST_HOLD, LONGEST_HOLD = 120.0, 3600.0
"""Seconds for which a host without Retry-After is held, at first and at most; chance takes up to half off."""
LONGEST_RETRY_AFTER = 86400.0
"""The most seconds for which a Retry-After is obeyed, whatever fetch.ceiling says."""
JITTER = 0.1
"""How much chance adds to a Retry-After, as a fraction, so that clients do not return together."""
PRUNE_ABOVE = 10_000
"""Hosts above which the idle ones are dropped: pages lead to any number of them."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Host:
    """The requests of one host: those in flight, the earliest time of the next, and the refusals in a row."""

    active: int = 0
    next_request: datetime = _LONG_AGO
    next_page: datetime = _LONG_AGO
    held_until: datetime = _LONG_AGO
    refusals: int = 0

    def is_idle(self, now: datetime) -> bool:
        """Return True if nothing is lost by dropping the host."""
        return not self.active and not self.refusals and max(self.next_request, self.next_page, self.held_until) <= now


@dataclass(slots=True)
class HostRequest:
    """One request in flight. It counts against its host until `end`, which may be called more than once."""

    host: _Host
    has_ended: bool = False

    def end(self) -> None:
        """Make room for the host's next request."""
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
        """Return *now* if the host may be asked, else when to look again. A *page* also waits for the Crawl-delay.

        A host that refused its last request has one request at a time.
        """
        host = self._hosts.get(name)
        if host is None:
            return now
        earliest = max(host.next_request, host.held_until)
        if page:
            earliest = max(earliest, host.next_page)
        if earliest > now:
            return earliest
        if host.active >= (1 if host.refusals else limits.per_host):
            return now + timedelta(seconds=BUSY_SECONDS * (0.5 + self._chance()))
        return now

    def is_held(self, name: str, now: datetime) -> bool:
        """Return True while the host is held: it sent Retry-After, or has refused too often."""
        host = self._hosts.get(name)
        return host is not None and host.held_until > now

    def start_request(self, name: str, limits: FetchConfig, now: datetime, crawl_delay: float = 0.0) -> HostRequest:
        """Count a request, which begins *now*. The next page waits *crawl_delay* seconds."""
        if len(self._hosts) > self._prune_above:
            self._hosts = {each: host for each, host in self._hosts.items() if not host.is_idle(now)}
            self._prune_above = max(PRUNE_ABOVE, 2 * len(self._hosts))
        host = self._hosts.setdefault(name, _Host())
        if limits.spacing:
            host.next_request = now + timedelta(seconds=limits.spacing)
        if crawl_delay:
            host.next_page = now + timedelta(seconds=crawl_delay)
        host.active += 1
        return HostRequest(host)

    def record_answer(self, name: str) -> None:
        """Note a good response, which ends a row of refusals."""
        if (host := self._hosts.get(name)) is not None:
            host.refusals = 0

    def record_failure(self, name: str, reason: str, retry_after: float | None, limits: FetchConfig, now: datetime) -> None:
        """Note that a request failed for *reason* (see fetch.REASONS); hold the host if it refuses too often.

        *retry_after* is what its response asks for, in seconds. It is obeyed whatever the reason, up to limits.ceiling.
        """
        if reason not in REFUSALS and retry_after is None:
            return
        host = self._hosts.setdefault(name, _Host())
        seconds = 0.0
        if reason in REFUSALS:
            host.refusals += 1
            if host.refusals >= BURST:
                seconds = backoff(host.refusals - BURST + 1, self._chance(), first=FIRST_HOLD, cap=LONGEST_HOLD)
                seconds = min(seconds, limits.ceiling)
        if retry_after is not None:
            wished = retry_after if math.isfinite(retry_after) else LONGEST_RETRY_AFTER
            seconds = min(wished, limits.ceiling, LONGEST_RETRY_AFTER) * (1 + JITTER * self._chance())
        host.held_until = max(host.held_until, now + timedelta(seconds=seconds))
