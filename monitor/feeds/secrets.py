"""Messages without the secrets of the feed's URL, which a publisher may repeat in links and texts. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from monitor.config import FeedConfig
from monitor.messages import Article, ArticleBackfill, ArticleRaw, Feed, Message
from monitor.redaction import scrub, secrets_of


@lru_cache(maxsize=20_000)
def feed_secrets(feed_config: FeedConfig, response_url: str) -> frozenset[str]:
    """Return the secrets in the configured URL and in the one that answered. Cached: a feed is polled again and again."""
    private = feed_config.private
    return secrets_of(feed_config.url, private=private) | secrets_of(response_url, private=private)


def without_secrets(message: Message, secrets_by_feed: Mapping[str, frozenset[str]]) -> Message:
    """Return *message*, an article or a feed's state, with a mark for each secret of its feed; *message* itself without any."""
    match message:
        case ArticleRaw() | ArticleBackfill() if secrets := secrets_by_feed.get(message.article.feed):
            article = scrub_article(message.article, secrets)
            return message if article is message.article else replace(message, article=article)
        case Feed() if secrets := secrets_by_feed.get(message.id):
            title, error = scrub(message.title, secrets), message.error and scrub(message.error, secrets)
            unchanged = (title, error) == (message.title, message.error)
            return message if unchanged else replace(message, title=title, error=error)
        case _:
            return message


def scrub_article(article: Article, secrets: frozenset[str]) -> Article:
    """Return *article* with a mark for each of *secrets*; *article* itself if it has none."""
    lists = (*article.authors, *article.categories, *(each.url for each in article.enclosures))
    texts = (article.title, article.text, article.url, article.image, article.html, article.source, *lists)
    if not any(secret in text for secret in secrets for text in texts if text):
        return article
    return replace(
        article,
        title=scrub(article.title, secrets),
        text=scrub(article.text, secrets),
        url=article.url and scrub(article.url, secrets),
        image=article.image and scrub(article.image, secrets),
        html=article.html and scrub(article.html, secrets),
        source=scrub(article.source, secrets),
        authors=tuple(scrub(each, secrets) for each in article.authors),
        categories=tuple(scrub(each, secrets) for each in article.categories),
        enclosures=tuple(replace(each, url=scrub(each.url, secrets)) for each in article.enclosures),
    )
