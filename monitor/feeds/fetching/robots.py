"""The rules of robots.txt (RFC 9309), fetched once a day from each origin."""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, replace

import aiohttp
from protego import Protego
from yarl import URL

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import FetchError, Request, fetch

RULES_SECONDS = 24 * 3600.0
"""Seconds for which a robots.txt is valid: RFC 9309 allows no more."""
RETRY_SECONDS = 600.0
"""Seconds after which an unreachable robots.txt is requested again. Until then no page of its origin is read."""
TIMEOUT = 10.0
"""The most seconds that fetching a robots.txt may take."""
MAX_BYTES = 512 * 1024
"""The largest robots.txt that is read, in bytes: RFC 9309 requires at least 500 KiB."""
MAX_ORIGINS = 10_000
"""The most origins whose rules are cached."""
LONGEST_DELAY = 60.0
"""The longest Crawl-delay that is obeyed, in seconds."""
ACCEPT = "text/plain, */*;q=0.5"
_PRODUCT = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin for *agent*. Without a robots.txt (*parsed* is None), *allows_all* decides."""

    agent: str
    parsed: Protego | None
    allows_all: bool

    def allow(self, url: URL) -> bool:
        """Return True if *url* may be read."""
        return self.parsed.can_fetch(str(url), self.agent) if self.parsed else self.allows_all

    @property
    def delay(self) -> float:
        """The Crawl-delay in seconds: the shortest time between two requests."""
        delay = self.parsed.crawl_delay(self.agent) if self.parsed else None
        return min(max(0.0, float(delay or 0)), LONGEST_DELAY)


class Robots:
    """A cache of rules by origin. Rules are fetched when they are first needed, and again after they expire."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._cache: OrderedDict[URL, tuple[float, asyncio.Task[tuple[Rules, float]]]] = OrderedDict()

    async def rules(self, url: URL, limits: FetchConfig) -> Rules:
        """Return the rules of *url*'s origin. Concurrent callers share one request."""
        origin, now = url.origin(), asyncio.get_running_loop().time()
        requested, task = self._cache.get(origin, (now, None))
        if task is None or _has_expired(task, now - requested):
            task = asyncio.create_task(_fetch_rules(self._session, origin, limits))
            self._cache[origin] = (now, task)
        self._cache.move_to_end(origin)
        while len(self._cache) > MAX_ORIGINS:
            self._cache.popitem(last=False)
        # Cancelling one page must not cancel the request for the others.
        return (await asyncio.shield(task))[0]

    async def check(self, url: URL, limits: FetchConfig) -> None:
        """Raise FetchError if robots.txt forbids reading *url*."""
        rules = await self.rules(url, limits)
        # In a thread, since a site can have tens of thousands of rules.
        if not await asyncio.to_thread(rules.allow, url):
            raise FetchError("robots", f"robots.txt of {url.host} forbids reading it")

    async def close(self) -> None:
        """Cancel the requests in flight."""
        tasks = [task for _, task in self._cache.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def product_token(user_agent: str) -> str:
    """Return the product token, the name that robots.txt files use: *user_agent* up to its version."""
    match = _PRODUCT.search(user_agent)
    return match[0] if match else user_agent


async def _fetch_rules(session: aiohttp.ClientSession, origin: URL, limits: FetchConfig) -> tuple[Rules, float]:
    """Return the rules of *origin*, and the seconds for which they are valid."""
    agent = product_token(limits.user_agent)
    try:
        small = replace(limits, timeout=min(limits.timeout, TIMEOUT), max_bytes=MAX_BYTES)
        response = await fetch(session, Request(str(origin / "robots.txt"), accept=ACCEPT), small)
    except FetchError as error:
        absent = re.fullmatch("http_4(?!29)..", error.reason) is not None
        return Rules(agent, None, allows_all=absent), RULES_SECONDS if absent else RETRY_SECONDS
    parsed = await asyncio.to_thread(Protego.parse, (response.body or b"").decode(errors="replace"))
    return Rules(agent, parsed, allows_all=True), RULES_SECONDS


def _has_expired(task: asyncio.Task[tuple[Rules, float]], age: float) -> bool:
    """Return True if *task* failed, or the rules that it fetched *age* seconds ago are no longer valid."""
    return task.done() and (task.cancelled() or task.exception() is not None or age >= task.result()[1])
