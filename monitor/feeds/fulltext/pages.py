"""Reading articles' pages: politely to each host, within limits, and each no more often than it changes."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import aiohttp
import structlog
from yarl import URL

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import FetchError, Request, Response, Turn, fetch
from monitor.feeds.fetching.robots import Robots
from monitor.feeds.fulltext.page import FetchedPage, Markup, Page
from monitor.http.address_policy import ForbiddenUrl, web_url
from monitor.worker import WorkerDied, WorkerProcess, WorkerTimeout

AT_ONCE = 32
"""Pages asked for at once, over all hosts."""
LARGE_AT_ONCE = 2
"""Pages beyond fetch.LARGE bytes that are held at once."""
LINE = 100
"""Pages that may wait for one host; further ones are not asked for, and their articles keep the feed's text."""
GIVEN_UP = 600.0
"""Seconds after which a page that waits for its turn is no longer wanted."""
KEPT_CHARS = 32 * 1024 * 1024
"""Characters of text that are kept of pages with a validator."""
HOSTS = 10_000
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

log = structlog.get_logger()


@dataclass
class _Host:
    """One host's line: so many at once, so far apart, and until when it is left alone (the loop's time)."""

    turns: asyncio.Semaphore
    waiting: int = 0
    next: float = 0.0
    held: float = 0.0


@dataclass
class _Kept:
    """Pages with their validators, the latest used last, within KEPT_CHARS."""

    pages: OrderedDict[str, tuple[Response, Page]] = field(default_factory=OrderedDict)
    chars: int = 0

    def get(self, url: str) -> tuple[Response, Page] | None:
        if url in self.pages:
            self.pages.move_to_end(url)
        return self.pages.get(url)

    def put(self, url: str, answer: Response, page: Page) -> None:
        self.drop(url)
        self.pages[url] = (answer, page)
        self.chars += len(page.text)
        while self.chars > KEPT_CHARS:
            self.drop(next(iter(self.pages)))

    def drop(self, url: str) -> None:
        if url in self.pages:
            self.chars -= len(self.pages.pop(url)[1].text)


class Pages:
    """The pages of articles, each on its way once for all who ask for it."""

    def __init__(self, session: aiohttp.ClientSession, child: WorkerProcess[Markup, Page]) -> None:
        self._session, self._child = session, child
        self._robots = Robots(session)
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._at_once, self._large = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(LARGE_AT_ONCE)
        self._kept = _Kept()
        self._under_way: dict[str, asyncio.Task[FetchedPage | None]] = {}
        self._refused: deque[FetchError] = deque(maxlen=HOSTS)

    def ask(self, url: str, limits: FetchConfig) -> asyncio.Task[FetchedPage | None]:
        """The page at *url*, on its way; None comes of one that cannot be had, and the log says why."""
        if url not in self._under_way:
            task = asyncio.create_task(self._read(url, limits))
            task.add_done_callback(lambda _: self._under_way.pop(url, None))
            self._under_way[url] = task
        return self._under_way[url]

    def refusals(self) -> Iterator[FetchError]:
        """The answers since the last call by which hosts asked to be left alone."""
        while self._refused:
            yield self._refused.popleft()

    async def close(self) -> None:
        """Drop what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._robots.close()

    async def _read(self, url: str, limits: FetchConfig) -> FetchedPage | None:
        try:
            at = web_url(url)
            async with asyncio.timeout(GIVEN_UP):
                return await self._take(at, limits)
        except (FetchError, ForbiddenUrl) as error:
            why = str(error)
        except WorkerTimeout:
            why = f"it took more than {limits.parse_timeout:g} s to read (fetch.parse_timeout)"
        except WorkerDied:
            why = "it took more memory to read than there is"
        except TimeoutError:
            why = f"its turn did not come within {GIVEN_UP:g} s"
        except Exception as error:  # noqa: BLE001  (whatever is wrong with a page concerns its article alone)
            why = f"it could not be understood: {type(error).__name__}"
        log.info("page not read", page=_shown(url), error=why)
        return None

    async def _take(self, url: URL, limits: FetchConfig) -> FetchedPage:
        """The page, new or as it was kept. Raises FetchError, WorkerTimeout, WorkerDied."""
        known = self._kept.get(str(url))
        async with AsyncExitStack() as held:
            answer = await self._fetch(url, known, limits, lambda: held.enter_async_context(self._large))
            if answer.body is None and known:
                return FetchedPage(known[1], answer.received)
            if not _is_page(answer):
                raise FetchError("not_a_page", f"not a web page but {answer.content_type!r}")
            page = await self._child.call(Markup(answer.body or b"", answer.content_type), limits.parse_timeout)
        if answer.etag or answer.modified:
            self._kept.put(str(url), replace(answer, body=None), page)
        return FetchedPage(page, answer.received)

    async def _fetch(self, url: URL, known: tuple[Response, Page] | None, limits: FetchConfig, large: Turn) -> Response:
        """What the host answers, in its turn. Raises FetchError."""
        rules = await self._robots.rules(url, limits)
        validators = (known[0].etag, known[0].modified) if known else (None, None)
        async with self._turn(url.host or "", max(rules.delay, limits.spacing), limits) as host:
            ask = Request(str(url), *validators, accept=ACCEPT)
            try:
                return await fetch(self._session, ask, limits, large=large, may=partial(self._robots.check, limits=limits))
            except FetchError as error:
                if error.retry_after is not None:
                    host.held = asyncio.get_running_loop().time() + min(error.retry_after, limits.ceiling)
                    self._refused.append(error)
                raise

    @asynccontextmanager
    async def _turn(self, name: str, delay: float, limits: FetchConfig) -> AsyncIterator[_Host]:
        """Wait in the host's line, and until it and all others leave room. Raises FetchError where the line is too long."""
        host = self._host(name, limits)
        if host.waiting >= LINE:
            raise FetchError("timeout", f"{LINE} pages of {name} wait already")
        clock = asyncio.get_running_loop().time
        host.waiting += 1
        try:
            async with host.turns:
                if host.held > clock():
                    raise FetchError("http_429", f"{name} has asked to be left alone")
                host.next = max(host.next, clock()) + delay
                await asyncio.sleep(host.next - delay - clock())
                async with self._at_once:
                    yield host
        finally:
            host.waiting -= 1

    def _host(self, name: str, limits: FetchConfig) -> _Host:
        host = self._hosts.setdefault(name, _Host(asyncio.Semaphore(limits.per_host)))
        self._hosts.move_to_end(name)
        while len(self._hosts) > HOSTS:
            self._hosts.popitem(last=False)
        return host


def _is_page(answer: Response) -> bool:
    kind = answer.content_type.partition(";")[0].strip().lower()
    return kind in {"", "text/html", "application/xhtml+xml"}


def _shown(url: str) -> str:
    """*url* for the log: what follows the path may hold secrets."""
    try:
        at = URL(url)
    except ValueError:
        return "?"
    return f"{at.raw_host}{at.raw_path}"
