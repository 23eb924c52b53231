"""The kill test's verdict on deliveries, which must see what went wrong."""

from typing import Literal

from monitor.messages import Delivery
from tests.kill.verdict import misdelivered
from tests.make import START

EXPECTED = [("kim:s1", 1), ("kim:s1", 2)]
State = Literal["queued", "retrying", "sent", "failed", "superseded", "dropped"]


def step(version: int, state: State) -> Delivery:
    return Delivery("kim:s1", version, "log", state, 0, START, None, None, None, None)


GOOD = [step(1, "queued"), step(1, "superseded"), step(2, "queued"), step(2, "sent")]


def test_deliveries_that_were_queued_and_ended_once_are_well() -> None:
    assert misdelivered(EXPECTED, GOOD) == []
    assert misdelivered(EXPECTED, [*GOOD, step(2, "retrying")]) == []


def test_a_delivery_that_never_ended_or_ended_twice_is_a_fault() -> None:
    assert misdelivered(EXPECTED, GOOD[:-1]) == ["deliveries sent or superseded: lost ('kim:s1', 2)"]
    assert misdelivered(EXPECTED, [*GOOD[:-1], step(2, "failed")]) == ["deliveries sent or superseded: lost ('kim:s1', 2)"]
    assert misdelivered(EXPECTED, [*GOOD, step(1, "sent")]) == ["deliveries sent or superseded: too often ('kim:s1', 1)"]
    assert misdelivered(EXPECTED, GOOD[2:]) == [
        "deliveries queued: lost ('kim:s1', 1)",
        "deliveries sent or superseded: lost ('kim:s1', 1)",
    ]
