"""One look at a URL by hand: fetched and parsed as the poller does it, outside its rounds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from monitor.child import Child, Died, Overrun
from monitor.config import Fetch
from monitor.feeds.fetching.dial import session
from monitor.feeds.fetching.fetch import Answer, Ask, fetch
from monitor.feeds.fetching.guard import networks
from monitor.feeds.parsing.items import NotAFeed, Parsed
from monitor.feeds.parsing.parse import Body, parser


@dataclass(frozen=True, slots=True)
class Glass:
    """What a look needs: a session that dials only what may be dialled, a process that parses, and the limits."""

    session: aiohttp.ClientSession
    parser: Child[Body, Parsed]
    limits: Fetch

    async def fetch(self, url: str) -> Answer:
        """What *url* answers. Raises Failed."""
        return await fetch(self.session, Ask(url), self.limits)

    async def parse(self, body: Body) -> Parsed:
        """The feed in *body*. Raises NotAFeed."""
        try:
            return await self.parser.call(body, self.limits.parse_timeout)
        except Overrun:
            raise NotAFeed(f"it took more than {self.limits.parse_timeout:g} s to parse (fetch.parse_timeout)") from None
        except Died:
            raise NotAFeed("it took more memory to parse than there is") from None

    async def feed(self, url: str) -> tuple[Answer, Parsed]:
        """The feed at *url*. Raises Failed, NotAFeed."""
        answer = await self.fetch(url)
        return answer, await self.parse(Body(answer.body or b"", answer.content_type, answer.url))


@asynccontextmanager
async def looking(limits: Fetch) -> AsyncIterator[Glass]:
    """With what a look needs."""
    allowed = networks(limits.allow_networks)
    async with session(lambda: allowed) as made, Child(parser) as child:
        yield Glass(made, child, limits)
