"""A page without news proves that it is alive."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.config import Config, FeedConfig, Watch
from monitor.feeds.feed_state import initial_state
from monitor.messages import Process, RunningService, Story
from page.records import Follower
from page.views.life import make_life
from tests.make import START

NOW = START + timedelta(minutes=1)
CONFIG = Config(feeds=(FeedConfig("https://example.org/a"),), watches=(Watch("kim", any=("Kim",)),))
NAMES = ("poller", "alerts")
POLLER, ALERTS = RunningService("poller", "running", None, 1), RunningService("alerts", "broken", "no bus", 0)
DESK = Process("p", "host", 1, "0.1", START, NOW, ended=False, services=(POLLER, ALERTS))
PAGE = replace(DESK, id="page", pid=2, services=())
STORY = Story("s1", "Kim leaves", START, START, 1, ("a",), 1, ("BBC",), {}, {}, (), None)


def follower_at(moment: datetime, *messages: Process | Story) -> Follower:
    """A follower that has read *messages*, and looked for more processes at *moment* for the last time."""
    follower = Follower(current={"process.v1": moment})
    for message in messages:
        follower.records.apply(message, START.timestamp())
    return follower


def test_the_newest_article_of_any_feed_is_the_last() -> None:
    follower = follower_at(NOW)
    for name, minutes in (("a", 3), ("b", 1), ("c", None)):
        feed = initial_state(name, f"https://example.org/{name}", 60, START)
        follower.records.apply(replace(feed, last_new=START - timedelta(minutes=minutes) if minutes else None), 0.0)
    life = make_life(CONFIG, follower, NAMES)
    assert (life.feeds, life.watches, life.last_article) == (1, 1, START - timedelta(minutes=1))


def test_a_service_that_does_not_run_is_named() -> None:
    assert make_life(CONFIG, follower_at(NOW), NAMES).none_runs
    life = make_life(CONFIG, follower_at(NOW, DESK), NAMES)
    assert (life.stopped, life.none_runs) == (("alerts",), False)
    assert make_life(CONFIG, follower_at(NOW + timedelta(hours=1), DESK), NAMES).none_runs


def test_a_log_that_was_copied_does_not_miss_its_services() -> None:
    assert make_life(CONFIG, follower_at(NOW, STORY), NAMES).stopped == ()
    assert make_life(CONFIG, follower_at(NOW, STORY, PAGE), NAMES).stopped == (), "the page that shows it runs no service"
    assert make_life(CONFIG, follower_at(NOW, STORY, PAGE, replace(DESK, ended=True)), NAMES).none_runs


def test_a_page_that_cannot_read_the_processes_does_not_take_them_for_stopped() -> None:
    follower = follower_at(NOW, DESK)
    follower.current["alert.v1"] = START
    follower.trouble["process.v1"] = follower.trouble["alert.v1"] = "no answer\x1b"
    life = make_life(CONFIG, follower, NAMES)
    assert (life.stopped, life.none_runs, life.sees_services, life.sees_all) == ((), False, False, False)
    assert (life.troubles, life.last_read) == (("no answer\\x1b",), START)


def test_a_page_that_cannot_read_another_stream_sees_the_services() -> None:
    follower = follower_at(NOW, DESK)
    follower.trouble["alert.v1"] = "an open transaction hides all later records"
    life = make_life(CONFIG, follower, NAMES)
    assert (life.stopped, life.sees_services, life.sees_all, life.last_read) == (("alerts",), True, False, None)


def test_a_page_that_has_not_read_the_processes_yet_says_nothing_about_them() -> None:
    life = make_life(CONFIG, Follower(), NAMES)
    assert (life.stopped, life.none_runs, life.sees_services, life.sees_all) == ((), False, False, False)
