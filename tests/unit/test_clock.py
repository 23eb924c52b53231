"""The steady clock, by given readings of uptime and wall clock."""

import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import SLEW, Clock, slewing, steady, utc
from tests.make import START

HOUR = 3600.0
WRONG_BY = [HOUR, -HOUR, 30.0, -2.0]


class Machine:
    """A machine whose clocks are set by hand."""

    def __init__(self) -> None:
        self.up, self.jumped = 1000.0, 0.0

    def uptime(self) -> float:
        """Seconds since it started."""
        return self.up

    def wall(self) -> datetime:
        """The time it takes it to be."""
        return START + timedelta(seconds=self.up + self.jumped)

    def clock(self) -> Clock:
        """A steady clock on this machine."""
        return slewing(self.uptime, self.wall)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-1e8, 1e8)), max_size=30))
def test_it_never_steps_whatever_the_wall_clock_does(readings: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock()
    for passed, jump in readings:
        machine.up += passed
        machine.jumped += jump
        now = clock()
        went = (now - before).total_seconds()
        assert passed * (1 - SLEW) - 1e-4 <= went <= passed * (1 + SLEW) + 1e-4
        assert now >= before
        before = now


@pytest.mark.parametrize("wrong", WRONG_BY)
def test_it_comes_to_agree_with_the_wall_clock(wrong: float) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.jumped = wrong
    assert abs((clock() - machine.wall()).total_seconds()) == pytest.approx(abs(wrong))
    machine.up += abs(wrong) / SLEW / 2
    assert abs((clock() - machine.wall()).total_seconds()) == pytest.approx(abs(wrong) / 2)
    machine.up += abs(wrong) / SLEW / 2
    assert clock() == pytest.approx(machine.wall(), abs=timedelta(milliseconds=1))
    machine.up += 7
    assert clock() == pytest.approx(machine.wall(), abs=timedelta(milliseconds=1))


def test_a_clock_with_a_start_of_its_own_stays_apart_and_runs_at_its_speed() -> None:
    clock = steady(START, 1000)
    first = clock()
    time.sleep(0.02)
    assert first >= START
    assert clock() - first >= timedelta(seconds=15)


def test_a_clock_without_tells_the_machines_time() -> None:
    assert abs(steady()() - utc()) < timedelta(seconds=5)
