"""Articles and their pages: what arrives in time is published with the article, the rest as its next version.

What is pending is not stored. After a restart, or a commit that failed, such an article keeps its feed's text.
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
"""Pages requested after one poll, of the latest articles: no feed can send us to hundreds of other sites' pages."""
MAX_PENDING = 2000
"""Articles that are pending at most."""
PENDING_SECONDS = 1.5 * GIVE_UP_SECONDS
"""Seconds after which an article is no longer pending: longer than pages take to arrive."""

log = structlog.get_logger()

PageTasks = Mapping[str, PageTask]
"""The pages on their way, by article id."""


async def request_pages(pages: Pages, articles: Sequence[Article], feed_id: str, limits: FetchConfig) -> PageTasks:
    """Request the pages of *articles* and wait limits.full_text_wait seconds for them. Later ones are still on their way."""
    tasks = {each.id: pages.request(each.url, limits) for each in articles_to_fetch(articles, MAX_PAGES) if each.url}
    if tasks:
        arrived, pending = await asyncio.wait(tasks.values(), timeout=limits.full_text_wait)
        count = sum(_arrived(task) is not None for task in arrived)
        log.info("pages", feed=feed_id, arrived=count, pending=len(pending))
    return tasks


def with_arrived_page(article: Article, task: PageTask | None) -> Article:
    """Return *article* with the text of its page, if that has arrived."""
    fetched = _arrived(task)
    return with_page_text(article, fetched.page) if fetched else article


def _arrived(task: PageTask | None) -> FetchedPage | None:
    return task.result() if task is not None and task.done() and not task.cancelled() else None


@dataclass(frozen=True, slots=True)
class _Pending:
    """An article that was published without its page, and when (the event loop's time)."""

    article: Article
    task: PageTask
    since: float


class PendingPages:
    """The articles that were published before their pages arrived."""

    def __init__(self) -> None:
        self._pending: list[_Pending] = []

    def add(self, messages: Iterable[Message], tasks: PageTasks) -> None:
        """Remember the articles among *messages*, which are published now, whose pages are still on their way."""
        for message in messages:
            task = tasks.get(message.article.id) if isinstance(message, ArticleRaw) else None
            if isinstance(message, ArticleRaw) and task is not None and not task.done():
                self._pending.append(_Pending(message.article, task, asyncio.get_running_loop().time()))
        del self._pending[:-MAX_PENDING]

    def new_versions(self, feeds: Mapping[str, Feed], is_busy: Callable[[str], bool], now: datetime) -> Iterator[Message]:
        """Yield a new version of each article whose page has arrived, then the states of their feeds.

        A feed that *is_busy* waits: a poll in flight starts from its present state.
        """
        if not self._pending:
            return
        changed: dict[str, Feed] = {}
        pending: list[_Pending] = []
        oldest = asyncio.get_running_loop().time() - PENDING_SECONDS
        for each in self._pending:
            feed = changed.get(each.article.feed) or feeds.get(each.article.feed)
            if feed is None or not each.task.done() or is_busy(feed.id):
                # A feed whose partition has moved to another process would wait for ever.
                pending += [each] if each.since > oldest else []
                continue
            fetched = _arrived(each.task)
            if fetched and (version := next_version(each.article, fetched.page, feed, now)):
                article, changed[feed.id] = version
                yield ArticleRaw(article, {"received": fetched.received})
        self._pending = pending
        yield from changed.values()
