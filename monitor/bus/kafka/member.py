"""A member of a consumer group: its partitions, their positions, and commits through their fences."""

import asyncio
import time
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, OffsetOutOfRangeError

from monitor.bus import (
    UNLIMITED_BYTES,
    Fenced,
    OffsetOutOfRange,
    Partition,
    ProducerRecord,
    Record,
    Restore,
    checked_records,
    fitting,
)
from monitor.bus.kafka.client import Broker, consumer, stop_all, to_record, translate_errors
from monitor.bus.kafka.fence import Fence

IDLE_SECONDS = 1.0
"""Seconds without a record after which the position is moved past transaction markers, which also occupy offsets."""

log = structlog.get_logger()


@dataclass
class Assignment:
    """A partition that this member owns.

    *committed* is the committed position, *read* the offset after the last record that `read` returned, and *progress* the
    time of the last progress in monotonic seconds.
    """

    fence: Fence
    committed: int
    read: int = 0
    restored: bool = False
    progress: float = 0.0


class Member(ConsumerRebalanceListener):
    """See monitor.bus.Subscription."""

    def __init__(self, broker: Broker, group: str, streams: Sequence[str], restore: Restore) -> None:
        self._broker, self._group, self._streams, self._restore = broker, group, streams, restore
        self._consumer: AIOKafkaConsumer = consumer(broker, broker.prefix + group)
        self._assignments: dict[TopicPartition, Assignment] = {}
        # Assigned partitions to take over again: the takeover failed, or the outcome of a commit is unknown. The value is the
        # error that the next read raises; None if the commit has raised it.
        self._broken: dict[TopicPartition, Exception | None] = {}
        self._batches: deque[tuple[TopicPartition, list[ConsumerRecord]]] = deque()
        self._epoch = 0
        # Commits and rebalances exclude each other.
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """Join the group. Raises Transient."""
        self._consumer.subscribe([self._broker.topic(stream) for stream in self._streams], listener=self)
        async with translate_errors("joining the group"):
            await self._consumer.start()

    async def stop(self) -> None:
        """Leave the group."""
        await stop_all([self._consumer])
        await self._release(list(self._assignments))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """See ConsumerRebalanceListener. A running commit ends before the partitions are released."""
        async with self._lock:
            await self._release(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """See ConsumerRebalanceListener. Fence first, then read the position, then let `read` return records."""
        async with self._lock:
            await asyncio.gather(*(self._take(tp) for tp in assigned))

    def partitions(self) -> frozenset[Partition]:
        """See monitor.bus.Subscription."""
        return frozenset(self._partition(tp) for tp, assignment in self._assignments.items() if assignment.restored)

    async def read(
        self, limit: int, wait: float, streams: Collection[str] = (), max_bytes: int = UNLIMITED_BYTES
    ) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        topics = {self._broker.topic(stream) for stream in streams or self._streams}
        await self._take_over_broken()
        await self._restore_assigned()
        if (batch := self._next_batch(topics)) is None:
            await self._fetch(limit, wait, topics)
            batch = self._next_batch(topics)
        if batch is None:
            await self._skip_markers()
            return ()
        tp, records = batch
        count = fitting((len(record.value or b"") for record in records[:limit]), max_bytes)
        if len(records) > count:
            self._batches.appendleft((tp, records[count:]))
        if tp in self._assignments:
            self._assignments[tp].read = records[count - 1].offset + 1
            self._assignments[tp].progress = time.monotonic()
        return [to_record(self._broker, record) for record in records[:count]]

    def _next_batch(self, topics: Collection[str]) -> tuple[TopicPartition, list[ConsumerRecord]] | None:
        """Remove and return the oldest fetched batch of *topics*; None if there is none."""
        for index, batch in enumerate(self._batches):
            if batch[0].topic in topics:
                del self._batches[index]
                return batch
        return None

    def rewind(self, partition: Partition) -> None:
        """See monitor.bus.Subscription."""
        tp = TopicPartition(self._broker.topic(partition.stream), partition.number)
        self._batches = deque((other, records) for other, records in self._batches if other != tp)
        if tp in self._assignments and tp not in self._broken:
            self._seek(tp)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        tp = TopicPartition(self._broker.topic(partition.stream), partition.number)
        try:
            records = checked_records(out, self._broker.streams)
            async with self._lock:
                await self._commit(tp, done[-1].offset + 1 if done else None, records)
        except BaseException:
            self.rewind(partition)
            raise

    async def _commit(self, tp: TopicPartition, position: int | None, out: Iterable[ProducerRecord]) -> None:
        assignment = self._assignments.get(tp)
        # A partition that a rebalance assigns to this member again is read again from its position, so records that were read
        # before the rebalance must not be committed.
        if assignment is None or not assignment.restored or tp in self._broken:
            raise Fenced(f"{tp.topic}/{tp.partition} was reassigned")
        try:
            await assignment.fence.commit(position, out)
        except BaseException:
            # The outcome may be unknown. The takeover reads the committed position.
            self._broken[tp] = None
            raise
        if position is not None:
            assignment.committed = position

    async def _take(self, tp: TopicPartition) -> None:
        """Take over *tp*. If that fails, the next read tries again, and raises the error if that fails too."""
        try:
            fence, position = await self._fence(tp)
        except Exception as error:  # noqa: BLE001  (aiokafka only logs exceptions of its callback; the partition would have no owner)
            log.warning("partition not taken over yet", group=self._group, partition=tp.partition, error=str(error))
            self._assignments.pop(tp, None)
            self._broken[tp] = error
            return
        self._assignments[tp] = Assignment(fence, position, progress=time.monotonic())
        self._broken.pop(tp, None)
        self._epoch += 1
        self._seek(tp)

    async def _fence(self, tp: TopicPartition) -> tuple[Fence, int]:
        """Fence *tp* and return the fence and the position. Raises Transient and Misconfigured."""
        fence = Fence(self._broker, self._group, tp)
        try:
            await fence.start()
            async with translate_errors("reading the position"):
                position = await self._consumer.committed(tp)
                earliest = (await self._consumer.beginning_offsets([tp]))[tp]
        except BaseException:
            await fence.stop()
            raise
        return fence, earliest if position is None else position

    async def _release(self, partitions: Iterable[TopicPartition]) -> None:
        released = [tp for tp in partitions if tp in self._assignments or tp in self._broken]
        fences = [self._assignments.pop(tp).fence for tp in released if tp in self._assignments]
        for tp in released:
            self._broken.pop(tp, None)
        self._batches = deque((tp, records) for tp, records in self._batches if tp in self._assignments)
        await asyncio.gather(*(fence.stop() for fence in fences))

    async def _take_over_broken(self) -> None:
        """Take over broken partitions that are still assigned to this member. Raises the error if that fails."""
        if not self._broken:
            return
        await asyncio.sleep(self._broker.session_seconds / 20)
        async with self._lock:
            for tp in tuple(self._broken):
                assigned = tp in self._consumer.assignment()
                assignment = self._assignments.pop(tp, None)
                if assignment:
                    await assignment.fence.stop()
                self._broken.pop(tp, None)
                if assigned:
                    await self._take(tp)
        for error in self._broken.values():
            if error:
                raise error

    async def _restore_assigned(self) -> None:
        """Restore newly assigned partitions, outside of the rebalance callback. Raises OffsetOutOfRange."""
        for tp, assignment in tuple(self._assignments.items()):
            if assignment.restored:
                continue
            async with translate_errors("reading the oldest offset"):
                earliest = (await self._consumer.beginning_offsets([tp]))[tp]
            if assignment.committed < earliest:
                place = f"{self._broker.stream(tp.topic)}/{tp.partition}/{assignment.committed}"
                raise OffsetOutOfRange(
                    f"group {self._group!r} is at {place}, but the records before {earliest} were removed unread;"
                    f" `newsmonitor streams skip {self._group}` continues there"
                )
            await self._restore(self._partition(tp))
            assignment.restored = True

    async def _fetch(self, limit: int, wait: float, topics: Collection[str]) -> None:
        """Wait for records of the restored partitions of *topics*."""
        ready = [tp for tp, assignment in self._assignments.items() if assignment.restored and tp.topic in topics]
        if not ready:
            await asyncio.sleep(min(wait, 0.05))
            return
        epoch = self._epoch
        try:
            async with translate_errors("reading"):
                fetched = await self._consumer.getmany(*ready, timeout_ms=int(wait * 1000), max_records=limit)
        except (IllegalStateError, OffsetOutOfRangeError):
            # During the call a partition was revoked, or its oldest records were removed.
            for assignment in self._assignments.values():
                assignment.restored = False
            return
        if epoch != self._epoch:
            # aiokafka kept fetching from the old position during the takeover.
            for tp in fetched:
                self._seek(tp)
            return
        self._batches.extend((tp, records) for tp, records in fetched.items() if records and tp in self._assignments)

    async def _skip_markers(self) -> None:
        """Commit the position of idle partitions past transaction markers.

        Otherwise the lag would never become 0, and markers that expire would look like records removed unread.
        """
        now = time.monotonic()
        async with self._lock:
            for tp, assignment in tuple(self._assignments.items()):
                if (
                    not assignment.restored
                    or assignment.read > assignment.committed
                    or tp in self._broken
                    or now - assignment.progress < IDLE_SECONDS
                ):
                    continue
                assignment.progress = now
                try:
                    position = await asyncio.wait_for(self._consumer.position(tp), 1.0)
                except (IllegalStateError, TimeoutError):
                    continue
                if position > assignment.committed and all(other != tp for other, _ in self._batches):
                    await self._commit(tp, position, ())

    def _seek(self, tp: TopicPartition) -> None:
        if tp in self._assignments and tp in self._consumer.assignment():
            self._assignments[tp].read = self._assignments[tp].committed
            self._consumer.seek(tp, self._assignments[tp].committed)

    def _partition(self, tp: TopicPartition) -> Partition:
        return Partition(self._broker.stream(tp.topic), tp.partition)
