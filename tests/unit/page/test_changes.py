"""What a browser that comes back is told."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from page.records.changes import KEPT, Changes, Stale, format_position, parse_position

ALERTS, MARKS, STORIES = ("alert.v1", 0), ("mark.v1", 0), ("story.v1", 0)


def test_a_position_reads_back() -> None:
    offsets = {ALERTS: 12, ("feed.v1", 3): 0}
    assert parse_position(format_position(offsets)) == offsets


@pytest.mark.parametrize("text", ["alert.v1", "alert.v1/0", "alert.v1/x=1", "/0=1", "alert.v1/0=-1", "1"])
def test_what_is_no_position_is_stale(text: str) -> None:
    with pytest.raises(Stale):
        parse_position(text)


def test_the_changes_after_a_position_are_told_once_and_in_order() -> None:
    changes = Changes()
    changes.add(ALERTS, 0, "alert", ("a",))
    seen = changes.position
    changes.add(ALERTS, 1, "alert", ("b",))
    changes.add(MARKS, 0, "mark", ("a",))
    assert [each.ids for each in changes.since(seen)] == [("b",), ("a",)]
    assert changes.since(changes.position) == []


def test_a_reader_who_was_away_for_too_long_reads_all_anew() -> None:
    changes = Changes()
    changes.add(ALERTS, 0, "alert", ("a",))
    seen = changes.position
    for offset in range(1, KEPT + 1):
        changes.add(ALERTS, offset, "alert", ("b",))
    assert len(changes.since(seen)) == KEPT
    changes.add(ALERTS, KEPT + 1, "alert", ("b",))
    with pytest.raises(Stale):
        changes.since(seen)


def test_a_position_of_another_log_is_stale() -> None:
    changes = Changes()
    changes.add(ALERTS, 3, "alert", ("a",))
    with pytest.raises(Stale):
        changes.since("alert.v1/0=4")


async def test_a_reader_waits_for_the_next_change_that_it_is_told() -> None:
    changes = Changes()
    waiting = asyncio.create_task(changes.wait(60))
    await asyncio.sleep(0)
    changes.add(STORIES, 0, "", ("s",))
    await asyncio.sleep(0)
    assert not waiting.done()
    changes.add(ALERTS, 0, "alert", ("a",))
    assert await waiting
    assert not await changes.wait(0.01)


def test_what_readers_are_not_told_pushes_nothing_out() -> None:
    changes = Changes()
    changes.add(ALERTS, 0, "alert", ("a",))
    seen = changes.position
    changes.add(ALERTS, 1, "alert", ("b",))
    for offset in range(KEPT + 1):
        changes.add(("story.v1", 0), offset, "", ("s",))
    assert [each.ids for each in changes.since(seen)] == [("b",)]
    assert changes.position == f"alert.v1/0=1,story.v1/0={KEPT}"


def test_a_stream_that_is_another_one_makes_each_position_stale() -> None:
    changes = Changes()
    changes.add(ALERTS, 0, "alert", ("a",))
    seen = changes.position
    changes.restart("alert.v1")
    for offset in range(3):
        changes.add(ALERTS, offset, "alert", ("a",))
    with pytest.raises(Stale):
        changes.since(seen)
    assert changes.since(changes.position) == []


@given(st.data())
def test_a_reader_that_comes_back_at_any_moment_gets_each_change_once_or_is_told_to_read_all_anew(data: st.DataObject) -> None:
    """The reader stops anywhere in what it is sent, and goes on from the last event that it has."""
    changes, offsets = Changes(), {ALERTS: 0, MARKS: 0, STORIES: 0}
    told: list[tuple[str, ...]] = []
    read: list[tuple[str, ...]] = []
    position = changes.position
    for _ in range(data.draw(st.integers(1, 12))):
        for place in data.draw(st.lists(st.sampled_from(tuple(offsets)), max_size=12)):
            count = data.draw(st.sampled_from((1, 1, 1, KEPT // 2)))
            for _ in range(count):
                ids = (f"{place[0]}/{offsets[place]}",)
                changes.add(place, offsets[place], "" if place == STORIES else "told", ids)
                offsets[place] += 1
                if place != STORIES:
                    told.append(ids)
        try:
            found = changes.since(position)
        except Stale:
            assert len(told) - len(read) > KEPT
            read, position = list(told), changes.position
            continue
        taken = found[: data.draw(st.integers(0, len(found)))]
        read += [each.ids for each in taken]
        position = taken[-1].position if taken else position
        assert read == told[: len(read)]
        assert [each.ids for each in found[len(taken) :]] == told[len(read) :]


async def test_a_wait_that_is_cancelled_as_a_change_comes_ends() -> None:
    changes = Changes()

    async def follow() -> None:
        while True:
            await changes.wait(60)

    for turns in range(5):
        task = asyncio.create_task(follow())
        await asyncio.sleep(0)
        changes.add(ALERTS, turns, "alert", ("1",))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        assert await asyncio.wait({task}, timeout=1) == ({task}, set()), turns
