"""The id and the URL of a configured feed, for messages and output: without its secrets."""

from contextlib import suppress

from yarl import URL

from monitor.config import FeedConfig
from monitor.feeds.urls import feed_id
from monitor.redaction import hide_secrets


def id_of(feed_config: FeedConfig) -> str:
    """Return the id of the feed, by which its messages name it."""
    return feed_id(feed_config.url, private=feed_config.private)


def shown_url(feed_config: FeedConfig) -> str:
    """Return the feed's URL in ASCII, without its secrets."""
    url = feed_config.url
    # A config that was not checked may have a URL that is none.
    with suppress(ValueError):
        url = str(URL(url))
    return hide_secrets(url, private=feed_config.private)
