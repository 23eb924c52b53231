"""Messages without the secrets of the feed's URL, which a publisher may repeat in links and texts. Pure."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from monitor.config import FeedConfig
from monitor.messages import Article, ArticleBackfill, ArticleRaw, Feed, Message
from monitor.scrubbing import Scrubber, scrubber_for


def response_scrubber(feed_config: FeedConfig, response_url: str) -> Scrubber | None:
    """Return what replaces the secrets in the configured URL and in the one that answered; None if they have none."""
    return scrubber_for((feed_config.url, response_url), private=feed_config.private)


@lru_cache(maxsize=20_000)
def feed_scrubber(feed_config: FeedConfig) -> Scrubber | None:
    """Return what replaces the secrets in the configured URL; None if it has none. Cached: a feed is polled again and again."""
    return response_scrubber(feed_config, feed_config.url)


def without_secrets(message: Message, scrubber_of: Callable[[str], Scrubber | None]) -> Message:
    """Return *message*, an article or a feed's state, with a mark for each secret of its feed; *message* itself without any.

    *scrubber_of* returns the scrubber of the feed with an id.
    """
    match message:
        case ArticleRaw() | ArticleBackfill() if scrubber := scrubber_of(message.article.feed):
            article = scrub_article(message.article, scrubber)
            return message if article is message.article else replace(message, article=article)
        case Feed() if scrubber := scrubber_of(message.id):
            return _scrub_feed(message, scrubber)
        case _:
            return message


def _scrub_feed(feed: Feed, scrubber: Scrubber) -> Feed:
    title, error = scrubber.scrub(feed.title), feed.error and scrubber.scrub(feed.error)
    # A validator with a secret is not stored. The next request is for the whole feed.
    etag, modified = (each if not each or scrubber.scrub(each) == each else None for each in (feed.etag, feed.modified))
    unchanged = (title, error, etag, modified) == (feed.title, feed.error, feed.etag, feed.modified)
    return feed if unchanged else replace(feed, title=title, error=error, etag=etag, modified=modified)


def scrub_article(article: Article, scrubber: Scrubber | None) -> Article:
    """Return *article* with a mark for each secret; *article* itself if it has none."""
    if scrubber is None:
        return article
    scrub = scrubber.scrub
    scrubbed = replace(
        article,
        title=scrub(article.title),
        text=scrub(article.text),
        url=article.url and scrub(article.url),
        image=article.image and scrub(article.image),
        html=article.html and scrub(article.html),
        source=scrub(article.source),
        authors=tuple(map(scrub, article.authors)),
        categories=tuple(map(scrub, article.categories)),
        enclosures=tuple(
            replace(each, url=scrub(each.url), type=each.type and scrub(each.type)) for each in article.enclosures
        ),
    )
    return article if scrubbed == article else scrubbed
