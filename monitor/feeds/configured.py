"""The id and the URL of a configured feed, for messages and output: without its secrets."""

from monitor.config import FeedConfig
from monitor.feeds.urls import feed_id
from monitor.http.address_policy import redacted


def id_of(feed_config: FeedConfig) -> str:
    """Return the id of the feed, by which its messages name it."""
    return feed_id(feed_config.url, private=feed_config.private)


def shown_url(feed_config: FeedConfig) -> str:
    """Return the feed's URL without its secrets."""
    return redacted(feed_config.url, private=feed_config.private)
