"""The state of a target after failures, successes, edits of its address and commands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.queue.delivery_queue import LONGEST_SECONDS, DeliveryQueue, Result
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.targets.gates import MAX_IN_FLIGHT, Gates
from consumers.delivery.targets.states import (
    LONGEST_WAIT,
    MessageResult,
    after_message,
    current_state,
    enabled,
    probe_due,
    retry_due,
)
from monitor.config import Target
from monitor.messages import Delivery, TargetState
from tests.make import START, alert

DESK = Target("desk", webhook="https://example.org/")
RETRIES = (5.0, 300.0, 1800.0, 7200.0, 86400.0)
LONGEST_RETRY = timedelta(seconds=86400)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
DOWN, OK, GONE = Result(500, "HTTP 500"), Result(204), Result(410, "HTTP 410", gone=True)


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def ended(result: Result, message: str = "kim:s1:1", *, started: float = 0, at: float = 0) -> MessageResult:
    return MessageResult("desk", message, minutes(started), minutes(at), result)


def after(known: TargetState | None, *messages: MessageResult) -> TargetState | None:
    """Return the record of the target after *messages*."""
    for each in messages:
        known = after_message(known, DESK, each, RETRIES, 0) or known
    return known


def failed(times: int, **fields: Any) -> TargetState:
    """Return the state after *times* failures of different messages, one a minute."""
    failures = [ended(DOWN, f"kim:s{number}:1", started=number, at=number) for number in range(1, times + 1)]
    state = after(None, *failures)
    assert state
    return replace(state, **fields)


def waits(state: TargetState | None) -> float:
    """Return the seconds that *state* waits."""
    assert state
    assert state.until
    return (state.until - state.at).total_seconds()


def test_a_target_that_never_failed_has_no_record() -> None:
    assert after(None, ended(OK)) is None


def test_waits_grow_with_each_failure_up_to_an_hour() -> None:
    states = [failed(times) for times in range(1, 8)]
    assert [(state.failures, waits(state)) for state in states] == [
        (1, 5),
        (2, 300),
        (3, 1800),
        (4, LONGEST_WAIT),
        (5, LONGEST_WAIT),
        (6, LONGEST_WAIT),
        (7, LONGEST_WAIT),
    ]
    assert {state.since for state in states} == {minutes(1)}


@pytest.mark.parametrize("asked_for", [1e20, float("inf")])
def test_a_receiver_that_asks_for_endless_patience_gets_a_year_whatever_the_retries_are(asked_for: float) -> None:
    result = replace(DOWN, retry_after=asked_for)
    assert waits(after_message(None, DESK, ended(result), (1e12,), 0)) == LONGEST_SECONDS


def test_failures_of_messages_that_were_in_flight_together_count_once() -> None:
    together = [ended(DOWN, f"kim:s{number}:1", started=0, at=1 + number / 60) for number in range(4)]
    state = after(None, *together)
    assert state
    assert (state.failures, state.until) == (1, minutes(1) + timedelta(seconds=8))


def test_a_message_that_is_refused_again_and_again_delays_others_by_a_first_wait_only() -> None:
    state = after(None, *(ended(DOWN, started=number, at=number) for number in range(1, 9)))
    assert state
    assert (state.failures, waits(state)) == (1, 5)


def test_the_longest_delay_bounds_what_a_receiver_may_ask_for() -> None:
    asked = [after(None, ended(replace(DOWN, retry_after=seconds))) for seconds in (0, 120, 1e9)]
    assert [waits(state) for state in asked] == [5, 120, 86400]


def test_the_longest_of_several_requests_to_wait_holds() -> None:
    state = after(None, ended(replace(DOWN, retry_after=600)), ended(replace(DOWN, retry_after=60), "kim:s2:1"))
    assert state
    assert state.until == minutes(10)


def test_a_success_of_a_later_attempt_ends_the_wait() -> None:
    state = failed(3)
    assert after(state, ended(OK, started=2, at=4)) == state, "it began before the last failure"
    working = after(state, ended(OK, started=5, at=5))
    assert working
    assert (working.state, working.failures, working.until, working.error) == ("ok", 0, None, "HTTP 500")
    assert current_state(working, DESK) is None
    assert working.version == state.version + 1


def test_a_target_that_is_gone_is_disabled_until_it_is_enabled_or_has_another_address() -> None:
    state = after(failed(2), ended(GONE, started=3, at=3), ended(DOWN, started=4, at=4), ended(OK, started=4, at=4))
    assert state
    assert (state.state, state.status, state.since, state.until) == ("disabled", 410, minutes(3), None)
    assert current_state(state, replace(DESK, webhook="https://example.org/new")) is None
    assert current_state(state, replace(DESK, severity="high")) == state
    assert current_state(enabled(state, DESK, minutes(5)), DESK) is None


def test_a_wait_for_an_earlier_address_does_not_count() -> None:
    moved = replace(DESK, webhook="https://example.org/new")
    state = after_message(failed(4), moved, ended(DOWN, started=9, at=9), RETRIES, 0)
    assert state
    assert (state.failures, state.version) == (1, 5)


def test_a_state_that_another_clock_has_stamped_in_the_future_is_ended_by_the_next_success() -> None:
    state, ahead = failed(3), timedelta(days=40)
    assert state.until
    state = replace(state, at=state.at + ahead, until=state.until + ahead)
    working = after(state, ended(OK, started=9, at=9))
    assert working
    assert working.state == "ok"
    again = after(state, ended(DOWN, "kim:s9:1", started=9, at=9))
    assert again
    assert (again.failures, waits(again)) == (4, LONGEST_WAIT)


def test_a_success_at_another_address_ends_what_was_known_of_the_one_before() -> None:
    disabled = after(None, ended(GONE))
    moved = replace(DESK, webhook="https://example.org/new")
    state = after_message(disabled, moved, ended(OK, started=9, at=9), RETRIES, 0)
    assert state
    assert (state.state, state.version) == ("ok", 2)


@given(
    st.lists(st.tuples(st.sampled_from([DOWN, OK, GONE]), st.integers(0, 3), st.floats(0, 1e9)), max_size=20), st.floats(0, 1)
)
def test_any_messages_leave_a_sound_state(results: list[tuple[Result, int, float]], chance: float) -> None:
    state: TargetState | None = None
    for number, (result, message, seconds) in enumerate(results):
        each = ended(replace(result, retry_after=seconds), str(message), started=number - message, at=number)
        if new := after_message(state, DESK, each, RETRIES, chance):
            assert new.version == (state.version if state else 0) + 1
            state = new
            assert (state.until is None) == (state.state != "waiting")
            assert state.until is None or 0 < waits(state) <= max(1.1 * LONGEST_WAIT, *RETRIES) + 60 * len(results)


def test_the_newest_record_of_a_target_counts_in_whichever_order_they_come() -> None:
    first, second = failed(1), failed(2)
    for log in ([first, second, first], [second, first], [first, first, second, second]):
        queue = DeliveryQueue()
        for record in log:
            queue.apply(record)
        assert queue.targets == {"desk": second}


@pytest.mark.parametrize(
    ("since", "message", "due"),
    [
        (None, None, minutes(600)),  # the target has not worked since
        (9, "kim:s2:1", minutes(600)),  # it worked before
        (11, "kim:s2:1", minutes(70)),  # it has worked since
        (11, None, minutes(11)),  # it was enabled since
    ],
)
def test_a_retry_waits_no_longer_than_an_hour_once_its_target_works_again(
    since: float | None, message: str | None, due: datetime
) -> None:
    (record,) = batch(4)
    record = replace(record, at=minutes(10))
    working = enabled(failed(3), DESK, minutes(since or 0))
    state = replace(working, message=message) if since else failed(3)
    assert retry_due(state, record, minutes(600)) == due


def batch(attempt: int, number: int = 1) -> tuple[Delivery, ...]:
    (record,) = enqueue(DeliveryQueue(), alert(id=f"kim:s{number}", to=("desk",)), {})
    return (replace(record, attempt=attempt),)


def test_a_delivery_may_be_tried_each_hour_while_its_target_waits() -> None:
    (record,) = batch(4)
    record = replace(record, at=minutes(10))
    assert probe_due(failed(3), record, minutes(600)) == minutes(70)
    assert probe_due(failed(3), record, minutes(30)) == minutes(30)
    for state in (None, enabled(failed(3), DESK, minutes(20))):
        assert probe_due(state, record, minutes(600)) == minutes(600)


def test_a_gate_lets_a_single_probe_through_that_was_tried_least() -> None:
    gates = Gates()
    batches = [batch(2), batch(0, 2), batch(1, 3)] * 3
    assert len(gates.let_through("desk", batches, 0)) == MAX_IN_FLIGHT
    assert len(gates.let_through("desk", batches, 3)) == 1
    gates.update(DESK, failed(2), LONGEST_RETRY, minutes(3))
    assert gates.is_closed("desk", minutes(6))
    assert not gates.is_closed("desk", minutes(7))
    assert gates.let_through("desk", batches, 0) == (batches[1],)
    assert gates.let_through("desk", batches, 1) == ()
    gates.update(DESK, failed(2, state="disabled", until=None), LONGEST_RETRY, minutes(3))
    assert gates.is_closed("desk", minutes(1e6))
    gates.update(DESK, None, LONGEST_RETRY, minutes(3))
    assert not gates.is_closed("desk", minutes(3))


def test_a_state_that_another_clock_has_stamped_waits_for_its_delay_only() -> None:
    gates, ahead = Gates(), timedelta(days=40)
    state = failed(2)
    assert state.until
    state = replace(state, at=state.at + ahead, until=state.until + ahead)
    for minute in (10, 12):
        gates.update(DESK, state, LONGEST_RETRY, minutes(minute))
        assert gates.closed_until == {"desk": minutes(15)}
    gates.update(DESK, replace(state, at=minutes(0), until=minutes(1e6)), LONGEST_RETRY, minutes(12))
    assert gates.closed_until == {"desk": minutes(24 * 60)}


@pytest.mark.parametrize(("at", "until"), [(LAST, LAST), (LAST, FIRST), (FIRST, LAST), (FIRST, FIRST)])
def test_a_state_of_the_first_or_last_day_that_there_is_holds_no_target_for_long(at: datetime, until: datetime) -> None:
    gates, state = Gates(), replace(failed(2), at=at, until=until)
    gates.update(DESK, state, LONGEST_RETRY, minutes(3))
    opens = gates.closed_until["desk"]
    assert opens
    assert opens <= minutes(3) + LONGEST_RETRY


def test_a_retry_of_the_last_day_that_there_is_is_due_by_its_delay() -> None:
    (record,) = enqueue(DeliveryQueue(), alert(to=("desk",)), {})
    working = after(failed(1), ended(OK, started=9, at=9))
    assert working
    retrying = replace(record, state="retrying", attempt=1, at=LAST, due=LAST)
    assert retry_due(replace(working, since=LAST), retrying, LAST) == LAST
