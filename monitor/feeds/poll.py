"""One look at a feed, from asking to parsed items: what is under way between two ticks."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from hashlib import blake2b

import aiohttp

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import LARGE, FetchError, Request, Response, fetch
from monitor.feeds.fulltext.page import FetchedPage
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, Incomplete, condensed
from monitor.messages import Feed
from monitor.worker import WorkerDied, WorkerProcess, WorkerTimeout

LARGE_AT_ONCE = 8
"""Answers beyond fetch.LARGE bytes that are held at once, so that memory stays bounded whatever many servers send."""


@dataclass(frozen=True, slots=True)
class PollResult:
    """A good answer; *parsed* is None where it says nothing that *body*, its hash, did not say before.

    *pages* are those asked for (see fulltext.py), by article id.
    """

    answer: Response
    body: str | None
    parsed: ParsedFeed | None
    pages: Mapping[str, asyncio.Task[FetchedPage | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsers:
    """Two processes: a *slow* one for what is large or has failed before, so that the rest waits for none of it."""

    quick: WorkerProcess[FeedDocument, ParsedFeed]
    slow: WorkerProcess[FeedDocument, ParsedFeed]

    def of(self, body: FeedDocument, before: Feed) -> WorkerProcess[FeedDocument, ParsedFeed]:
        """The one for *body*, of a feed of which *before* was known."""
        return self.slow if before.failures or len(body.data) > LARGE else self.quick


async def poll(
    session: aiohttp.ClientSession,
    parsers: Parsers,
    url: str,
    before: Feed,
    limits: FetchConfig,
    large: asyncio.Semaphore,
    *,
    html: bool = False,
) -> PollResult | FetchError:
    """Ask for *url* and parse what comes; what goes wrong outside is a value, since it is expected.

    *large* is held by each large answer until it is parsed; *html* asks for the items' markup too.
    """
    try:
        async with AsyncExitStack() as held:
            ask = Request(url, before.etag, before.modified)
            answer = await fetch(session, ask, limits, large=lambda: held.enter_async_context(large))
            if answer.body is None:
                return PollResult(answer, None, None)
            body = blake2b(answer.body, digest_size=16).hexdigest()
            if body == before.body:
                return PollResult(answer, body, None)
            known = frozenset(seen.raw for seen in before.seen if seen.raw)
            given = FeedDocument(answer.body, answer.content_type, answer.url, known, html=html)
            return PollResult(answer, body, await parsed(given, parsers.of(given, before), limits.parse_timeout))
    except FetchError as error:
        return error.alone()
    except NotAFeed as error:
        return FetchError("not_a_feed", f"not a feed that can be read: {error}")
    except WorkerTimeout:
        return FetchError("parse_timeout", f"it took more than {limits.parse_timeout:g} s to parse (fetch.parse_timeout)")
    except WorkerDied:
        return FetchError("parse_memory", "it took more memory to parse than there is")


async def parsed(body: FeedDocument, parser: WorkerProcess[FeedDocument, ParsedFeed], timeout: float) -> ParsedFeed:  # noqa: ASYNC109  (the child keeps it)
    """What *parser* makes of *body*, within *timeout* seconds for each try. Raises NotAFeed, WorkerTimeout, WorkerDied."""
    short = condensed(body)
    if short is not body:
        with suppress(Incomplete):
            return await parser.call(short, timeout)
    return await parser.call(body, timeout)
