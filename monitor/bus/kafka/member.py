"""A member of a group: which partitions it holds, where it reads, and what it commits through their fences."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, OffsetOutOfRangeError

from monitor.bus import Fenced, OffsetOutOfRange, Partition, ProducerRecord, Record, Restore, check_size
from monitor.bus.kafka.client import Broker, consumer, delivery, patient, stop_all
from monitor.bus.kafka.fence import Fence

IDLE = 1.0
"""Seconds without a message after which the position is moved past what only Kafka sees (the marks of transactions)."""

log = structlog.get_logger()


@dataclass
class Held:
    """A partition of ours: its fence, the offsets behind the last commit and the last message given, and when that was."""

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
        self._held: dict[TopicPartition, Held] = {}
        # Given to us, but not held, or in doubt; with what went wrong, unless a commit has raised it already.
        self._broken: dict[TopicPartition, Exception | None] = {}
        self._batches: deque[tuple[TopicPartition, list[ConsumerRecord]]] = deque()
        self._epoch = 0
        # A commit and a rebalance never overlap.
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """Join the group. Raises Transient."""
        self._consumer.subscribe([self._broker.topic(stream) for stream in self._streams], listener=self)
        async with patient("joining the group"):
            await self._consumer.start()

    async def stop(self) -> None:
        """Leave the group."""
        await stop_all([self._consumer])
        await self._let_go(list(self._held))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """See ConsumerRebalanceListener: a commit in hand is over before the partitions go."""
        async with self._lock:
            await self._let_go(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """See ConsumerRebalanceListener: fence first, then ask for the position, then show the partition to the reader."""
        async with self._lock:
            await asyncio.gather(*(self._take(at) for at in assigned))

    def partitions(self) -> frozenset[Partition]:
        """See monitor.bus.Subscription."""
        return frozenset(self._partition(at) for at, held in self._held.items() if held.restored)

    async def read(self, limit: int, wait: float) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        await self._mend()
        await self._restore_new()
        if not self._batches:
            await self._fetch(limit, wait)
        if not self._batches:
            await self._pass_marks()
            return ()
        at, records = self._batches.popleft()
        if len(records) > limit:
            self._batches.appendleft((at, records[limit:]))
        if at in self._held:
            self._held[at].given = records[:limit][-1].offset + 1
            self._held[at].moved = time.monotonic()
        return [delivery(self._broker, record) for record in records[:limit]]

    def rewind(self, partition: Partition) -> None:
        """See monitor.bus.Subscription."""
        at = TopicPartition(self._broker.topic(partition.stream), partition.number)
        self._batches = deque((which, records) for which, records in self._batches if which != at)
        if at in self._held and at not in self._broken:
            self._seek(at)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        at = TopicPartition(self._broker.topic(partition.stream), partition.number)
        try:
            messages = tuple(out)
            for message in messages:
                check_size(message, self._broker.streams[message.stream])
            async with self._lock:
                await self._through(at, done[-1].offset + 1 if done else None, messages)
        except BaseException:
            self.rewind(partition)
            raise

    async def _through(self, at: TopicPartition, position: int | None, out: Iterable[ProducerRecord]) -> None:
        held = self._held.get(at)
        # One that came back in a rebalance is read again from its position: what was read before must not be committed too.
        if held is None or not held.restored or at in self._broken:
            raise Fenced(f"{at.topic}/{at.partition} has gone to another member, or came back to us")
        try:
            await held.fence.commit(position, out)
        except BaseException:
            # Whether it was committed may be unknown: only a new fence can tell, from the position it finds.
            self._broken[at] = None
            raise
        if position is not None:
            held.next = position

    async def _take(self, at: TopicPartition) -> None:
        """Make *at* ours, to be restored before it is read; what goes wrong is tried again by the next read, which tells it."""
        try:
            fence, position = await self._fenced(at)
        except Exception as error:  # noqa: BLE001  (aiokafka only logs what its callback raises: the partition would be nobody's)
            log.warning("partition not taken over yet", group=self._group, partition=at.partition, error=str(error))
            self._held.pop(at, None)
            self._broken[at] = error
            return
        self._held[at] = Held(fence, position, moved=time.monotonic())
        self._broken.pop(at, None)
        self._epoch += 1
        self._seek(at)

    async def _fenced(self, at: TopicPartition) -> tuple[Fence, int]:
        """A fence round *at*, and the position found behind it. Raises Transient, Misconfigured."""
        fence = Fence(self._broker, self._group, at)
        try:
            await fence.start()
            async with patient("asking for the position"):
                position = await self._consumer.committed(at)
                earliest = (await self._consumer.beginning_offsets([at]))[at]
        except BaseException:
            await fence.stop()
            raise
        return fence, earliest if position is None else position

    async def _let_go(self, partitions: Iterable[TopicPartition]) -> None:
        gone = [at for at in partitions if at in self._held or at in self._broken]
        fences = [self._held.pop(at).fence for at in gone if at in self._held]
        for at in gone:
            self._broken.pop(at, None)
        self._batches = deque((at, records) for at, records in self._batches if at in self._held)
        await asyncio.gather(*(fence.stop() for fence in fences))

    async def _mend(self) -> None:
        """Fence anew what is broken, if the group still gives it to us. Raises what goes wrong again."""
        if not self._broken:
            return
        await asyncio.sleep(self._broker.session_seconds / 20)
        async with self._lock:
            for at in tuple(self._broken):
                ours = at in self._consumer.assignment()
                held = self._held.pop(at, None)
                if held:
                    await held.fence.stop()
                self._broken.pop(at, None)
                if ours:
                    await self._take(at)
        for error in self._broken.values():
            if error:
                raise error

    async def _restore_new(self) -> None:
        """Restore what has come to us, outside of the rebalance."""
        for at, held in tuple(self._held.items()):
            if held.restored:
                continue
            async with patient("asking for the earliest offset"):
                earliest = (await self._consumer.beginning_offsets([at]))[at]
            if held.next < earliest:
                raise OffsetOutOfRange(
                    f"group {self._group!r} stands at {self._broker.stream(at.topic)}/{at.partition}/{held.next}, but the "
                    f"messages before {earliest} were removed unread; `newsmonitor streams skip {self._group}` goes on there"
                )
            await self._restore(self._partition(at))
            held.restored = True

    async def _fetch(self, limit: int, wait: float) -> None:
        """Wait for messages of the partitions that are restored."""
        ready = [at for at, held in self._held.items() if held.restored]
        if not ready:
            await asyncio.sleep(min(wait, 0.05))
            return
        epoch = self._epoch
        try:
            async with patient("reading"):
                found = await self._consumer.getmany(*ready, timeout_ms=int(wait * 1000), max_records=limit)
        except (IllegalStateError, OffsetOutOfRangeError):
            # The partition went, or its beginning was removed, while we asked.
            for held in self._held.values():
                held.restored = False
            return
        if epoch != self._epoch:
            # aiokafka went on from the old position while the partition was being taken over.
            for at in found:
                self._seek(at)
            return
        self._batches.extend((at, records) for at, records in found.items() if records and at in self._held)

    async def _pass_marks(self) -> None:
        """Move quiet partitions past the marks of transactions, so that nothing seems to be left, or to be trimmed unread."""
        now = time.monotonic()
        async with self._lock:
            for at, held in tuple(self._held.items()):
                if not held.restored or held.given > held.next or at in self._broken or now - held.moved < IDLE:
                    continue
                held.moved = now
                try:
                    position = await asyncio.wait_for(self._consumer.position(at), 1.0)
                except (IllegalStateError, TimeoutError):
                    continue
                if position > held.next and not self._batches:
                    await self._through(at, position, ())

    def _seek(self, at: TopicPartition) -> None:
        if at in self._held and at in self._consumer.assignment():
            self._held[at].given = self._held[at].next
            self._consumer.seek(at, self._held[at].next)

    def _partition(self, at: TopicPartition) -> Partition:
        return Partition(self._broker.stream(at.topic), at.partition)
