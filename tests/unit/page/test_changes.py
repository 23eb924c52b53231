"""What a browser that comes back is told."""

import pytest

from page.records.changes import KEPT, Changes, Stale, format_position, parse_position

ALERTS, MARKS = ("alert.v1", 0), ("mark.v1", 0)


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


async def test_a_reader_waits_for_the_next_change() -> None:
    changes = Changes()
    assert not await changes.wait(0.01)
