"""Merge the text of a page into its article. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from monitor.feeds.feed_state import as_of
from monitor.feeds.fulltext.extract import Page
from monitor.messages import Article, Feed
from monitor.text.tokens import tokens

MIN_SHARED = 0.4
"""The share of an article's words that must be in its page. The right page has nearly all, a login or consent wall few."""
MIN_WORD_CHARS = 4
"""The fewest letters of an ASCII word that is compared; shorter words are in every text."""


def is_page_of(page: Page, article: Article) -> bool:
    """Return True if *page* has the words of *article*, and a longer text."""
    if len(page.text) <= len(article.text):
        return False
    words = _content_words(f"{article.title} {article.text}")
    return len(words & _content_words(f"{page.title} {page.text}")) >= MIN_SHARED * len(words)


def with_page_text(article: Article, page: Page) -> Article:
    """Return *article* with the text of *page*, or *article* itself if the page is about something else."""
    if not is_page_of(page, article):
        return article
    flags = [flag for flag in article.flags if flag not in {"truncated", "full_text"}]
    truncated = ("truncated",) if page.truncated else ()
    return replace(article, text=page.text, flags=(*truncated, *flags, "full_text"))


def next_version(published: Article, page: Page, feed: Feed, now: datetime) -> tuple[Article, Feed] | None:
    """Return the version after *published*, with the text of its late page, and the state of its *feed* with that version.

    Return None if the page is about something else, or another version has been published since.
    """
    feed = as_of(feed, now)
    item_state = next((each for each in feed.seen if each.id == published.id), None)
    article = with_page_text(published, page)
    if item_state is None or item_state.version != published.version or article is published:
        return None
    new_state = replace(item_state, version=item_state.version + 1)
    article = replace(article, version=new_state.version, changed=("text",), edit=None, fetched=now)
    return article, replace(feed, seen=tuple(new_state if each is item_state else each for each in feed.seen), at=now)


def articles_to_fetch(articles: Iterable[Article], count: int) -> list[Article]:
    """Return the last *count* of the articles that are news and have a link."""
    return [article for article in articles if article.url and not article.backfill][-count:]


def _content_words(text: str) -> frozenset[str]:
    return frozenset(word for word in tokens(text) if len(word) >= MIN_WORD_CHARS or not word.isascii())
