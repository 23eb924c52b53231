"""Where the words of a config's watches are looked up."""

from collections.abc import Iterable

from consumers.alerts.terms import Lookups
from monitor import names, topics
from monitor.config import Config
from monitor.feeds.identity import feed_id
from monitor.messages import EntityType


def lookups(config: Config) -> Lookups:
    """By the known names, the IPTC taxonomy, and the feeds and sets of *config*."""

    def name(text: str, kind: EntityType) -> str | None:
        known = names.resolve(text, kind)
        return known.id if known else None

    def feeds(text: str) -> Iterable[str]:
        return [feed_id(feed.url) for feed in config.feeds if text in {feed.name, feed.url, feed_id(feed.url)}]

    return Lookups(name, topics.resolve, feeds, config.sets)
