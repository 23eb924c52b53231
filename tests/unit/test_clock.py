"""The steady clock, given readings of uptime and wall clock."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import SLEW, Clock, slewing, steady, utc
from tests.make import START

HOUR = 3600.0

INCREMENTS = st.floats(0, 1e5) | st.floats(0, 1e-6) | st.just(0.0)
"""Seconds between two readings of the uptime, which never goes back."""


class Machine:
    """A machine whose clocks are set by hand."""

    def __init__(self) -> None:
        self.uptime_seconds, self.wall_error = 1000.0, 0.0

    def uptime(self) -> float:
        """Seconds since the machine started."""
        return self.uptime_seconds

    def wall(self) -> datetime:
        """The time that the machine takes it to be."""
        return START + timedelta(seconds=self.uptime_seconds + self.wall_error)

    def clock(self) -> Clock:
        """A steady clock on this machine."""
        return slewing(self.uptime, self.wall)


@given(
    st.floats(0, 1e9),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.tuples(INCREMENTS, st.datetimes(timezones=st.just(UTC))), max_size=50),
)
def test_the_clock_never_goes_back_whatever_the_wall_clock_tells(
    uptime: float, wall: datetime, readings: list[tuple[float, datetime]]
) -> None:
    # Far enough from the ends of the calendar for SLEW times the uptime.
    wall = min(max(wall, datetime(1000, 1, 1, tzinfo=UTC)), datetime(9000, 1, 1, tzinfo=UTC))
    clock = slewing(lambda: uptime, lambda: wall)
    times = [clock()]
    for increment, reading in readings:
        uptime, wall = uptime + increment, reading
        times.append(clock())
    assert times == sorted(times)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-1e8, 1e8)), max_size=30))
def test_the_clock_runs_at_real_speed_but_for_the_slew(readings: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    previous = clock()
    for elapsed, jump in readings:
        machine.uptime_seconds += elapsed
        machine.wall_error += jump
        now = clock()
        assert elapsed * (1 - SLEW) - 1e-4 <= (now - previous).total_seconds() <= elapsed * (1 + SLEW) + 1e-4
        previous = now


@pytest.mark.parametrize("error", [HOUR, -HOUR, 30.0, -2.0])
def test_the_clock_comes_to_agree_with_the_wall_clock(error: float) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall_error = error
    assert abs((clock() - machine.wall()).total_seconds()) == pytest.approx(abs(error))
    machine.uptime_seconds += abs(error) / SLEW / 2
    assert abs((clock() - machine.wall()).total_seconds()) == pytest.approx(abs(error) / 2)
    machine.uptime_seconds += abs(error) / SLEW / 2
    assert clock() == pytest.approx(machine.wall(), abs=timedelta(milliseconds=1))
    machine.uptime_seconds += 7
    assert clock() == pytest.approx(machine.wall(), abs=timedelta(milliseconds=1))


def test_a_clock_with_a_start_runs_at_its_own_speed() -> None:
    clock = steady(START, 1000)
    first = clock()
    time.sleep(0.02)
    assert first >= START
    assert clock() - first >= timedelta(seconds=15)


def test_a_clock_without_a_start_begins_at_the_time_of_the_machine() -> None:
    assert abs(steady()() - utc()) < timedelta(seconds=5)


def test_two_readings_of_the_real_clock_are_in_order() -> None:
    clock = steady()
    times = [clock() for _ in range(1000)]
    assert times == sorted(times)
