"""Which processes run, and which are lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.messages import Process
from monitor.runtime.process_records import LOST_SECONDS, ProcessRecord, is_new, running_processes
from tests.make import START

SILENT = timedelta(seconds=LOST_SECONDS + 1)
DESK = Process("desk:42", "desk", 42, "0.1.0", START, START, ended=False, services=())


@pytest.mark.parametrize(
    ("said", "stored", "is_lost"),
    [
        (SILENT, SILENT, True),
        (SILENT / 2, SILENT / 2, False),
        (timedelta(days=2), SILENT / 2, False),
        (SILENT / 2, timedelta(days=2), False),
        (timedelta(hours=-1), SILENT, True),
        (SILENT, timedelta(hours=-1), True),
        (timedelta(hours=-1), SILENT / 2, False),
        (timedelta(hours=-1), timedelta(hours=-1), False),
    ],
    ids=[
        "silent",
        "reports",
        "its clock is behind",
        "the clock of the bus is behind",
        "silent, and its clock is ahead",
        "silent, and the clock of the bus is ahead",
        "its clock is ahead",
        "both clocks are ahead",
    ],
)
def test_a_process_is_lost_if_it_is_silent_by_both_clocks(said: timedelta, stored: timedelta, is_lost: bool) -> None:  # noqa: FBT001
    record = ProcessRecord(replace(DESK, at=START - said), (START - stored).timestamp())
    assert record.is_lost(START) is is_lost
    assert running_processes([record], START) == ([] if is_lost else [record.process])


def test_a_process_that_has_ended_neither_runs_nor_is_lost() -> None:
    record = ProcessRecord(replace(DESK, ended=True), START.timestamp())
    assert not record.is_lost(START + SILENT)
    assert running_processes([record], START) == []


def test_a_process_is_new_until_another_one_could_count_as_lost() -> None:
    assert is_new(DESK, START + SILENT / 2)
    assert not is_new(DESK, START + SILENT)
