"""A page without news proves that it is alive."""

from dataclasses import replace
from datetime import timedelta

from monitor.config import Config, FeedConfig, Watch
from monitor.feeds.feed_state import initial_state
from monitor.messages import Process, RunningService, Story
from page.records import Records
from page.views.life import make_life
from tests.make import START

NOW = START + timedelta(minutes=1)
CONFIG = Config(feeds=(FeedConfig("https://example.org/a"),), watches=(Watch("kim", any=("Kim",)),))


def test_the_newest_article_of_any_feed_is_the_last() -> None:
    records = Records()
    for name, minutes in (("a", 3), ("b", 1), ("c", None)):
        feed = initial_state(name, f"https://example.org/{name}", 60, START)
        records.apply(replace(feed, last_new=START - timedelta(minutes=minutes) if minutes else None), 0.0)
    life = make_life(CONFIG, records, ("poller",), NOW)
    assert (life.feeds, life.watches, life.last_article) == (1, 1, START - timedelta(minutes=1))


def test_a_service_that_does_not_run_is_named() -> None:
    records = Records()
    assert make_life(CONFIG, records, ("poller", "alerts"), NOW).none_runs
    services = (RunningService("poller", "running", None, 1), RunningService("alerts", "broken", "no bus", 0))
    records.apply(Process("p", "host", 1, "0.1", START, NOW, ended=False, services=services), NOW.timestamp())
    life = make_life(CONFIG, records, ("poller", "alerts"), NOW)
    assert (life.stopped, life.none_runs) == (("alerts",), False)
    assert make_life(CONFIG, records, ("poller", "alerts"), NOW + timedelta(hours=1)).none_runs


def test_a_log_that_was_copied_does_not_miss_its_services() -> None:
    records = Records()
    records.apply(Story("s1", "Kim leaves", START, START, 1, ("a",), 1, ("BBC",), {}, {}, (), None), 0.0)
    assert make_life(CONFIG, records, ("poller",), NOW).stopped == ()
