"""Fetch the pages of articles within the limits of each host, and cache pages that have a validator."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import aiohttp
import structlog
from yarl import URL

from monitor.clock import Clock
from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import AwaitPlace, FetchError, Request, Response, fetch
from monitor.feeds.fetching.robots import Robots
from monitor.feeds.fulltext.extract import Page, PageDocument
from monitor.http.address_policy import ForbiddenUrl, web_url
from monitor.http.host_limits import BUSY_SECONDS, HostLimits
from monitor.redaction import HIDDEN, replace_segments
from monitor.worker import InvalidAnswer, WorkerDied, WorkerError, WorkerProcess, WorkerTimeout

MAX_CONCURRENT = 32
"""Pages requested at once, over all hosts."""
MAX_LARGE = 2
"""Pages above fetch.LARGE bytes that are held in memory at once."""
MAX_QUEUE = 100
"""The most pages of one host that wait or are being read. No further page is requested; its article keeps the feed's text."""
GIVE_UP_SECONDS = 600.0
"""Seconds after which the fetch of a page is given up."""
MAX_CACHED_CHARS = 32 * 1024 * 1024
"""The most code points of text in the cache of pages."""
MIN_SLEEP = 0.01
"""The shortest sleep in seconds while a page waits for its host, since the clock advances in steps."""
REFUSAL_REASONS = frozenset({"http_429", "http_503"})
"""Statuses of a page that count as a refusal by its host. A 403 may be for that page alone; it counts only with Retry-After."""
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page, and when its last byte was received."""

    page: Page
    received: datetime


PageTask = asyncio.Task[FetchedPage | None]
"""The fetch of a page. Its result is None if the page cannot be read."""


@dataclass
class _HostQueue:
    """The pages of one host: their number, and a lock for the one that waits for the host's limits, first come first served."""

    size: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class _Cache:
    """Pages with validators, least recently used first, up to MAX_CACHED_CHARS."""

    pages: OrderedDict[str, tuple[Response, Page]] = field(default_factory=OrderedDict)
    chars: int = 0

    def get(self, url: str) -> tuple[Response, Page] | None:
        if url in self.pages:
            self.pages.move_to_end(url)
        return self.pages.get(url)

    def put(self, url: str, response: Response, page: Page) -> None:
        self.remove(url)
        self.pages[url] = (response, page)
        self.chars += len(page.text)
        while self.chars > MAX_CACHED_CHARS:
            self.remove(next(iter(self.pages)))

    def remove(self, url: str) -> None:
        if url in self.pages:
            self.chars -= len(self.pages.pop(url)[1].text)


class Pages:
    """Fetches the pages of articles. Concurrent requests of one page share one task.

    *hosts* are the limits that also apply to the feeds. *clock* returns the time to use with them.
    """

    def __init__(
        self, session: aiohttp.ClientSession, worker: WorkerProcess[PageDocument, Page], hosts: HostLimits, clock: Clock
    ) -> None:
        self._session, self._worker, self._host_limits, self._clock = session, worker, hosts, clock
        self._robots = Robots(session)
        self._queues: dict[str, _HostQueue] = {}
        self._concurrent, self._large = asyncio.Semaphore(MAX_CONCURRENT), asyncio.Semaphore(MAX_LARGE)
        self._cache = _Cache()
        self._tasks: dict[str, PageTask] = {}

    @property
    def worker_starts(self) -> int:
        """How many processes that read pages were started."""
        return self._worker.starts

    def request(self, url: str, limits: FetchConfig) -> PageTask:
        """Return the task that fetches *url*. It never raises; the reason why a page cannot be read is logged."""
        if url not in self._tasks:
            task = asyncio.create_task(self._read(url, limits))
            task.add_done_callback(lambda _: self._tasks.pop(url, None))
            self._tasks[url] = task
        return self._tasks[url]

    async def close(self) -> None:
        """Cancel the requests in flight."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._robots.close()

    async def _read(self, text: str, limits: FetchConfig) -> FetchedPage | None:
        try:
            url = web_url(text)
            async with asyncio.timeout(GIVE_UP_SECONDS):
                return await self._fetch_and_extract(url, limits)
        except (FetchError, ForbiddenUrl) as error:
            why = str(error)
        except WorkerTimeout:
            why = f"it took more than {limits.parse_timeout:g} s to read (fetch.parse_timeout)"
        except InvalidAnswer as error:
            why = f"it could not be read: {error}"
        except WorkerDied:
            why = "reading it took more memory than is available"
        except TimeoutError:
            why = f"it was not fetched within {GIVE_UP_SECONDS:g} s"
        except WorkerError as error:
            why = f"it could not be understood: {error}"
        except Exception as error:  # noqa: BLE001  (an error in one page must not affect other articles)
            why = f"it could not be understood: {type(error).__name__}"
        log.info("page not read", page=_loggable(text), error=why)
        return None

    async def _fetch_and_extract(self, url: URL, limits: FetchConfig) -> FetchedPage:
        """Return the page, from the cache if the server answers 304. Raises FetchError, WorkerTimeout, WorkerDied."""
        cached = self._cache.get(str(url))
        async with AsyncExitStack() as stack:
            response = await self._fetch(url, cached, limits, lambda: stack.enter_async_context(self._large))
            if response.body is None and cached:
                return FetchedPage(cached[1], response.received)
            if not _is_page(response):
                raise FetchError("not_a_page", f"not a web page but {response.content_type!r}")
            document = PageDocument(response.body or b"", response.content_type)
            page = await self._worker.call(document, limits.parse_timeout)
        if response.etag or response.modified:
            self._cache.put(str(url), replace(response, body=None), page)
        return FetchedPage(page, response.received)

    async def _fetch(
        self, url: URL, cached: tuple[Response, Page] | None, limits: FetchConfig, await_place: AwaitPlace
    ) -> Response:
        """Request *url* in its turn, and record the outcome in the host's limits. Raises FetchError."""
        host = url.raw_host or ""
        etag, modified = (cached[0].etag, cached[0].modified) if cached else (None, None)
        async with self._turn(url, host, limits):
            request = Request(str(url), etag, modified, accept=ACCEPT)
            check_url = partial(self._check_allowed, limits=limits)
            try:
                response = await fetch(self._session, request, limits, await_place=await_place, check_url=check_url)
            except FetchError as error:
                if error.retry_after is not None or error.reason in REFUSAL_REASONS:
                    name = error.host or host
                    self._host_limits.record_failure(name, error.reason, error.retry_after, limits, self._clock())
                raise
            self._host_limits.record_answer(host, URL(response.url).raw_host or "")
            return response

    @asynccontextmanager
    async def _turn(self, url: URL, host: str, limits: FetchConfig) -> AsyncIterator[None]:
        """Hold a place for one request of the host, and one of MAX_CONCURRENT, while the context is open.

        Raises FetchError if the host is paused, or too many of its pages wait already.
        """
        self._check_not_paused(host)
        queue = self._queues.setdefault(host, _HostQueue())
        if queue.size >= MAX_QUEUE:
            raise FetchError("timeout", f"{MAX_QUEUE} pages of {host} are already waiting")
        queue.size += 1
        try:
            crawl_delay = (await self._robots.rules(url, limits)).delay
            async with queue.turn:
                await self._until_room(host, limits)
                request = self._host_limits.start_request(
                    host, limits, self._clock(), max(crawl_delay, limits.limits_of(host)[1])
                )
            try:
                yield
            finally:
                request.end()
                self._concurrent.release()
        finally:
            queue.size -= 1
            if not queue.size:
                self._queues.pop(host, None)

    async def _until_room(self, host: str, limits: FetchConfig) -> None:
        """Take one of MAX_CONCURRENT places at a time when the host's limits allow a page. Raises FetchError if it is paused.

        A page that waits for one of these places must not take a place of its host, where feeds go first.
        """
        while True:
            await self._until_open(host, limits)
            await self._concurrent.acquire()
            now = self._clock()
            if self._host_limits.earliest_start(host, limits, now, page=True) <= now:
                return
            self._concurrent.release()

    async def _until_open(self, host: str, limits: FetchConfig) -> None:
        """Wait until the host's limits allow a page. Raises FetchError if the host is paused."""
        while True:
            self._check_not_paused(host)
            now = self._clock()
            start = self._host_limits.earliest_start(host, limits, now, page=True)
            if start <= now:
                return
            # At most BUSY_SECONDS, since the clock may run faster than the event loop's.
            await asyncio.sleep(max(MIN_SLEEP, min((start - now).total_seconds(), BUSY_SECONDS)))

    async def _check_allowed(self, url: URL, limits: FetchConfig) -> None:
        """Raise FetchError if *url*, which may be the target of a redirect, must not be requested."""
        self._check_not_paused(url.raw_host or "")
        await self._robots.check(url, limits)

    def _check_not_paused(self, host: str) -> None:
        """Raise FetchError if the host is paused, which can last a day."""
        if self._host_limits.is_paused(host, self._clock()):
            raise FetchError("robots", f"{host} refuses requests at present")


def _is_page(response: Response) -> bool:
    media_type = response.content_type.partition(";")[0].strip().lower()
    return media_type in {"", "text/html", "application/xhtml+xml"}


def _loggable(url: str) -> str:
    """Return the host and path of *url*. The query may hold secrets."""
    try:
        parsed = URL(url)
    except ValueError:
        return "?"
    return f"{parsed.raw_host}{replace_segments(parsed.raw_path, lambda _: HIDDEN)}"
