"""Full text for the feeds that ask for it: an article waits a little for its page, and what comes later is a new version.

What is awaited is no knowledge: a restart, or a commit that fails, drops it, and the article keeps its feed's text.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from monitor.config import Config, FeedConfig
from monitor.feeds.articles.changes import Origin, find_changes
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.fulltext.merge import again, filled, wanting
from monitor.feeds.fulltext.page import EXTRA, FetchedPage, can_read
from monitor.feeds.fulltext.pages import GIVEN_UP, Pages
from monitor.feeds.poll import PollResult
from monitor.messages import Article, ArticleRaw, Feed, Message

MOST = 50
"""Pages asked for after one look at a feed, the latest: no feed can send us to hundreds of pages of others."""
AWAITED = 2000
"""Articles that are remembered for a page that comes late, and for how many seconds: longer than pages are waited for."""
AWAITED_FOR = 1.5 * GIVEN_UP

log = structlog.get_logger()

Asked = Mapping[str, asyncio.Task[FetchedPage | None]]
"""Article ids to their pages on the way."""


@dataclass(frozen=True, slots=True)
class _Awaited:
    """An article that was published without its page, and when (the loop's time)."""

    article: Article
    page: asyncio.Task[FetchedPage | None]
    since: float


def check(config: Config) -> list[str]:
    """What is wrong with the feeds that ask for full text."""
    if can_read():
        return []
    return [f"feed {feed.url!r}: full_text is set, and {EXTRA}" for feed in config.feeds if feed.full_text]


class FullText:
    """The pages that the articles of one poller wait for."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.awaited: list[_Awaited] = []

    async def waited(
        self,
        flight: Callable[[], Awaitable[PollResult | FetchError]],
        line: FeedConfig,
        before: Feed,
        config: Config,
        now: datetime,
    ) -> PollResult | FetchError:
        """What *flight* brings, with the pages of its new articles; those that take too long are still on their way."""
        landed = await flight()
        if isinstance(landed, FetchError) or landed.parsed is None:
            return landed
        articles, _ = find_changes(Origin(line, before.id, landed.answer.url, now), landed.parsed, before)
        asked = {each.id: self.pages.ask(each.url, config.fetch) for each in wanting(articles, MOST) if each.url}
        if asked:
            came, left = await asyncio.wait(asked.values(), timeout=config.fetch.full_text_wait)
            log.info("pages", feed=before.id, came=sum(_result(page) is not None for page in came), awaited=len(left))
        return replace(landed, pages=asked)

    def remember(self, bodies: Iterable[Message], asked: Asked) -> None:
        """Await the pages that have not come yet of the articles in *bodies*, which are published."""
        for body in bodies:
            page = asked.get(body.article.id) if isinstance(body, ArticleRaw) else None
            if isinstance(body, ArticleRaw) and page is not None and not page.done():
                self.awaited.append(_Awaited(body.article, page, asyncio.get_running_loop().time()))
        del self.awaited[:-AWAITED]

    def late(self, feeds: Mapping[str, Feed], busy: Collection[str], now: datetime) -> Iterator[Message]:
        """What the pages that came late give for *feeds* but the *busy* ones: new versions, then their feeds' records."""
        if not self.awaited:
            return
        changed: dict[str, Feed] = {}
        left: list[_Awaited] = []
        oldest = asyncio.get_running_loop().time() - AWAITED_FOR
        for each in self.awaited:
            feed = changed.get(each.article.feed) or feeds.get(each.article.feed)
            if feed is None or feed.id in busy or not each.page.done():
                # A feed whose partition has gone elsewhere would wait for ever.
                left += [each] if each.since > oldest else []
                continue
            came = _result(each.page)
            if came and (news := again(each.article, came.page, feed, now)):
                article, changed[feed.id] = news
                yield ArticleRaw(article, {"received": came.received})
        self.awaited = left
        yield from changed.values()


def whole(article: Article, asked: asyncio.Task[FetchedPage | None] | None) -> Article:
    """*article* with the text of its page, if that has come."""
    came = _result(asked)
    return filled(article, came.page) if came else article


def _result(asked: asyncio.Task[FetchedPage | None] | None) -> FetchedPage | None:
    return asked.result() if asked is not None and asked.done() and not asked.cancelled() else None
