"""One look at a URL by hand: fetched and parsed as the poller does it, outside its rounds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import Request, Response, fetch
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parser
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.worker import WorkerDied, WorkerProcess, WorkerTimeout


@dataclass(frozen=True, slots=True)
class ProbeClient:
    """What a look needs: a session that dials only what may be dialled, a process that parses, and the limits."""

    session: aiohttp.ClientSession
    parser: WorkerProcess[FeedDocument, ParsedFeed]
    limits: FetchConfig

    async def fetch(self, url: str) -> Response:
        """What *url* answers. Raises FetchError."""
        return await fetch(self.session, Request(url), self.limits)

    async def parse(self, body: FeedDocument) -> ParsedFeed:
        """The feed in *body*. Raises NotAFeed."""
        try:
            return await self.parser.call(body, self.limits.parse_timeout)
        except WorkerTimeout:
            raise NotAFeed(f"it took more than {self.limits.parse_timeout:g} s to parse (fetch.parse_timeout)") from None
        except WorkerDied:
            raise NotAFeed("it took more memory to parse than there is") from None

    async def feed(self, url: str) -> tuple[Response, ParsedFeed]:
        """The feed at *url*. Raises FetchError, NotAFeed."""
        answer = await self.fetch(url)
        return answer, await self.parse(FeedDocument(answer.body or b"", answer.content_type, answer.url))


@asynccontextmanager
async def probe_client(limits: FetchConfig) -> AsyncIterator[ProbeClient]:
    """With what a look needs."""
    allowed = parse_networks(limits.allow_networks)
    async with session(lambda: allowed) as made, WorkerProcess(parser) as child:
        yield ProbeClient(made, child, limits)
