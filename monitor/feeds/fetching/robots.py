"""What a site's robots.txt lets us read (RFC 9309), asked for once a day and host."""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, replace

import aiohttp
from protego import Protego
from yarl import URL

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import FetchError, Request, fetch

DAY = 24 * 3600.0
"""Seconds for which an answer holds: RFC 9309 allows no more."""
SOON = 600.0
"""Seconds after which a robots.txt that could not be had is asked for again; until then nothing is read there."""
SECONDS = 10.0
"""What a robots.txt may take to come."""
BYTES = 512 * 1024
"""What is read of one: RFC 9309 asks for 500 KiB at least."""
HOSTS = 10_000
"""Hosts whose answers are kept."""
LONGEST_DELAY = 60.0
"""Seconds between two pages of a host that asks for more."""
ACCEPT = "text/plain, */*;q=0.5"
_PRODUCT = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host allows to *agent*: all where it has no rules, nothing while they cannot be had."""

    agent: str
    parsed: Protego | None
    open: bool

    def allow(self, url: URL) -> bool:
        """Whether *url* may be read."""
        return self.parsed.can_fetch(str(url), self.agent) if self.parsed else self.open

    @property
    def delay(self) -> float:
        """Seconds that the host wants between two requests."""
        wanted = self.parsed.crawl_delay(self.agent) if self.parsed else None
        return min(max(0.0, float(wanted or 0)), LONGEST_DELAY)


class Robots:
    """The rules of hosts, each asked for when they are first needed and again when they are a day old."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._known: OrderedDict[URL, tuple[float, asyncio.Task[tuple[Rules, float]]]] = OrderedDict()

    async def rules(self, url: URL, limits: FetchConfig) -> Rules:
        """The rules of *url*'s host; who asks while they are on their way waits for the same answer."""
        origin, now = url.origin(), asyncio.get_running_loop().time()
        asked, task = self._known.get(origin, (now, None))
        if task is None or _is_over(task, now - asked):
            task = asyncio.create_task(_ask(self._session, origin, limits))
            self._known[origin] = (now, task)
        self._known.move_to_end(origin)
        while len(self._known) > HOSTS:
            self._known.popitem(last=False)
        # One page that is given up must not take the answer from the others.
        return (await asyncio.shield(task))[0]

    async def check(self, url: URL, limits: FetchConfig) -> None:
        """Raises FetchError where the host does not want *url* to be read."""
        rules = await self.rules(url, limits)
        # In a thread, since a site can have tens of thousands of rules.
        if not await asyncio.to_thread(rules.allow, url):
            raise FetchError("robots", f"{url.host} does not want it to be read (robots.txt)")

    async def close(self) -> None:
        """Drop what is under way."""
        tasks = [task for _, task in self._known.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def product(user_agent: str) -> str:
    """The name that rules go by: *user_agent* up to its version."""
    found = _PRODUCT.search(user_agent)
    return found[0] if found else user_agent


async def _ask(session: aiohttp.ClientSession, origin: URL, limits: FetchConfig) -> tuple[Rules, float]:
    """The rules of the host, and for how many seconds they hold."""
    agent = product(limits.user_agent)
    try:
        small = replace(limits, timeout=min(limits.timeout, SECONDS), max_bytes=BYTES)
        answer = await fetch(session, Request(str(origin / "robots.txt"), accept=ACCEPT), small)
    except FetchError as error:
        absent = re.fullmatch("http_4(?!29)..", error.reason) is not None
        return Rules(agent, None, open=absent), DAY if absent else SOON
    parsed = await asyncio.to_thread(Protego.parse, (answer.body or b"").decode(errors="replace"))
    return Rules(agent, parsed, open=True), DAY


def _is_over(task: asyncio.Task[tuple[Rules, float]], age: float) -> bool:
    """Whether what *task* gave *age* seconds ago no longer holds."""
    return task.done() and (task.cancelled() or task.exception() is not None or age >= task.result()[1])
