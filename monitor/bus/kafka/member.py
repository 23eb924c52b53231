"""A member of a consumer group: the partitions it holds, their positions, and commits through their fences."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, OffsetOutOfRangeError

from monitor.bus import Fenced, OffsetOutOfRange, Partition, ProducerRecord, Record, Restore, check_size
from monitor.bus.kafka.client import Broker, consumer, stop_all, to_record, translate_errors
from monitor.bus.kafka.fence import Fence

IDLE_SECONDS = 1.0
"""Seconds without a record after which the position is moved past transaction markers, which occupy offsets too."""

log = structlog.get_logger()


@dataclass
class Assignment:
    """A partition held by this member.

    *next* is the committed position, *given* the offset after the last record returned by `read`, and *moved* the time of
    the last progress in monotonic seconds.
    """

    fence: Fence
    next: int
    given: int = 0
    restored: bool = False
    moved: float = 0.0


class Member(ConsumerRebalanceListener):
    """See monitor.bus.Subscription."""

    def __init__(self, broker: Broker, group: str, streams: Sequence[str], restore: Restore) -> None:
        self._broker, self._group, self._streams, self._restore = broker, group, streams, restore
        self._consumer: AIOKafkaConsumer = consumer(broker, broker.prefix + group)
        self._assignments: dict[TopicPartition, Assignment] = {}
        # Assigned, but not taken over yet, or with an unknown commit outcome. The error, unless a commit has raised it already.
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
            await asyncio.gather(*(self._take(at) for at in assigned))

    def partitions(self) -> frozenset[Partition]:
        """See monitor.bus.Subscription."""
        return frozenset(self._partition(at) for at, assignment in self._assignments.items() if assignment.restored)

    async def read(self, limit: int, wait: float) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        await self._take_over_broken()
        await self._restore_assigned()
        if not self._batches:
            await self._fetch(limit, wait)
        if not self._batches:
            await self._skip_markers()
            return ()
        at, records = self._batches.popleft()
        if len(records) > limit:
            self._batches.appendleft((at, records[limit:]))
        if at in self._assignments:
            self._assignments[at].given = records[:limit][-1].offset + 1
            self._assignments[at].moved = time.monotonic()
        return [to_record(self._broker, record) for record in records[:limit]]

    def rewind(self, partition: Partition) -> None:
        """See monitor.bus.Subscription."""
        at = TopicPartition(self._broker.topic(partition.stream), partition.number)
        self._batches = deque((which, records) for which, records in self._batches if which != at)
        if at in self._assignments and at not in self._broken:
            self._seek(at)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        at = TopicPartition(self._broker.topic(partition.stream), partition.number)
        try:
            records = tuple(out)
            for record in records:
                check_size(record, self._broker.streams[record.stream])
            async with self._lock:
                await self._commit(at, done[-1].offset + 1 if done else None, records)
        except BaseException:
            self.rewind(partition)
            raise

    async def _commit(self, at: TopicPartition, position: int | None, out: Iterable[ProducerRecord]) -> None:
        assignment = self._assignments.get(at)
        # A partition that came back in a rebalance is read again from its position. Records read before must not be committed.
        if assignment is None or not assignment.restored or at in self._broken:
            raise Fenced(f"{at.topic}/{at.partition} was reassigned")
        try:
            await assignment.fence.commit(position, out)
        except BaseException:
            # The outcome may be unknown. A new fence finds the committed position.
            self._broken[at] = None
            raise
        if position is not None:
            assignment.next = position

    async def _take(self, at: TopicPartition) -> None:
        """Take over *at*. It is restored before it is read. The next read retries after an error, and raises it."""
        try:
            fence, position = await self._fence(at)
        except Exception as error:  # noqa: BLE001  (aiokafka only logs exceptions of its callback, and nobody would own the partition)
            log.warning("partition not taken over yet", group=self._group, partition=at.partition, error=str(error))
            self._assignments.pop(at, None)
            self._broken[at] = error
            return
        self._assignments[at] = Assignment(fence, position, moved=time.monotonic())
        self._broken.pop(at, None)
        self._epoch += 1
        self._seek(at)

    async def _fence(self, at: TopicPartition) -> tuple[Fence, int]:
        """Fence *at* and return the fence and the position. Raises Transient and Misconfigured."""
        fence = Fence(self._broker, self._group, at)
        try:
            await fence.start()
            async with translate_errors("reading the position"):
                position = await self._consumer.committed(at)
                earliest = (await self._consumer.beginning_offsets([at]))[at]
        except BaseException:
            await fence.stop()
            raise
        return fence, earliest if position is None else position

    async def _release(self, partitions: Iterable[TopicPartition]) -> None:
        gone = [at for at in partitions if at in self._assignments or at in self._broken]
        fences = [self._assignments.pop(at).fence for at in gone if at in self._assignments]
        for at in gone:
            self._broken.pop(at, None)
        self._batches = deque((at, records) for at, records in self._batches if at in self._assignments)
        await asyncio.gather(*(fence.stop() for fence in fences))

    async def _take_over_broken(self) -> None:
        """Take over broken partitions that are still assigned to this member. Raises the error if that fails."""
        if not self._broken:
            return
        await asyncio.sleep(self._broker.session_seconds / 20)
        async with self._lock:
            for at in tuple(self._broken):
                assigned = at in self._consumer.assignment()
                assignment = self._assignments.pop(at, None)
                if assignment:
                    await assignment.fence.stop()
                self._broken.pop(at, None)
                if assigned:
                    await self._take(at)
        for error in self._broken.values():
            if error:
                raise error

    async def _restore_assigned(self) -> None:
        """Restore newly assigned partitions, outside of the rebalance callback. Raises OffsetOutOfRange."""
        for at, assignment in tuple(self._assignments.items()):
            if assignment.restored:
                continue
            async with translate_errors("reading the oldest offset"):
                earliest = (await self._consumer.beginning_offsets([at]))[at]
            if assignment.next < earliest:
                place = f"{self._broker.stream(at.topic)}/{at.partition}/{assignment.next}"
                raise OffsetOutOfRange(
                    f"group {self._group!r} is at {place}, but the records before {earliest} were removed unread;"
                    f" `newsmonitor streams skip {self._group}` continues there"
                )
            await self._restore(self._partition(at))
            assignment.restored = True

    async def _fetch(self, limit: int, wait: float) -> None:
        """Wait for records of the restored partitions."""
        ready = [at for at, assignment in self._assignments.items() if assignment.restored]
        if not ready:
            await asyncio.sleep(min(wait, 0.05))
            return
        epoch = self._epoch
        try:
            async with translate_errors("reading"):
                found = await self._consumer.getmany(*ready, timeout_ms=int(wait * 1000), max_records=limit)
        except (IllegalStateError, OffsetOutOfRangeError):
            # The partition was revoked, or its oldest records were removed, during the call.
            for assignment in self._assignments.values():
                assignment.restored = False
            return
        if epoch != self._epoch:
            # aiokafka kept fetching from the old position during the takeover.
            for at in found:
                self._seek(at)
            return
        self._batches.extend((at, records) for at, records in found.items() if records and at in self._assignments)

    async def _skip_markers(self) -> None:
        """Move idle partitions past transaction markers, so that no lag remains and none seem to be removed unread."""
        now = time.monotonic()
        async with self._lock:
            for at, assignment in tuple(self._assignments.items()):
                if (
                    not assignment.restored
                    or assignment.given > assignment.next
                    or at in self._broken
                    or now - assignment.moved < IDLE_SECONDS
                ):
                    continue
                assignment.moved = now
                try:
                    position = await asyncio.wait_for(self._consumer.position(at), 1.0)
                except (IllegalStateError, TimeoutError):
                    continue
                if position > assignment.next and not self._batches:
                    await self._commit(at, position, ())

    def _seek(self, at: TopicPartition) -> None:
        if at in self._assignments and at in self._consumer.assignment():
            self._assignments[at].given = self._assignments[at].next
            self._consumer.seek(at, self._assignments[at].next)

    def _partition(self, at: TopicPartition) -> Partition:
        return Partition(self._broker.stream(at.topic), at.partition)
