"""From an article as its feed gives it, and its page, to the article with its full text. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from monitor.feeds.feed_state import as_of
from monitor.feeds.fulltext.page import Page
from monitor.messages import Article, Feed
from monitor.text.tokens import tokens

KIN = 0.4
"""How many of an article's words must be in its page: all but a few are in the real one, few in a login or a consent wall."""
TELLING = 4
"""Letters of a Latin word that says something; shorter ones stand in every text."""


def fits(article: Article, page: Page) -> bool:
    """Whether *page* is about what *article* is, as far as its feed tells, and has more of it."""
    if len(page.text) <= len(article.text):
        return False
    told = _telling(f"{article.title} {article.text}")
    return len(told & _telling(f"{page.title} {page.text}")) >= KIN * len(told)


def filled(article: Article, page: Page) -> Article:
    """*article* with the text of its page, or as it is where the page does not fit it."""
    if not fits(article, page):
        return article
    flags = [flag for flag in article.flags if flag not in {"truncated", "full_text"}]
    cut = ("truncated",) if page.truncated else ()
    return replace(article, text=page.text, flags=(*cut, *flags, "full_text"))


def again(published: Article, page: Page, feed: Feed, now: datetime) -> tuple[Article, Feed] | None:
    """The next version of *published*, whose page came late, and what is known of its *feed* then.

    None where the page does not fit it, or where the feed has brought another version since.
    """
    feed = as_of(feed, now)
    seen = next((each for each in feed.seen if each.id == published.id), None)
    article = filled(published, page)
    if seen is None or seen.version != published.version or article is published:
        return None
    later = replace(seen, version=seen.version + 1)
    article = replace(article, version=later.version, changed=("text",), edit=None, fetched=now)
    return article, replace(feed, seen=tuple(later if each is seen else each for each in feed.seen), at=now)


def wanting(articles: Iterable[Article], count: int) -> list[Article]:
    """Those of *articles* whose pages are worth asking for: news with a link, the last *count* of them."""
    return [article for article in articles if article.url and not article.backfill][-count:]


def _telling(text: str) -> frozenset[str]:
    return frozenset(word for word in tokens(text) if len(word) >= TELLING or not word.isascii())
