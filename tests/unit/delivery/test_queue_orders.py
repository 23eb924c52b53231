"""The delivery queue under records and alerts of any order and age."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.queue.delivery_queue import MAX_ENDED, DeliveryQueue, Result, after_attempt
from consumers.delivery.queue.enqueue import enqueue
from monitor.config import Target
from monitor.messages import Alert, Delivery
from tests.make import START, alert

TARGETS = {"desk": Target("desk", webhook="https://example.org/"), "log": Target("log", log=True)}
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
STATES: Any = ["queued", "retrying", "sent", "failed", "superseded", "dropped"]


@st.composite
def records(draw: st.DrawFn) -> Delivery:
    """Return any valid record of a few deliveries."""
    version, ident = draw(st.integers(1, 4)), draw(st.sampled_from(["kim:s1", "kim:s2"]))
    body = alert(version, id=ident, updated=draw(MOMENTS)) if draw(st.booleans()) else None
    return Delivery(
        ident,
        version,
        draw(st.sampled_from(["desk", "log"])),
        draw(st.sampled_from(STATES)),
        draw(st.integers(0, 3)),
        draw(MOMENTS),
        draw(st.none() | MOMENTS),
        draw(st.none() | st.integers(-1, 999)),
        draw(st.none() | st.just("HTTP 500")),
        body,
        draw(st.none() | st.sampled_from(["digest:1", "kim:s1:1"])),
        left_out=draw(st.none() | st.integers(1, 3)),
        burst=draw(st.none() | MOMENTS),
    )


def fold(log: Iterable[Delivery], max_ended: int = MAX_ENDED) -> DeliveryQueue:
    queue = DeliveryQueue(max_ended=max_ended)
    for record in log:
        queue.apply(record)
    return queue


@given(st.lists(records(), max_size=30))
def test_any_records_in_any_order_leave_a_sound_queue(log: list[Delivery]) -> None:
    queue = fold(log)
    assert +queue.counts == Counter(target for target, _ in queue.pending)
    assert queue.stored.keys() == queue.pending.keys()
    assert all(record.body and (record.target, record.alert) == key for key, record in queue.pending.items())
    assert all(count >= 0 for count in queue.left_out.values())
    assert fold(log) == queue


def versions(numbers: Iterable[int], shift: timedelta = timedelta()) -> list[Alert]:
    """Return the versions *numbers* of an alert, each a minute later than the one before, by a clock wrong by *shift*."""
    return [alert(number, to=("desk",), updated=START + shift + timedelta(minutes=number)) for number in numbers]


def history(alerts: Iterable[Alert], results: Iterable[bool]) -> tuple[list[Delivery], list[int]]:
    """Return the log of a queue that gets *alerts*, with an attempt after each, and the versions that were sent."""
    queue, log, sent, outcomes = DeliveryQueue(), list[Delivery](), list[int](), iter(results)

    def publish(record: Delivery) -> None:
        queue.apply(record)
        log.append(record)
        if record.state == "sent":
            sent.append(record.version)

    def attempt(result: Result) -> None:
        for pending in list(queue.pending.values()):
            publish(after_attempt(pending, result, (5.0,) * 99, 0, START))

    for each in alerts:
        for record in enqueue(queue, each, TARGETS):
            publish(record)
        attempt(Result(204) if next(outcomes, True) else Result(500, "HTTP 500"))
    attempt(Result(204))
    return log, sent


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.lists(st.booleans()), st.integers(-40_000, 40_000))
def test_alerts_that_come_late_or_again_are_neither_sent_twice_nor_lost(
    numbers: list[int], results: list[bool], days: int
) -> None:
    log, sent = history(versions(numbers, timedelta(days=days)), results)
    assert sent == sorted(set(sent))
    assert sent[-1] == max(numbers)
    assert fold(log).pending == {}


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.lists(st.booleans()), st.data())
def test_records_that_come_again_bring_nothing_back(numbers: list[int], results: list[bool], data: st.DataObject) -> None:
    log, _ = history(versions(numbers), results)
    cut = data.draw(st.integers(0, len(log)))
    again = data.draw(st.lists(st.sampled_from(log[:cut]), max_size=10)) if cut else []
    assert fold([*log[:cut], *again]).pending == fold(log[:cut]).pending
    assert fold([*log[:cut], *again, *log[cut:]]).pending == {}


def test_an_alert_that_is_raised_anew_under_the_same_id_is_sent() -> None:
    later = alert(1, to=("desk",), updated=START + timedelta(days=60))
    _, sent = history([*versions([1, 2, 3]), later], ())
    assert sent == [1, 2, 3, 1]
    queue = fold(enqueue(DeliveryQueue(), alert(3, to=("desk",)), TARGETS))
    states = [(record.version, record.state) for record in enqueue(queue, later, TARGETS)]
    assert states == [(3, "superseded"), (1, "queued")]


def test_a_queued_version_is_kept_if_only_an_older_one_has_ended() -> None:
    newer = next(enqueue(DeliveryQueue(), alert(2, to=("desk",)), TARGETS))
    queue = fold([newer, replace(newer, version=1, state="sent", body=None)])
    assert [record.version for record in queue.pending.values()] == [2]


def test_the_deliveries_that_ended_are_remembered_up_to_a_number() -> None:
    log = [record for number in range(50) for record in history([alert(id=f"kim:s{number}", to=("desk",))], ())[0]]
    queue = fold(log, max_ended=10)
    assert [alert_id for _, alert_id in queue.ended] == [f"kim:s{number}" for number in range(40, 50)]
    assert fold(log, max_ended=10) == queue
