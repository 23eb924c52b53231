"""The delivery queue: which deliveries are queued, superseded, retried or dropped, and which share a batch."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.batches import Group, batches
from consumers.delivery.queue.delivery_queue import MAX_ERROR, DeliveryQueue, Result, after_attempt, severity_rank
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.queue.unwanted import drop, unwanted_reason
from monitor.config import Target
from monitor.messages import Alert, Delivery
from tests.make import START, alert

RETRIES = (5.0, 300.0)
DESK, LOG = Target("desk", webhook="https://example.org/"), Target("log", log=True)
TARGETS = {"desk": DESK, "log": LOG}


def apply_all(queue: DeliveryQueue, records: Iterable[Delivery]) -> list[Delivery]:
    applied = list(records)
    for record in applied:
        queue.apply(record)
    return applied


def enqueue_and_apply(queue: DeliveryQueue, new_alert: Alert) -> list[Delivery]:
    return apply_all(queue, enqueue(queue, new_alert, TARGETS))


def pending(queue: DeliveryQueue) -> list[Delivery]:
    return list(queue.pending.values())


def queue_of(count: int) -> DeliveryQueue:
    """Return a queue with *count* alerts pending for the desk, one raised each second."""
    queue = DeliveryQueue()
    for number in range(count):
        enqueue_and_apply(queue, alert(id=f"kim:s{number}", to=("desk",), updated=START + timedelta(seconds=number)))
    return queue


def test_an_alert_is_queued_once_for_each_target_that_asks_for_it() -> None:
    queued = enqueue_and_apply(DeliveryQueue(), alert())
    assert [(record.target, record.state) for record in queued] == [("desk", "queued"), ("log", "queued")]
    demanding = {"desk": replace(DESK, severity="high")}
    assert list(enqueue(DeliveryQueue(), alert(severity="low", to=("desk",)), demanding)) == []


def test_an_alert_for_a_target_that_is_not_in_the_config_yet_is_queued() -> None:
    queued = enqueue_and_apply(DeliveryQueue(), alert(to=("new",)))
    assert [(record.target, record.state) for record in queued] == [("new", "queued")]


def test_a_newer_version_supersedes_a_pending_one() -> None:
    queue = DeliveryQueue()
    enqueue_and_apply(queue, alert(1, to=("desk",)))
    records = enqueue_and_apply(queue, alert(2, to=("desk",)))
    assert [(record.version, record.state) for record in records] == [(1, "superseded"), (2, "queued")]
    assert [record.version for record in pending(queue)] == [2]


def test_a_failed_attempt_is_retried_later_and_a_successful_one_ends_the_delivery() -> None:
    queue = DeliveryQueue()
    (record,) = enqueue_and_apply(queue, alert(to=("desk",)))
    retry = after_attempt(record, Result(500, "HTTP 500"), RETRIES, 0, START)
    assert (retry.state, retry.attempt, retry.due, retry.status) == ("retrying", 1, START + timedelta(seconds=5), 500)
    queue.apply(retry)
    retrying = queue.pending["desk", "kim:s1"]
    assert retrying.body == alert(to=("desk",))
    sent = after_attempt(retrying, Result(204), RETRIES, 0, START)
    assert (sent.state, sent.attempt) == ("sent", 2)
    queue.apply(sent)
    assert queue.pending == {}


def test_a_delivery_fails_after_the_last_retry_or_a_permanent_error() -> None:
    (record,) = enqueue_and_apply(DeliveryQueue(), alert(to=("desk",)))
    assert after_attempt(replace(record, attempt=2), Result(500, "HTTP 500"), RETRIES, 0, START).state == "failed"
    assert after_attempt(record, Result(410, "HTTP 410", permanent=True), RETRIES, 0, START).state == "failed"


def test_an_error_is_cut_to_the_longest_that_its_stream_allows() -> None:
    (record,) = enqueue_and_apply(DeliveryQueue(), alert(to=("desk",)))
    assert after_attempt(record, Result(error="x" * 5000), RETRIES, 0, START).error == "x" * MAX_ERROR


@given(st.floats(0, 1), st.floats(0, 1e9))
def test_a_receiver_may_ask_for_more_time_within_a_limit(chance: float, retry_after: float) -> None:
    (record,) = enqueue_and_apply(DeliveryQueue(), alert(to=("desk",)))
    due = after_attempt(record, Result(503, "HTTP 503", retry_after=retry_after), RETRIES, chance, START).due
    assert due is not None
    assert timedelta(seconds=min(retry_after, 300)) <= due - START <= timedelta(seconds=max(330, retry_after))


def test_unwanted_deliveries_are_found_with_the_reason_and_dropped() -> None:
    queue = DeliveryQueue()
    enqueue_and_apply(queue, alert())
    enqueue_and_apply(queue, alert(id="other:s1", watch="other", to=("log",), severity="low"))

    def reasons(watches: set[str], **targets: Target) -> dict[tuple[str, str], str]:
        return {key: unwanted_reason(record, targets.get(key[0]), watches) for key, record in queue.pending.items()}

    assert reasons({"other"}, log=replace(LOG, severity="high")) == {
        ("desk", "kim:s1"): "the target is no longer in the config",
        ("log", "kim:s1"): "the watch is no longer in the config",
        ("log", "other:s1"): "the alert is less severe than the target asks for",
    }
    assert set(reasons({"kim", "other"}, desk=DESK, log=LOG).values()) == {""}
    dropped = drop(queue.pending["log", "kim:s1"], "the watch is no longer in the config", START)
    assert (dropped.state, dropped.at, dropped.error, dropped.body) == (
        "dropped",
        START,
        "the watch is no longer in the config",
        None,
    )
    queue.apply(dropped)
    assert ("log", "kim:s1") not in queue.pending


def test_a_full_queue_drops_the_oldest_of_the_least_severe() -> None:
    queue = queue_of(3)
    urgent, minor = (
        alert(id="kim:urgent", severity="critical", to=("desk",)),
        alert(id="kim:minor", severity="low", to=("desk",)),
    )
    records = apply_all(queue, enqueue(queue, urgent, TARGETS, limit=3))
    assert [(record.alert, record.state) for record in records] == [("kim:s0", "dropped"), ("kim:urgent", "queued")]
    assert records[0].error == "3 alerts are already pending for 'desk' (delivery.queue), and none is less severe"
    assert [(record.alert, record.state) for record in enqueue(queue, minor, TARGETS, limit=3)] == [("kim:minor", "dropped")]
    newer = alert(2, id="kim:urgent", severity="critical", to=("desk",))
    assert [record.state for record in enqueue(queue, newer, TARGETS, limit=3)] == ["superseded", "queued"]


def test_ten_thousand_alerts_leave_no_more_than_the_limit_pending() -> None:
    queue = DeliveryQueue()
    for number in range(10_000):
        new_alert = alert(id=f"kim:s{number}", to=("desk",), severity="critical" if number % 1000 == 0 else "normal")
        apply_all(queue, enqueue(queue, new_alert, TARGETS, limit=100))
    assert (len(queue.pending), queue.counts["desk"]) == (100, 100)
    assert sum(severity_rank(record) == 3 for record in pending(queue)) == 10


def test_severe_alerts_go_first_and_many_alerts_go_in_digests() -> None:
    few = queue_of(3)
    enqueue_and_apply(few, alert(id="kim:urgent", severity="critical", to=("desk",)))
    assert [[record.alert for record in batch] for batch in batches(pending(few))] == [
        ["kim:urgent"],
        ["kim:s0"],
        ["kim:s1"],
        ["kim:s2"],
    ]
    assert [len(batch) for batch in batches(pending(queue_of(120)))] == [50, 50, 20]


def test_alerts_of_one_group_share_a_digest_and_its_retries() -> None:
    queue = queue_of(3)
    enqueue_and_apply(queue, alert(id="kim:now", to=("desk",)))

    def sizes() -> list[int]:
        return [len(batch) for batch in batches(pending(queue), lambda record: Group("quiet", record.alert == "kim:now"))]

    assert sizes() == [3, 1]
    failed = [after_attempt(record, Result(500, "HTTP 500"), RETRIES, 0.5, START) for record in pending(queue)[:3]]
    apply_all(queue, [replace(record, message="digest:1") for record in failed])
    assert sizes() == [3, 1]


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["retry", "sent", "failed"])), max_size=12))
def test_a_restored_queue_equals_the_live_one(steps: list[tuple[int, str]]) -> None:
    live, published = DeliveryQueue(), []
    for version, outcome in steps:
        current = live.pending.get(("desk", "kim:s1"))
        if current is None or current.version < version:
            records = list(enqueue(live, alert(version, to=("desk",)), TARGETS))
        else:
            result = Result() if outcome == "sent" else Result(500, "HTTP 500", permanent=outcome == "failed")
            records = [after_attempt(current, result, RETRIES, 0, START)]
        published += apply_all(live, records)
    restored = DeliveryQueue()
    apply_all(restored, published)
    assert restored == live
