"""What hubs have pushed, until it is published."""

from datetime import timedelta

from monitor.feeds.partition_state import Outcome, PartitionState
from monitor.feeds.websub.pushes import MAX_REMEMBERED, MAX_WAITING, MAX_WAITING_BYTES, Push, Pushes
from tests.integration.subscribing import pushed
from tests.make import START

FEED, OTHER = "example.org/f", "example.org/g"
HALF = b"x" * (MAX_WAITING_BYTES // 2 + 1)


def push(body: bytes = b"<rss/>") -> Push:
    return Push(body, "application/rss+xml", START, body[:16])


def partition(*feed_ids: str) -> PartitionState:
    state = PartitionState(feed_ids.__contains__)
    for each in feed_ids:
        state.apply(pushed(each, START))
    return state


def waiting(*bodies: bytes) -> Pushes:
    made = Pushes()
    for each in bodies:
        made.add(FEED, push(each))
    return made


def bodies(made: Pushes, state: PartitionState, seconds: float = 0.0) -> list[bytes]:
    """Return the bodies that may be read now."""
    return [each.body for _, each in made.first(state, START + timedelta(seconds=seconds))]


def test_a_push_stays_until_it_is_published() -> None:
    made, state = waiting(b"a", b"b"), partition(FEED)
    assert bodies(made, state) == [b"a"]
    state.outcomes[FEED] = Outcome(START, is_push=True)
    assert bodies(made, state) == [], "the first must be committed first"
    assert bodies(made, partition(FEED)) == [b"a"], "the commit has failed"
    made.remove(FEED)
    assert bodies(made, partition(FEED)) == [b"b"]
    made.remove(FEED)
    assert bodies(made, partition(FEED)) == []
    assert made.is_known(push(b"a"))


def test_a_push_that_was_left_out_is_read_again_later() -> None:
    made, state = waiting(b"a", b"b"), partition(FEED)
    made.postpone(FEED, START + timedelta(seconds=60))
    assert [bodies(made, state, seconds) for seconds in (59, 60)] == [[], [b"a"]]
    assert made.is_known(push(b"a"))


def test_a_push_that_cannot_be_read_is_one_without_content_and_may_be_repeated() -> None:
    made, state = waiting(HALF), partition(FEED)
    assert not made.has_room(OTHER, push(HALF))
    made.leave_out_body(FEED)
    assert bodies(made, state) == [b""]
    assert not made.is_known(push(HALF))
    assert made.has_room(OTHER, push(HALF))
    made.drop(FEED)
    assert bodies(made, state) == []


def test_pushes_have_room_up_to_a_limit() -> None:
    made = waiting(*(b"%d" % number for number in range(MAX_WAITING)))
    assert not made.has_room(FEED, push())
    assert made.has_room(OTHER, push())
    made.remove(FEED)
    assert made.has_room(FEED, push())
    made = waiting(HALF)
    assert not made.has_room(OTHER, push(HALF))
    made.remove(FEED)
    assert made.has_room(OTHER, push(HALF))


def test_the_newest_bodies_are_known() -> None:
    made = Pushes()
    for number in range(MAX_REMEMBERED + 1):
        made.add(FEED, push(b"%d" % number))
    assert [made.is_known(push(body)) for body in (b"0", b"1", b"%d" % MAX_REMEMBERED)] == [False, True, True]
    made.add(FEED, push(b""))
    assert not made.is_known(push(b""))


def test_the_pushes_of_a_partition_that_another_process_has_are_forgotten() -> None:
    made, state = waiting(HALF, b"a"), partition(FEED, OTHER)
    made.add(OTHER, push(b"b"))
    made.keep(OTHER.__eq__)
    assert bodies(made, state) == [b"b"]
    assert made.has_room(OTHER, push(HALF))
    # The hub may send it again: the partition may come back.
    assert not made.is_known(push(HALF))
    assert made.is_known(push(b"b"))
