"""What the dispatcher remembers of its attempts while their records cannot be stored, and when it ends."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from consumers.delivery.batches import AlertBatch
from consumers.delivery.channels import ChannelKind
from consumers.delivery.queue.delivery_queue import DeliveryQueue, Result
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.sending.dispatcher import Dispatcher
from monitor.config import Config, DeliveryConfig, StreamsConfig, Target, Watch
from monitor.messages import Alert, Delivery, TargetState
from tests.make import START, alert

DESK = Target("desk", extension="recorder")
CONFIG = Config(watches=(Watch("kim", any=("Kim",)),), targets=(DESK,), delivery=DeliveryConfig(retries=(5.0, 300.0)))
NOW = START + timedelta(hours=1)


@dataclass
class Recorder:
    """A channel that records each message, and the ids in it, and responds with the next result when it is let."""

    results: list[Result] = field(default_factory=list)
    sent: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    batches: list[AlertBatch] = field(default_factory=list)

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Record the message, and wait until it may be answered."""
        assert isinstance(batch, AlertBatch)
        self.batches.append(batch)
        self.sent.append((batch.id, tuple(each.id for each in batch)))
        await self.may_answer.wait()
        return self.results.pop(0) if self.results else Result(204)


def make(recorder: Recorder, config: Config = CONFIG) -> Dispatcher:
    channels = {"recorder": ChannelKind(lambda _target, _config, _session: recorder)}
    return Dispatcher(lambda: config, channels, lambda: 0.0, drain_seconds=20)


def tick(dispatcher: Dispatcher, queue: DeliveryQueue, now: datetime) -> list[Delivery]:
    """The records of a tick that are of deliveries."""
    return [record for record in tick_all(dispatcher, queue, now) if isinstance(record, Delivery)]


def tick_all(dispatcher: Dispatcher, queue: DeliveryQueue, now: datetime) -> list[Delivery | TargetState]:
    """The records of a tick."""
    return [record for record in dispatcher.tick(queue, now) if record]


def restored(log: Iterable[Delivery]) -> DeliveryQueue:
    """Return a new queue, as after a failed commit or a new start."""
    queue = DeliveryQueue()
    for record in log:
        queue.apply(record)
    return queue


def queued(count: int, **fields: Any) -> list[Delivery]:
    """Return the records of *count* alerts that are queued for the desk."""
    log: list[Delivery] = []
    for number in range(count):
        log += enqueue(restored(log), alert(id=f"kim:s{number}", to=("desk",), **fields), {"desk": DESK})
    return log


async def answered(recorder: Recorder) -> None:
    """Let the recorder answer, and wait until all attempts have ended."""
    recorder.may_answer.set()
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize("result", [Result(204), Result(500, "HTTP 500"), Result(410, "HTTP 410", permanent=True)])
@pytest.mark.parametrize("count", [1, 3, 60])
async def test_what_was_sent_is_not_sent_again_while_commits_fail(result: Result, count: int) -> None:
    recorder, log = Recorder([result] * count), queued(count)
    dispatcher = make(recorder)
    async with dispatcher.open():
        ended: list[Delivery] = []
        for _ in range(20):  # each commit fails, so that the queue is restored from the log
            records = tick(dispatcher, restored(log), NOW)
            assert ended in ([], records)
            ended = records
            await answered(recorder)
        sent = list(recorder.sent)
        assert sorted(each for _, alerts in sent for each in alerts) == sorted(record.alert for record in log)
        queue = restored(log)
        while records := tick(dispatcher, queue, NOW):  # now a commit succeeds
            for record in records:
                queue.apply(record)
            log += records
            await answered(recorder)
        assert recorder.sent == sent
    assert {record.attempt for record in log if record.state != "queued"} == {1}


async def test_an_attempt_in_flight_outlives_a_restored_queue() -> None:
    recorder, log = Recorder(), queued(2)
    dispatcher = make(recorder)
    async with dispatcher.open():
        assert tick(dispatcher, restored(log), NOW) == []
        await asyncio.sleep(0)
        assert tick(dispatcher, restored(log), NOW) == []
        await answered(recorder)
        records = tick(dispatcher, restored(log), NOW)
    assert [record.state for record in records] == ["sent", "sent"]
    assert recorder.sent == [("kim:s0:1", ("kim:s0",)), ("kim:s1:1", ("kim:s1",))]


@pytest.mark.parametrize(("version", "minutes"), [(1, 0), (2, 5)])
async def test_what_was_sent_before_a_backup_took_the_place_of_the_log_is_not_recorded(version: int, minutes: int) -> None:
    """The backup has an earlier version of the alert; or it is raised again, with other articles."""
    recorder, log, later = Recorder(), queued(1, updated=START), queued(1, version=2, updated=START + timedelta(minutes=1))
    dispatcher = make(recorder)
    async with dispatcher.open():
        assert tick(dispatcher, restored([*log, *later]), NOW) == []
        await answered(recorder)
        recorder.may_answer.clear()
        log = queued(1, version=version, updated=START + timedelta(minutes=minutes))
        assert tick(dispatcher, restored(log), NOW) == []
        await answered(recorder)
        assert [(record.version, record.state) for record in tick(dispatcher, restored(log), NOW)] == [(version, "sent")]
    assert recorder.sent == [("kim:s0:2", ("kim:s0",)), (f"kim:s0:{version}", ("kim:s0",))]


@pytest.mark.parametrize("minutes", [-1, 0, 1])
async def test_what_was_sent_before_a_newer_version_came_is_recorded(minutes: int) -> None:
    """A version has the time of its article, which may be that of the version before, or earlier."""
    recorder, log = Recorder(), queued(1, updated=START)
    dispatcher = make(recorder)
    async with dispatcher.open():
        assert tick(dispatcher, restored(log), NOW) == []
        await answered(recorder)
        newer = queued(1, version=2, updated=START + timedelta(minutes=minutes))
        assert [(record.version, record.state) for record in tick(dispatcher, restored([*log, *newer]), NOW)] == [(1, "sent")]


async def test_queues_of_several_partitions_do_not_disturb_each_other() -> None:
    recorder, first, second = Recorder(), restored(queued(1)), restored(queued(2)[1:])
    dispatcher = make(recorder)
    async with dispatcher.open():
        for _ in range(3):
            assert tick(dispatcher, first, NOW) == tick(dispatcher, second, NOW) == []
            await asyncio.sleep(0)
        await answered(recorder)
        assert [record.alert for record in tick(dispatcher, first, NOW)] == ["kim:s0"]
        assert [record.alert for record in tick(dispatcher, second, NOW)] == ["kim:s1"]
    assert len(recorder.sent) == 2


async def test_a_batch_that_failed_is_sent_again_with_the_same_members_and_id() -> None:
    """Also after a restart, beside more alerts, and without a member that a newer version has superseded."""
    recorder, log = Recorder([Result(500, "HTTP 500")] * 3), queued(30)
    recorder.may_answer.set()
    queue, now = restored(log), NOW
    dispatcher = make(recorder)
    async with dispatcher.open():
        for _ in range(3):
            for record in tick(dispatcher, queue, now):
                queue.apply(record)
                log.append(record)
            await answered(recorder)
    ((digest, members),) = recorder.sent
    assert (digest[:7], len(members)) == ("digest:", 30)
    for number in (3, 30, 31):
        records = list(enqueue(queue, alert(2, id=f"kim:s{number}", to=("desk",)), {"desk": DESK}))
        log += records
        for record in records:
            queue.apply(record)
    dispatcher = make(recorder)
    async with dispatcher.open():
        tick(dispatcher, restored(log), now + timedelta(seconds=6))
        await answered(recorder)
    messages = dict(recorder.sent[1:])
    assert set(messages) == {digest, "kim:s3:2", "kim:s30:2", "kim:s31:2"}
    assert set(messages[digest]) == set(members) - {"kim:s3"}


async def test_a_message_that_is_sent_again_waits_for_all_of_its_alerts() -> None:
    """Otherwise a receiver that knows the id would take the rest for a repeat."""
    recorder, due = Recorder(), NOW - timedelta(seconds=1)
    recorder.may_answer.set()
    log = [replace(record, state="retrying", attempt=1, message="digest:1", due=due) for record in queued(3)]
    log[1] = replace(log[1], body=alert(id="kim:s1", watch="other"))
    config = CONFIG
    dispatcher = Dispatcher(lambda: config, {"recorder": ChannelKind(lambda *_: recorder)}, drain_seconds=20)
    async with dispatcher.open():
        tick(dispatcher, restored(log), NOW)
        await answered(recorder)
        assert recorder.sent == []
        config = replace(CONFIG, watches=(*CONFIG.watches, Watch("other", any=("x",))))
        tick(dispatcher, restored(log), NOW)
        await answered(recorder)
    assert recorder.sent == [("digest:1", ("kim:s0", "kim:s1", "kim:s2"))]


async def test_the_end_waits_for_what_is_in_flight_and_starts_nothing() -> None:
    recorder, log = Recorder(), queued(6)
    dispatcher, queue = make(recorder), restored(log)
    async with dispatcher.open():
        tick(dispatcher, queue, NOW)
        await asyncio.sleep(0)
        draining = asyncio.create_task(dispatcher.drain())
        await asyncio.sleep(0)
        assert not draining.done()
        await answered(recorder)
        await draining
        records = tick(dispatcher, queue, NOW)
    assert [record.state for record in records] == ["sent"] * 4
    assert len(recorder.sent) == 4


async def test_a_service_that_failed_remembers_what_was_sent_when_it_starts_again() -> None:
    recorder, log = Recorder(), queued(1)
    recorder.may_answer.set()
    dispatcher = make(recorder)

    async def fail() -> None:
        async with dispatcher.open():
            tick(dispatcher, restored(log), NOW)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with dispatcher.open():
        assert [record.state for record in tick(dispatcher, restored(log), NOW)] == ["sent"]
    assert len(recorder.sent) == 1


async def test_a_partition_does_not_forget_the_attempts_of_another_however_long_its_commits_fail() -> None:
    recorder, first, other = Recorder(), queued(1), DeliveryQueue()
    recorder.may_answer.set()
    dispatcher = make(recorder)
    async with dispatcher.open():
        for minutes in range(30):
            now = NOW + timedelta(minutes=minutes)
            assert tick(dispatcher, other, now) == []
            tick(dispatcher, restored(first), now)
            await answered(recorder)
    assert len(recorder.sent) == 1


async def test_another_owner_that_has_recorded_the_delivery_ends_the_attempt() -> None:
    recorder, log = Recorder([Result(500, "HTTP 500")]), queued(1)
    dispatcher = make(recorder)
    async with dispatcher.open():
        tick(dispatcher, restored(log), NOW)
        await answered(recorder)
        log.append(replace(log[0], state="sent", attempt=1, body=None))
        for _ in range(2):
            assert tick(dispatcher, restored(log), NOW + timedelta(minutes=11)) == []
    assert len(recorder.sent) == 1


async def test_the_alert_of_a_delivery_that_waits_for_long_is_stored_again_before_it_expires() -> None:
    config = replace(CONFIG, streams=StreamsConfig(days=3), delivery=DeliveryConfig(retries=(172_800.0,)))
    recorder = Recorder([Result(500, "HTTP 500")])
    recorder.may_answer.set()
    dispatcher, queue = make(recorder, config), restored(queued(1))
    published: list[tuple[timedelta, Delivery]] = []
    async with dispatcher.open():
        for hours in range(48):
            now = START + timedelta(hours=hours)
            for record in tick(dispatcher, queue, now):
                queue.apply(record)
                published.append((now - START, record))
            await answered(recorder)
    bodies = [age for age, record in published if record.body]
    assert [record.state for _, record in published] == ["retrying", "retrying"]
    assert bodies == [timedelta(days=1, hours=1)]
    assert restored(record for _, record in published[1:]).pending == queue.pending


async def test_a_channel_whose_call_is_cancelled_has_failed() -> None:
    class Cancelled(Recorder):
        async def send(self, batch: Sequence[Alert]) -> Result:  # noqa: ARG002  (as in Channel)
            raise asyncio.CancelledError

    dispatcher, queue = make(Cancelled()), restored(queued(1))
    async with dispatcher.open():
        tick(dispatcher, queue, NOW)
        await asyncio.sleep(0)  # the task ends
        (ended,) = tick(dispatcher, queue, NOW)
    assert (ended.state, ended.error) == ("retrying", "could not be sent: CancelledError")
