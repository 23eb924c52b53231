"""Repeated events: the first passes, the others are counted, in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.repeats import Repeats


def test_the_first_event_passes_and_repetitions_are_counted_once_a_minute() -> None:
    repeats: Repeats[str] = Repeats(seconds=60)
    assert [repeats.passes("away", now) for now in (0, 1, 2)] == [True, False, False]
    assert repeats.passes("other", 3)
    assert repeats.due(60.9) == {}
    assert repeats.due(61) == {"away": 2}
    assert repeats.ends is None
    assert repeats.due(61) == {}


def test_a_kind_that_goes_on_is_only_counted_in_the_next_minutes() -> None:
    repeats: Repeats[str] = Repeats(seconds=60)
    passed = 0
    counts: list[int] = []
    for now in range(302):
        counts += repeats.due(now).values()
        passed += repeats.passes("away", now)
    assert (passed, counts) == (1, [60, 60, 60, 60, 60])


@pytest.mark.parametrize("hours", [0, 5])
def test_a_kind_that_was_silent_for_a_minute_passes_again(hours: int) -> None:
    repeats: Repeats[str] = Repeats(seconds=60)
    assert [repeats.passes("away", now) for now in (0, 1)] == [True, False]
    assert repeats.due(61) == {"away": 1}
    assert repeats.passes("away", 61 + 3600 * hours)
    assert repeats.take() == {}


def test_memory_is_bounded_and_the_latest_kinds_are_kept() -> None:
    repeats: Repeats[int] = Repeats(limit=10)
    for kind in range(1000):
        assert repeats.passes(kind, 0)
        assert repeats.passes(-1, 0) == (kind == 0)
    assert repeats.take() == {-1: 999}


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 30)), max_size=200))
def test_each_event_is_passed_or_counted(events: list[tuple[int, float]]) -> None:
    repeats: Repeats[int] = Repeats(seconds=60)
    now, told = 0.0, 0
    for kind, seconds in events:
        now += seconds
        told += sum(repeats.due(now).values()) + repeats.passes(kind, now)
    assert told + sum(repeats.take().values()) == len(events)
