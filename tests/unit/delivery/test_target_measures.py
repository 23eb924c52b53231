"""The targets by state, and the deliveries that are pending, for /metrics."""

from dataclasses import replace

from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.targets.measures import measures
from monitor.config import Config, Target, target_hash
from monitor.messages import Delivery, TargetState
from monitor.runtime.tally import MAX_LABELS, OTHER
from tests.make import START, alert

DESK, LOG = Target("desk", webhook="https://example.org/hook"), Target("log", log=True)


def queue_of(*records: Delivery | TargetState) -> DeliveryQueue:
    queue = DeliveryQueue()
    for record in records:
        queue.apply(record)
    return queue


def queued(target: str) -> Delivery:
    return Delivery("a:1", 1, target, "queued", 0, START, START, None, None, replace(alert(), id="a:1"))


def test_a_disabled_target_is_counted_until_its_address_changes() -> None:
    disabled = TargetState("desk", 1, "disabled", START, START, None, 3, 410, "gone", START, None, target_hash(DESK))
    queue = queue_of(disabled, queued("desk"))
    states, pending = measures(Config(targets=(DESK, LOG)), [queue])
    assert states.values == {("disabled",): 1, ("ok",): 1}
    assert pending.values == {("desk",): 1, ("log",): 0}
    moved = replace(DESK, webhook="https://example.org/other")
    assert next(measures(Config(targets=(moved, LOG)), [queue])).values == {("ok",): 2}


def test_a_target_that_was_removed_is_not_counted() -> None:
    _, pending = measures(Config(targets=(LOG,)), [queue_of(queued("desk"))])
    assert pending.values == {("log",): 0}


def test_a_bounded_number_of_targets_is_told_apart() -> None:
    targets = tuple(Target(f"target {number}", log=True) for number in range(MAX_LABELS + 2))
    queue = queue_of(*(queued(target.id) for target in targets))
    _, pending = measures(Config(targets=targets), [queue])
    assert len(pending.values) == MAX_LABELS + 1
    assert pending.values[OTHER,] == 2


def test_a_process_that_owns_no_partition_counts_no_targets() -> None:
    assert list(measures(Config(targets=(DESK,)), [])) == []
