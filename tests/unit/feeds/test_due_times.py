"""Due times that count no longer."""

from dataclasses import replace
from datetime import timedelta

from monitor.feeds.feed_state import initial_state
from monitor.feeds.schedule.due_times import DueTimes
from tests.make import START

FEED = initial_state("example.org/a", "https://example.org/a", 60, START)
LATER = START + timedelta(hours=6)


def due(known: DueTimes, at: int = 0, *, pushed: bool = True) -> bool:
    """Return whether the due time counts for the state of the feed *at* seconds after the start."""
    return known.checked(FEED.id, replace(FEED, at=START + timedelta(seconds=at)), pushed=pushed) == LATER


def test_a_due_time_counts_for_the_state_that_it_was_computed_from() -> None:
    known = DueTimes()
    known.set(FEED.id, LATER, FEED)
    assert due(known)
    assert not due(known, at=-1), "the last poll is not committed"
    assert not due(known, at=1), "another process has polled it"
    assert known.checked(FEED.id, None, pushed=True) is None
    assert known.checked("example.org/b", FEED, pushed=True) is None


def test_a_due_time_is_kept_when_the_state_changes_between_two_polls() -> None:
    known = DueTimes()
    known.set(FEED.id, LATER, FEED)
    known.follow(replace(FEED, at=START + timedelta(seconds=1)))
    assert due(known, at=1)
    assert not due(known)


def test_the_rare_polls_of_a_pushed_feed_end_if_it_is_pushed_elsewhere() -> None:
    known = DueTimes()
    known.set(FEED.id, LATER, FEED, pushed=True)
    assert due(known)
    assert not due(known, pushed=False)
    known.set(FEED.id, LATER, FEED)
    assert due(known, pushed=False)


def test_feeds_that_left_the_config_are_forgotten() -> None:
    known = DueTimes()
    known.set(FEED.id, LATER, FEED)
    known.keep({FEED.id})
    assert due(known)
    known.keep(())
    assert not due(known)
