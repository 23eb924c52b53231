"""The states of feeds as they are stored: an earlier version wrote ids and URLs with secrets. Pure."""

from dataclasses import replace
from functools import lru_cache

from monitor.feeds.urls import present_id
from monitor.messages import Feed
from monitor.redaction import hide_secrets


def without_former_secrets(feed: Feed) -> Feed:
    """Return *feed* with its present id and without secrets in its URLs; *feed* itself if it has none."""
    moved = feed.moved and replace(feed.moved, url=_without_secrets(feed.moved.url))
    feed_id, url = present_id(feed.id), _without_secrets(feed.url)
    return feed if (feed_id, url, moved) == (feed.id, feed.url, feed.moved) else replace(feed, id=feed_id, url=url, moved=moved)


@lru_cache(maxsize=20_000)
def _without_secrets(url: str) -> str:
    """Return *url* without its secrets. Cached, since a log has many states of each feed."""
    return hide_secrets(url) if "://" in url else url
