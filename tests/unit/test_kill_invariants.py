"""The kill test detects deliveries that violate its invariants."""

from typing import Literal

from monitor.messages import Delivery
from tests.kill.invariants import delivery_violations
from tests.make import START

ALERTS = [("kim:s1", 1), ("kim:s1", 2)]
State = Literal["queued", "retrying", "sent", "failed", "superseded", "dropped"]


def delivery(version: int, state: State) -> Delivery:
    """A delivery of one version of the alert."""
    return Delivery("kim:s1", version, "log", state, 0, START, None, None, None, None)


COMPLETE = [delivery(1, "queued"), delivery(1, "superseded"), delivery(2, "queued"), delivery(2, "sent")]


def test_deliveries_that_were_queued_once_and_ended_once_are_right() -> None:
    assert delivery_violations(ALERTS, COMPLETE) == []
    assert delivery_violations(ALERTS, [*COMPLETE, delivery(2, "retrying")]) == []


def test_a_delivery_that_never_ended_or_ended_twice_is_a_violation() -> None:
    not_sent = ["deliveries sent or superseded: lost ('kim:s1', 2)"]
    assert delivery_violations(ALERTS, COMPLETE[:-1]) == not_sent
    assert delivery_violations(ALERTS, [*COMPLETE[:-1], delivery(2, "failed")]) == not_sent
    sent_twice = [*COMPLETE, delivery(1, "sent")]
    assert delivery_violations(ALERTS, sent_twice) == ["deliveries sent or superseded: duplicate ('kim:s1', 1)"]
    assert delivery_violations(ALERTS, COMPLETE[2:]) == [
        "deliveries queued: lost ('kim:s1', 1)",
        "deliveries sent or superseded: lost ('kim:s1', 1)",
    ]
