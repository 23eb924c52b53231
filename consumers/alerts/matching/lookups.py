"""Where the words of a config's watches are looked up."""

from collections.abc import Iterable

from consumers.alerts.matching.resolve import Lookups
from monitor.config import Config
from monitor.feeds.urls import feed_id
from monitor.messages import EntityType
from monitor.text import gazetteer, mediatopics


def lookups(config: Config) -> Lookups:
    """By the known names, the IPTC taxonomy, and the feeds and sets of *config*."""

    def name(text: str, kind: EntityType) -> str | None:
        known = gazetteer.resolve(text, kind)
        return known.id if known else None

    def feeds(text: str) -> Iterable[str]:
        return [feed_id(feed.url) for feed in config.feeds if text in {feed.name, feed.url, feed_id(feed.url)}]

    return Lookups(name, mediatopics.resolve, feeds, config.sets)
