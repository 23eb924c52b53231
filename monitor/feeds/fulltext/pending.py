"""Articles whose pages are pending: a page in time changes the article, a late page makes its next version.

Pending pages are not stored. After a restart or a failed commit, their articles keep the feed's text.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from monitor.config import FetchConfig
from monitor.feeds.fulltext.merge import articles_to_fetch, next_version, with_page_text
from monitor.feeds.fulltext.pages import GIVE_UP_SECONDS, FetchedPage, Pages, PageTask
from monitor.messages import Article, ArticleRaw, Feed, Message

MAX_PAGES = 50
"""The most pages requested after one poll, so that no feed can cause requests to hundreds of other sites."""
MAX_PENDING = 2000
"""The most articles that are pending."""
PENDING_SECONDS = 1.5 * GIVE_UP_SECONDS
"""Seconds after which an article is no longer pending: longer than the fetch of a page can take."""

log = structlog.get_logger()

PageTasks = Mapping[str, PageTask]
"""The fetches of pages, by article id."""


async def add_pages(
    pages: Pages, articles: Sequence[Article], feed_id: str, limits: FetchConfig
) -> tuple[list[Article], PageTasks]:
    """Return *articles* with the text of the pages that arrive within limits.full_text_wait seconds, and the late pages."""
    tasks = {each.id: pages.request(each.url, limits) for each in articles_to_fetch(articles, MAX_PAGES) if each.url}
    if tasks:
        await asyncio.wait(tasks.values(), timeout=limits.full_text_wait)
    late = {article_id: task for article_id, task in tasks.items() if not task.done()}
    arrived = {article_id: page for article_id, task in tasks.items() if article_id not in late and (page := _result(task))}
    if tasks:
        log.info("pages", feed=feed_id, arrived=len(arrived), late=len(late))
    return [with_page_text(each, arrived[each.id].page) if each.id in arrived else each for each in articles], late


def _result(task: PageTask) -> FetchedPage | None:
    """Return the page of a finished task; None if it cannot be read."""
    return None if task.cancelled() else task.result()


@dataclass(frozen=True, slots=True)
class _Pending:
    """An article that was published without its page, at *since* in the event loop's time."""

    article: Article
    task: PageTask
    since: float


class PendingPages:
    """The articles that were published before their pages arrived."""

    def __init__(self) -> None:
        self.articles: list[_Pending] = []

    def add(self, articles: Iterable[Article], tasks: PageTasks) -> None:
        """Add those of *articles*, which are published now, whose pages are being fetched by *tasks*."""
        now = asyncio.get_running_loop().time()
        self.articles += [_Pending(each, tasks[each.id], now) for each in articles if each.id in tasks]
        del self.articles[:-MAX_PENDING]

    def new_versions(self, feeds: Mapping[str, Feed], is_busy: Callable[[str], bool], now: datetime) -> Iterator[Message]:
        """Yield a new version of each article whose page has arrived, then the states of their feeds.

        The articles of a feed that *is_busy* stay pending: a poll in flight depends on the feed's present state.
        """
        changed: dict[str, Feed] = {}
        pending: list[_Pending] = []
        oldest = asyncio.get_running_loop().time() - PENDING_SECONDS
        for each in self.articles:
            feed = changed.get(each.article.feed) or feeds.get(each.article.feed)
            if feed is None or not each.task.done() or is_busy(feed.id):
                # The state of a feed whose partition has moved to another process never comes.
                pending += [each] if each.since > oldest else []
                continue
            fetched = _result(each.task)
            if fetched and (version := next_version(each.article, fetched.page, feed, now)):
                article, changed[feed.id] = version
                yield ArticleRaw(article, {"received": fetched.received})
        self.articles = pending
        yield from changed.values()
