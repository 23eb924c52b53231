"""Probe a URL: fetch and parse it as the poller does, but for a command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import Request, Response, fetch
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import ERRORS, FeedDocument, make_parser
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.worker import InvalidAnswer, WorkerDied, WorkerProcess, WorkerTimeout


@dataclass(frozen=True, slots=True)
class ProbeClient:
    """An HTTP session that connects to permitted addresses only, a worker process that parses, and the fetch limits."""

    session: aiohttp.ClientSession
    parser: WorkerProcess[FeedDocument, ParsedFeed]
    limits: FetchConfig

    async def fetch(self, url: str) -> Response:
        """Return the response of *url*. Raises FetchError."""
        return await fetch(self.session, Request(url), self.limits)

    async def parse(self, document: FeedDocument) -> ParsedFeed:
        """Return the feed in *document*. Raises NotAFeed."""
        try:
            return await self.parser.call(document, self.limits.parse_timeout)
        except WorkerTimeout:
            raise NotAFeed(f"it took more than {self.limits.parse_timeout:g} s to parse (fetch.parse_timeout)") from None
        except InvalidAnswer as error:
            raise NotAFeed(f"it could not be parsed: {error}") from None
        except WorkerDied:
            raise NotAFeed("parsing it took more memory than is available") from None

    async def probe(self, url: str) -> tuple[Response, ParsedFeed]:
        """Return the response of *url* and the feed in it. Raises FetchError, NotAFeed."""
        response = await self.fetch(url)
        return response, await self.parse(FeedDocument(response.body or b"", response.content_type, response.url))


@asynccontextmanager
async def probe_client(limits: FetchConfig) -> AsyncIterator[ProbeClient]:
    """Yield a client with its own session and parsing process, and close them afterwards."""
    allowed = parse_networks(limits.allow_networks)
    async with session(lambda: allowed) as http_session, WorkerProcess(make_parser, errors=ERRORS) as worker:
        yield ProbeClient(http_session, worker, limits)
