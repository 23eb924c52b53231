"""A member of a consumer group: its partitions, their positions, and commits through their fences."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError

from monitor.bus import UNLIMITED_BYTES, Fenced, Partition, ProducerRecord, Record, Restore, Transient, checked_records
from monitor.bus.kafka.activity import active, check_member, note_activity
from monitor.bus.kafka.assignment import Assignment, check_position, take_over
from monitor.bus.kafka.client import consumer, translate_errors
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.membership import Membership
from monitor.bus.kafka.reader import Reader
from monitor.bus.kafka.stopping import stop_all
from monitor.concurrency import gather_all

IDLE_SECONDS = 1.0
"""Seconds without a record after which the position is moved past transaction markers, which also occupy offsets."""

log = structlog.get_logger()


class Member(ConsumerRebalanceListener):
    """See monitor.bus.Subscription."""

    def __init__(
        self, cluster: Cluster, observer: AIOKafkaConsumer, group: str, streams: Sequence[str], restore: Restore
    ) -> None:
        self._cluster, self._observer, self._broker = cluster, observer, cluster.broker
        self._group, self._streams, self._restore = group, streams, restore
        self._membership = Membership(cluster, group)
        self._consumer: AIOKafkaConsumer = consumer(self._broker, self._broker.prefix + group)
        self._assignments: dict[TopicPartition, Assignment] = {}
        # Assigned partitions to take over again: the takeover failed, or the outcome of a commit is unknown. The value is the
        # error that the next read raises; None if it was raised.
        self._broken: dict[TopicPartition, Exception | None] = {}
        # Partitions whose topic was deleted and created again while this member owned them.
        self._recreated: set[TopicPartition] = set()
        self._topic_ids: dict[TopicPartition, bytes] = {}  # at the last takeover: one that is away for long is revoked
        self._reader, self._has_joined = Reader(cluster, self._consumer), False
        # Commits, takeovers and the release of a partition exclude each other. Those of different partitions do not.
        self._locks: defaultdict[TopicPartition, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def start(self) -> None:
        """Join the group. Raises Transient."""
        self._consumer.subscribe([self._broker.topic(stream) for stream in self._streams], listener=self)
        async with self._cluster.call("joining the group"):
            await self._consumer.start()

    async def stop(self) -> None:
        """Leave the group. A static member keeps its place in it until the session times out."""
        await self._membership.end()
        await stop_all([self._consumer])
        await gather_all(map(self._release, {*self._assignments, *self._broken}))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """See ConsumerRebalanceListener. Running commits end before their partitions are released."""
        self._has_joined = False
        await gather_all([*map(self._release, revoked), self._membership.stand_aside()])

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """See ConsumerRebalanceListener. Fence first, then read the position, then let `read` return records."""
        # aiokafka does not tell the id in any other way.
        self._membership.note_joined(self._consumer._coordinator.member_id)  # noqa: SLF001
        await gather_all(self._take(tp) for tp in assigned)
        self._has_joined = True

    def partitions(self) -> frozenset[Partition]:
        """See monitor.bus.Subscription."""
        return frozenset(self._partition(tp) for tp, assignment in self._assignments.items() if assignment.restored)

    def is_ready(self) -> bool:
        """See monitor.bus.Subscription."""
        return self._has_joined and not self._broken and all(each.restored for each in self._assignments.values())

    def trouble(self) -> str | None:
        """See monitor.bus.Subscription."""
        return self._membership.trouble or self._reader.stalled()

    async def read(
        self, limit: int, wait: float, streams: Collection[str] = (), max_bytes: int = UNLIMITED_BYTES
    ) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        topics = {self._broker.topic(stream) for stream in streams or self._streams}
        with active(self._consumer):
            self._cluster.check(topics)
            async with translate_errors("reading"):
                check_member(self._consumer, self._cluster)
            await self._find_outdated()
            await self._take_over_broken()
            await self._restore_assigned()
            if (batch := self._reader.take(topics, limit, max_bytes)) is None:
                await self._fetch(limit, wait, topics)
                batch = self._reader.take(topics, limit, max_bytes)
            if batch is None:
                await self._skip_markers()
                self._reader.report_stalled()
                return ()
        tp, records = batch
        if tp in self._assignments:
            self._assignments[tp].progress = time.monotonic()
        return records

    def rewind(self, partition: Partition) -> None:
        """See monitor.bus.Subscription."""
        tp = TopicPartition(self._broker.topic(partition.stream), partition.number)
        if tp in self._assignments and tp not in self._broken:
            self._reader.seek(tp, self._assignments[tp].committed)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        note_activity(self._consumer)
        tp = TopicPartition(self._broker.topic(partition.stream), partition.number)
        assignment = self._assignments.get(tp)
        try:
            records = checked_records(out, self._broker.streams)
            async with self._locks[tp]:
                await self._commit(tp, assignment, done[-1].offset + 1 if done else None, records)
        except BaseException:
            self.rewind(partition)
            raise

    async def _commit(
        self, tp: TopicPartition, assignment: Assignment | None, position: int | None, out: Sequence[ProducerRecord]
    ) -> None:
        self._cluster.check()
        if assignment and await assignment.fence.is_left_open([tp.topic]):
            self._broken.setdefault(tp, None)
        # A partition that a rebalance gives to this member again is read again: earlier records must not be committed.
        is_owned = assignment is self._assignments.get(tp) and tp not in self._broken
        if assignment is None or not assignment.restored or not is_owned:
            raise Fenced(f"{tp.topic}/{tp.partition} was reassigned")
        written = set(map(self._broker.topic, {record.stream for record in out}))
        try:
            async with self._cluster.call("committing", {tp.topic, *written}, written=written):
                await assignment.fence.commit(out, [] if position is None else [(tp, position)])
        except BaseException:
            # The outcome may be unknown. The takeover reads the committed position.
            self._broken[tp] = None
            raise
        if position is not None:
            assignment.committed = position
            if self._reader.position(tp) < position:
                # The partition was rewound after these records were read.
                self._reader.seek(tp, position)

    async def _take(self, tp: TopicPartition) -> None:
        """Take over *tp*, once a running commit has ended."""
        async with self._locks[tp]:
            await self._take_locked(tp)

    async def _take_locked(self, tp: TopicPartition) -> None:
        """Take over *tp*. If that fails, keep the error for a read to raise."""
        try:
            assignment = await take_over(self._cluster, self._consumer, self._group, tp, is_recreated=tp in self._recreated)
        except Exception as error:  # noqa: BLE001  (aiokafka only logs exceptions of its callback; the partition would have no owner)
            log.warning("partition not taken over yet", group=self._group, partition=tp.partition, error=str(error))
            self._assignments.pop(tp, None)
            self._broken[tp] = error
            return
        topic_id = assignment.topic_id
        if assignment.new and tp not in self._recreated and topic_id != self._topic_ids.get(tp, topic_id):
            self._tell_recreated(tp)
        self._topic_ids[tp] = topic_id
        self._assignments[tp] = assignment
        self._broken.pop(tp, None)
        self._recreated.discard(tp)
        self._reader.seek(tp, assignment.committed)

    async def _release(self, tp: TopicPartition) -> None:
        """Give up *tp*, once a running commit has ended."""
        async with self._locks[tp]:
            self._broken.pop(tp, None)
            self._reader.forget(tp)
            if assignment := self._assignments.pop(tp, None):
                await assignment.fence.stop()

    async def _take_over_broken(self) -> None:
        """Take over broken partitions that are still assigned to this member. Raises the error if that fails, or has failed."""
        if not self._broken:
            return
        self._raise_failure(Transient)
        await asyncio.sleep(self._broker.session_seconds / 20)
        for tp in tuple(self._broken):
            async with self._locks[tp]:
                if tp not in self._broken:
                    continue  # a rebalance has taken it over, or released it
                assigned = tp in self._consumer.assignment()
                if assignment := self._assignments.pop(tp, None):
                    await assignment.fence.stop()
                if assigned:
                    await self._take_locked(tp)
                else:
                    self._broken.pop(tp, None)
        self._raise_failure(Exception)

    def _raise_failure(self, kind: type[Exception]) -> None:
        """Raise an error of this *kind* of the takeovers that have failed. What somebody must correct comes first."""
        if errors := [error for error in self._broken.values() if isinstance(error, kind)]:
            self._broken = dict.fromkeys(self._broken)
            raise min(errors, key=lambda error: isinstance(error, Transient))

    async def _find_outdated(self) -> None:
        """Mark what is to be taken over anew: what an outage has left open, and at its oldest record what was created again."""
        for tp, assignment in tuple(self._assignments.items()):
            if not self._locks[tp].locked() and self._assignments.get(tp) is assignment:
                async with self._locks[tp]:  # a commit has a transaction open, and looks itself
                    if await assignment.fence.is_left_open([tp.topic]):
                        self._broken.setdefault(tp, None)
            topic = self._cluster.topics.get(tp.topic)
            if self._assignments.get(tp) is not assignment or topic is None or not assignment.topic_id:
                continue
            if topic.id != assignment.topic_id and tp not in self._recreated:
                self._tell_recreated(tp)
                self._recreated.add(tp)
                self._broken[tp] = None

    def _tell_recreated(self, tp: TopicPartition) -> None:
        log.warning("stream was deleted and created again", group=self._group, stream=self._broker.stream(tp.topic))

    async def _restore_assigned(self) -> None:
        """Restore newly assigned partitions, outside of the rebalance callback. Raises OffsetOutOfRange."""
        for tp, assignment in tuple(self._assignments.items()):
            if assignment.restored or tp in self._broken:
                continue
            async with self._cluster.call("reading the offsets", [tp.topic]):
                earliest = (await self._observer.beginning_offsets([tp]))[tp]
                end = (await self._observer.end_offsets([tp]))[tp]
            check_position(self._group, f"{self._broker.stream(tp.topic)}/{tp.partition}", assignment, earliest, end)
            await self._restore(self._partition(tp))
            assignment.restored = True

    async def _fetch(self, limit: int, wait: float, topics: Collection[str]) -> None:
        """Wait for records of the restored partitions of *topics*."""
        ready = [
            tp for tp, each in self._assignments.items() if each.restored and tp.topic in topics and tp not in self._broken
        ]
        if not ready:
            await asyncio.sleep(min(wait, 0.05))
            return
        # What has arrived is taken in this order, so that a batch is processed while those of other partitions are committed.
        ready.sort(key=lambda tp: (self._locks[tp].locked(), self._assignments[tp].progress))
        async with self._cluster.call("reading", topics):
            try:
                lost = await self._reader.fetch(ready, limit, wait)
            except IllegalStateError:
                # During the call a partition was revoked.
                for assignment in self._assignments.values():
                    assignment.restored = False
                return
        # The records were removed, or the topic was replaced. The takeover reads the position again.
        self._broken |= dict.fromkeys(tp for tp in lost if tp in self._assignments)

    async def _skip_markers(self) -> None:
        """Commit the position of idle partitions past transaction markers.

        Otherwise the lag would never become 0, and markers that expire would look like records removed unread.
        """
        now = time.monotonic()
        for tp, assignment in tuple(self._assignments.items()):
            if not self._locks[tp].locked():
                async with self._locks[tp]:
                    await self._skip_markers_of(tp, assignment, now)

    async def _skip_markers_of(self, tp: TopicPartition, assignment: Assignment, now: float) -> None:
        if (
            self._assignments.get(tp) is not assignment
            or not assignment.restored
            or self._reader.position(tp) > assignment.committed
            or tp in self._broken
            or now - assignment.progress < IDLE_SECONDS
        ):
            return
        assignment.progress = now
        try:
            async with asyncio.timeout(1.0):
                position = await self._consumer.position(tp)
        except (IllegalStateError, TimeoutError):
            return
        if position > assignment.committed and not self._reader.has_more(tp):
            await self._commit(tp, assignment, position, ())

    def _partition(self, tp: TopicPartition) -> Partition:
        return Partition(self._broker.stream(tp.topic), tp.partition)
