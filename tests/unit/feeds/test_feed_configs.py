"""The feeds of the config, and whether this process owns them all."""

from monitor.config import Config, FeedConfig
from monitor.feeds.feed_configs import FeedConfigs
from monitor.feeds.urls import feed_id
from monitor.runtime.service import OwnsKey

URLS = ("https://example.org/a", "https://example.org/b")
CONFIG = Config(feeds=tuple(map(FeedConfig, URLS)))
IDS = list(map(feed_id, URLS))


def test_a_process_owns_all_feeds_once_it_knows_its_partitions_and_has_all_of_them() -> None:
    made = FeedConfigs()
    made.use(CONFIG)

    def owns_all(owns: OwnsKey | None) -> bool:
        made.set_owned(owns)
        return made.owns_all

    assert [owns_all(owns) for owns in (None, IDS[:1].__contains__, IDS.__contains__)] == [False, False, True]


def test_a_feed_that_is_added_may_be_that_of_another_process() -> None:
    made = FeedConfigs()
    made.set_owned(IDS.__contains__)
    assert made.use(CONFIG)
    assert not made.use(CONFIG)
    assert (list(made.by_id), made.owns_all) == (IDS, True)
    assert made.use(Config(feeds=(*CONFIG.feeds, FeedConfig("https://example.org/c"))))
    assert not made.owns_all
