"""One poll of a feed: fetch it, parse it, find its new and changed articles, and wait for their pages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

import aiohttp
from yarl import URL

from monitor.clock import Clock
from monitor.config import FeedConfig, FetchConfig
from monitor.feeds import feed_state
from monitor.feeds.articles.build import Origin
from monitor.feeds.articles.changes import find_changes
from monitor.feeds.fetching.fetch import LARGE, FetchError, Request, Response, fetch
from monitor.feeds.fulltext.extract import make_extractor
from monitor.feeds.fulltext.pages import Pages
from monitor.feeds.fulltext.pending import PageTasks, add_pages
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import ERRORS, AmbiguousReduction, FeedDocument, make_parser, reduce_document
from monitor.feeds.urls import base_url, raw_host
from monitor.http.address_policy import Network
from monitor.http.connector import session
from monitor.http.host_limits import HostLimits, HostRequest
from monitor.messages import Article, Feed, ItemState
from monitor.worker import InvalidAnswer, WorkerDied, WorkerProcess, WorkerTimeout

MAX_LARGE = 8
"""Bodies above fetch.LARGE bytes held in memory at once, however many servers send them."""

MANY_ITEMS, LONG_TEXTS = 50, 5_000
"""New items of a document, and characters of their texts, above which its changes are found in a thread. The slowest text takes
25 ms."""

PARSE_ERRORS = (NotAFeed, WorkerTimeout, InvalidAnswer, WorkerDied)
"""What parsing a feed in a worker process raises."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The contents of a changed document: its new and changed *articles*, and the states of all its items.

    *late_pages* are the requests of those pages of the articles that have not arrived yet.
    """

    body_hash: str
    parsed: ParsedFeed
    articles: list[Article]
    item_states: tuple[ItemState, ...]
    late_pages: PageTasks


@dataclass(frozen=True, slots=True)
class PollResult:
    """A good response, or what a hub has sent (*is_push*).

    *changes* is None if the server answered 304 or the body hash is unchanged.
    """

    response: Response
    changes: Changes | None = None
    is_push: bool = False


class PollClient:
    """What all polls share: the HTTP session, the processes that parse, the pages, and the service's *clock*.

    *slow_parser* parses large documents and those of failing and new feeds, so that no other feed waits for them.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        parser: WorkerProcess[FeedDocument, ParsedFeed],
        slow_parser: WorkerProcess[FeedDocument, ParsedFeed],
        pages: Pages,
        hosts: HostLimits,
        clock: Clock,
    ) -> None:
        self._http, self._parser, self._slow_parser = http, parser, slow_parser
        self._pages, self._hosts, self._clock = pages, hosts, clock
        self._large, self._large_new = asyncio.Semaphore(MAX_LARGE), asyncio.Semaphore(MAX_LARGE // 2)
        # New feeds wait here for their turn, and not in the slow parser's queue, where known feeds would have to wait for them.
        self._parse_new = asyncio.Semaphore(1)

    @property
    def http(self) -> aiohttp.ClientSession:
        """The session that connects to allowed addresses only."""
        return self._http

    def worker_starts(self) -> int:
        """Return how many worker processes were started."""
        return self._parser.starts + self._slow_parser.starts + self._pages.worker_starts

    async def poll(
        self, url: str, feed_config: FeedConfig, previous: Feed, limits: FetchConfig, host_request: HostRequest
    ) -> PollResult | FetchError:
        """Poll one feed whose state is *previous*. Return an expected failure; do not raise it.

        The outcome counts for the limits of the host at once, and *host_request* ends, before the wait for pages: they may
        be on the same host.
        """
        host = raw_host(url)
        try:
            response, body_hash, parsed = await self._fetch_and_parse(url, feed_config, previous, limits)
        except FetchError as error:
            self._hosts.record_failure(error.host or host, error.reason, error.retry_after, limits, self._clock())
            return error.detached()
        except PARSE_ERRORS as error:
            return _parse_failure(error, limits)
        finally:
            host_request.end()
        self._hosts.record_answer(host, raw_host(response.url))
        if parsed is None:
            return PollResult(response)
        return PollResult(response, await self._find_changes(response, body_hash, parsed, feed_config, previous, limits))

    async def read_push(
        self, response: Response, feed_config: FeedConfig, previous: Feed, limits: FetchConfig
    ) -> PollResult | FetchError:
        """Read what a hub has sent as the *response* of the feed's server, as `poll` does."""
        body_hash, document = _document(response, feed_config, previous)
        try:
            parsed = await _parse(document, self._slow_parser if previous.failures else self._parser, limits.parse_timeout)
        except PARSE_ERRORS as error:
            return _parse_failure(error, limits)
        changes = await self._find_changes(response, body_hash, parsed, feed_config, previous, limits, is_push=True)
        return PollResult(response, changes, is_push=True)

    async def _find_changes(
        self,
        response: Response,
        body_hash: str,
        parsed: ParsedFeed,
        feed_config: FeedConfig,
        previous: Feed,
        limits: FetchConfig,
        *,
        is_push: bool = False,
    ) -> Changes:
        """Return the articles of *parsed* with their pages."""
        origin = Origin(feed_config, previous.id, base_url(response.url), self._clock())
        find = partial(find_changes, origin, parsed, previous, is_excerpt=is_push)
        articles, item_states = await asyncio.to_thread(find) if _is_long(parsed) else find()
        late_pages: PageTasks = {}
        if feed_config.full_text:
            articles, late_pages = await add_pages(self._pages, articles, previous.id, limits)
        return Changes(body_hash, parsed, articles, item_states, late_pages)

    async def _fetch_and_parse(
        self, url: str, feed_config: FeedConfig, previous: Feed, limits: FetchConfig
    ) -> tuple[Response, str, ParsedFeed | None]:
        """Return the response, its body hash, and the parsed feed; None if the body is missing or unchanged.

        Raises FetchError, NotAFeed, WorkerTimeout, WorkerDied. A large body keeps its place in memory until it is parsed.
        """
        async with AsyncExitStack() as stack:
            request = Request(url, *feed_state.validators(previous, self._clock()))
            is_new = feed_state.is_new(previous)

            async def await_place() -> None:
                for places in [self._large_new, self._large] if is_new else [self._large]:
                    await stack.enter_async_context(places)

            check_url = partial(self._check_redirect, raw_host(url))
            response = await fetch(self._http, request, limits, await_place=await_place, check_url=check_url)
            if response.body is None:
                return response, "", None
            body_hash, document = _document(response, feed_config, previous)
            if body_hash == previous.body:
                return response, body_hash, None
            if is_new:
                await stack.enter_async_context(self._parse_new)
            is_slow = is_new or bool(previous.failures) or len(response.body) > LARGE
            parser = self._slow_parser if is_slow else self._parser
            return response, body_hash, await _parse(document, parser, limits.parse_timeout)

    async def _check_redirect(self, first_host: str, url: URL) -> None:
        """Raise FetchError if *url* is on another host than *first_host*, and that host is paused."""
        host = url.raw_host or ""
        if host != first_host and self._hosts.is_paused(host, self._clock()):
            raise FetchError("redirects", f"it redirects to {host}, which refuses requests at present")


def _document(response: Response, feed_config: FeedConfig, previous: Feed) -> tuple[str, FeedDocument]:
    """Return the hash of the body of *response*, and what is to be parsed."""
    body = response.body or b""
    known_hashes = frozenset(item_state.raw for item_state in previous.seen if item_state.raw)
    document = FeedDocument(body, response.content_type, base_url(response.url), known_hashes, html=feed_config.html)
    return blake2b(body, digest_size=16).hexdigest(), document


def _parse_failure(error: Exception, limits: FetchConfig) -> FetchError:
    """Return *error*, one of PARSE_ERRORS, as what comes of the poll."""
    match error:
        case WorkerTimeout():
            return FetchError("parse_timeout", f"it took more than {limits.parse_timeout:g} s to parse (fetch.parse_timeout)")
        case InvalidAnswer():
            return FetchError("not_understood", f"it could not be parsed: {error}; please report this feed")
        case WorkerDied():
            return FetchError("parse_memory", "parsing it took more memory than is available")
        case _:
            return FetchError("not_a_feed", f"not a readable feed: {error}")


def _is_long(parsed: ParsedFeed) -> bool:
    """Return whether it may take long to find the changes in *parsed*."""
    return len(parsed.items) > MANY_ITEMS or sum(len(item.text) for item in parsed.items) > LONG_TEXTS


async def _parse(document: FeedDocument, parser: WorkerProcess[FeedDocument, ParsedFeed], timeout: float) -> ParsedFeed:  # noqa: ASYNC109  (the worker enforces it)
    """Return the feed in *document*, parsed without its known items if possible. Each try may take *timeout* seconds.

    Raises NotAFeed, WorkerTimeout, WorkerDied.
    """
    reduced = reduce_document(document)
    if reduced is not document:
        with suppress(AmbiguousReduction):
            return await parser.call(reduced, timeout)
    return await parser.call(document, timeout)


@asynccontextmanager
async def open_client(allowed: Callable[[], Iterable[Network]], hosts: HostLimits, clock: Clock) -> AsyncIterator[PollClient]:
    """Yield a client that connects to the public internet and the *allowed* networks only, and close it afterwards."""
    async with (
        session(allowed) as http,
        WorkerProcess(make_parser, errors=ERRORS) as quick,
        WorkerProcess(make_parser, errors=ERRORS) as slow,
        WorkerProcess(make_extractor) as extractor,
    ):
        pages = Pages(http, extractor, hosts, clock)
        try:
            yield PollClient(http, quick, slow, pages, hosts, clock)
        finally:
            await pages.close()
