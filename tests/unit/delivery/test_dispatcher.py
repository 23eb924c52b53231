"""The dispatcher: when it scans the queue."""

from dataclasses import replace
from datetime import timedelta
from typing import Never

import pytest

from consumers.delivery.channels import ChannelKind
from consumers.delivery.queue.delivery_queue import PAUSE_DELIVERIES, DeliveryQueue, Result, after_attempt
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.sending.dispatcher import Dispatcher
from monitor.config import Config, Target, Watch
from monitor.messages import Delivery
from tests.make import START, alert
from tests.unit.delivery.test_attempts import Recorder, tick

DESK = Target("desk", webhook="https://example.org/")


class UnreadableDict(dict[str, Delivery]):
    """A dict that must not be iterated."""

    def _refuse(self) -> Never:
        raise AssertionError("the queue was scanned")

    __iter__ = keys = values = items = _refuse


def test_a_queue_with_nothing_due_is_not_scanned_at_each_tick() -> None:
    config = Config(watches=(Watch("kim", any=("Kim",)),), targets=(DESK,))
    dispatcher, queue = Dispatcher(lambda: config, drain_seconds=0), DeliveryQueue()
    for number in range(10):
        (record,) = enqueue(queue, alert(id=f"kim:s{number}", to=("desk",)), {"desk": DESK})
        queue.apply(record)
        queue.apply(after_attempt(record, Result(503, "HTTP 503"), (5.0,), 0, START))
    assert tick(dispatcher, queue, START) == []
    queue.by_target["desk"] = UnreadableDict(queue.by_target["desk"])
    assert tick(dispatcher, queue, START) == []
    config = replace(config, watches=())
    with pytest.raises(AssertionError, match="the queue was scanned"):
        tick(dispatcher, queue, START)


def test_only_the_targets_that_have_changed_are_scanned() -> None:
    night = Target("night", webhook="https://example.org/")
    config = Config(watches=(Watch("kim", any=("Kim",)),), targets=(DESK, night))
    dispatcher, queue = Dispatcher(lambda: config, drain_seconds=0), DeliveryQueue()

    def fail(target: str, story: str, seconds: float) -> None:
        (record,) = enqueue(queue, alert(id=f"kim:{story}", to=(target,)), {})
        queue.apply(record)
        queue.apply(after_attempt(record, Result(503, "HTTP 503"), (seconds,), 0, START))

    fail("desk", "s1", 3600)
    fail("night", "s1", 3600)
    assert tick(dispatcher, queue, START) == []
    queue.by_target["desk"] = UnreadableDict(queue.by_target["desk"])
    fail("night", "s2", 3600)
    assert tick(dispatcher, queue, START) == []
    with pytest.raises(AssertionError, match="the queue was scanned"):
        tick(dispatcher, queue, START + timedelta(hours=1))


def test_a_scan_of_many_targets_lets_other_tasks_run() -> None:
    count, queue = 50, DeliveryQueue()
    targets = {f"desk{number}": Target(f"desk{number}", log=True) for number in range(count)}
    for record in enqueue(queue, alert(to=tuple(targets)), targets):
        queue.apply(record)
    dispatcher = Dispatcher(lambda: Config(targets=tuple(targets.values())), drain_seconds=0)
    assert list(dispatcher.tick(queue, START)).count(None) == count


async def test_nothing_is_sent_after_the_end_has_begun_during_a_scan() -> None:
    recorder, queue = Recorder([]), DeliveryQueue()
    targets = tuple(Target(name, extension="recorder") for name in ("first", "second"))
    config = Config(watches=(Watch("kim", any=("Kim",)),), targets=targets)
    for record in enqueue(queue, alert(to=("first", "second")), {target.id: target for target in targets}):
        queue.apply(record)
    recorder.may_answer.set()
    kinds = {"recorder": ChannelKind(lambda _target, _config, _session: recorder)}
    dispatcher = Dispatcher(lambda: config, kinds, drain_seconds=5)
    async with dispatcher.open():
        ticking = iter(dispatcher.tick(queue, START))
        assert next(ticking) is None
        await dispatcher.drain()
        assert list(ticking) == [None]
    assert [alerts for _, alerts in recorder.sent] == [("kim:s1",)]


def test_a_scan_of_many_deliveries_lets_other_tasks_run() -> None:
    config, count = Config(watches=(Watch("kim", any=("Kim",)),), targets=(DESK,)), 4 * PAUSE_DELIVERIES
    dispatcher, queue = Dispatcher(lambda: config, drain_seconds=0), DeliveryQueue()
    for number in range(count):
        for record in enqueue(queue, alert(id=f"kim:s{number}", watch="kim", to=("desk",)), {"desk": DESK}, limit=count):
            queue.apply(record)
            queue.apply(after_attempt(record, Result(503, "HTTP 503"), (3600.0,), 0.5, START))
    assert len(queue.pending) == count
    assert list(dispatcher.tick(queue, START)).count(None) >= count // PAUSE_DELIVERIES
