"""Publishing, subscribing and replaying on Kafka."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.bus import (
    UNLIMITED_BYTES,
    Partition,
    ProducerRecord,
    Record,
    ReportStall,
    Restore,
    Subscription,
    Transient,
    check_offset,
    checked_records,
    partition_for,
    raise_stall,
)
from monitor.bus.kafka.bootstrap import bootstrap, bootstrap_once_ready, has_moved
from monitor.bus.kafka.client import Broker, consumer
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.diagnosis import connecting
from monitor.bus.kafka.member import Member
from monitor.bus.kafka.positions import committed
from monitor.bus.kafka.publisher import Publisher
from monitor.bus.kafka.reader import Reader
from monitor.bus.kafka.stopping import stop_all
from monitor.bus.streams import Stream

REPLAY_LIMIT = 500
"""Records per read of a replay."""
PROCESSES = "process.v1"
"""The stream in which each running process publishes every ten seconds."""
SILENCE_SECONDS = 15.0
"""Age of the newest record above which the clock of this machine may be ahead of the brokers'."""


@asynccontextmanager
async def connect(broker: Broker, clock: Callable[[], float] = time.time) -> AsyncIterator["KafkaBus"]:
    """Open the bus on *broker*. Raises Transient if it is unavailable, Misconfigured if it refuses the login."""
    cluster, observer = Cluster(broker), consumer(broker, committed=False)
    try:
        async with connecting(broker):
            await cluster.start()
            await observer.start()
            await bootstrap_once_ready(observer._client)  # noqa: SLF001  (its own start does not wait)
        bus = KafkaBus(cluster, observer, clock)
        try:
            yield bus
        finally:
            await bus.close()
    finally:
        await stop_all([observer])
        await cluster.close()


class KafkaBus:
    """See monitor.bus.Bus. The *observer* is a consumer that also sees records of open transactions.

    *clock* is the clock of this machine. Restoring a state works whatever it says.
    """

    def __init__(self, cluster: Cluster, observer: AIOKafkaConsumer, clock: Callable[[], float]) -> None:
        self.broker, self._cluster, self._observer, self._clock = cluster.broker, cluster, observer, clock
        self.publisher = Publisher(cluster)
        # Where the last replay has seen that there are only transaction markers: from which offset to which.
        self._markers: dict[TopicPartition, tuple[int, int]] = {}

    @property
    def streams(self) -> Mapping[str, Stream]:
        """See monitor.bus.Bus."""
        return self.broker.streams

    async def close(self) -> None:
        """Stop publishing."""
        await self.publisher.close()

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Bus."""
        await self.publisher.publish(checked_records(out, self.streams))

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Subscription]:
        """See monitor.bus.Bus."""
        member = Member(self._cluster, self._observer, group, streams, restore)
        try:
            async with self._cluster.call("connecting"):
                await self._follow_brokers()
            await member.start()
            yield member
        finally:
            await member.stop()

    async def replay(
        self,
        stream: str,
        since: datetime | None,
        partition: int | None = None,
        offsets: Mapping[int, int] | None = None,
        report_stall: ReportStall = raise_stall,
    ) -> AsyncGenerator[Record, None]:
        """See monitor.bus.Bus."""
        wanted = [tp for tp in self._partitions(stream) if partition in {None, tp.partition}]
        topic = self.broker.topic(stream)
        state = self._cluster.topics.get(topic)
        starts, ends = await self._bounds(topic, wanted, since, offsets or {}, is_restore=partition is not None)
        unfinished = {tp for tp in wanted if starts.get(tp, ends[tp]) < ends[tp]}
        if not unfinished:
            return
        client = consumer(self.broker)
        try:
            async with self._cluster.call("replaying"):
                await client.start()
            client.assign(sorted(unfinished))
            reader = Reader(self._cluster, client)
            for tp in unfinished:
                reader.seek(tp, starts[tp])
            while unfinished:
                async with self._cluster.call("replaying", [topic]):
                    for tp in await reader.fetch(unfinished, REPLAY_LIMIT, 0.05):
                        # Its oldest records were removed meanwhile.
                        reader.seek(tp, (await self._observer.beginning_offsets([tp]))[tp])
                while batch := reader.take([topic], REPLAY_LIMIT, UNLIMITED_BYTES):
                    tp, records = batch
                    for record in records:
                        if record.offset < ends[tp]:
                            starts[tp] = record.offset + 1
                            yield record
                async with self._cluster.call("replaying", [topic]):
                    unfinished -= {tp for tp in unfinished if await client.position(tp) >= ends[tp]}
                if state and (now := self._cluster.topics.get(topic)) and now.id != state.id:
                    # The ends are those of the deleted stream, and may never be reached.
                    raise Transient(f"replaying: the stream {stream} was deleted and created again")
                reader.report_stalled()
                report_stall(reader.stalled())
            self._markers |= {tp: (starts[tp], ends[tp]) for tp in wanted if tp in starts}
        finally:
            await stop_all([client])

    def writes(self) -> int:
        """See monitor.bus.Bus. The brokers do not tell."""
        return 0

    async def wait(self, writes: int, seconds: float) -> None:  # noqa: ARG002  (the brokers do not tell)
        """See monitor.bus.Bus."""
        await asyncio.sleep(seconds)

    def partition(self, stream: str, key: str) -> int:
        """See monitor.bus.Bus."""
        return partition_for(key, self.streams[stream].partitions)

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """See monitor.bus.Bus."""
        async with self._cluster.call("reading positions"):
            offsets = await committed(self._cluster.client, self.broker.prefix + group)
        topic = self.broker.topic(stream)
        return {tp.partition: offset for tp, offset in offsets.items() if tp.topic == topic}

    async def lag(self, group: str, stream: str) -> int | None:
        """See monitor.bus.Bus."""
        positions = await self.positions(group, stream)
        if not positions:
            return None
        wanted = self._partitions(stream)
        async with self._cluster.call("reading offsets", [self.broker.topic(stream)]):
            await self._learn_leaders(self.broker.topic(stream))
            ends = await self._observer.end_offsets(wanted)
            firsts = await self._observer.beginning_offsets(wanted)
        return sum(_unread(positions.get(tp.partition), int(firsts[tp]), int(ends[tp])) for tp in wanted)

    async def _learn_leaders(self, topic: str) -> None:
        """Let the observer ask once who leads the partitions of *topic*.

        Otherwise aiokafka asks only after an attempt that fails, and waits for RETRY_MS: half a second for each stream.
        """
        await self._follow_brokers()
        await self._observer._client.add_topic(topic)  # noqa: SLF001  (no public method does it without fetching records)

    async def _follow_brokers(self) -> None:
        """Connect the observer anew if the brokers have other addresses."""
        client = self._observer._client  # noqa: SLF001  (it has no public method for that)
        if has_moved(client, self._cluster.client):
            await bootstrap(client)

    def _partitions(self, stream: str) -> list[TopicPartition]:
        """Return the partitions of *stream*, also those that were added on the broker."""
        topic = self.broker.topic(stream)
        known = self._cluster.topics.get(topic)
        return [
            TopicPartition(topic, number) for number in (known.leaders if known else range(self.streams[stream].partitions))
        ]

    async def _bounds(
        self, topic: str, wanted: list[TopicPartition], since: datetime | None, offsets: Mapping[int, int], *, is_restore: bool
    ) -> tuple[dict[TopicPartition, int], Mapping[TopicPartition, int]]:
        """Return the offsets between which a replay reads the partitions *wanted* of *topic*: the starts and the ends."""
        async with self._cluster.call("reading offsets", [topic]):
            await self._learn_leaders(topic)
            # The end offset includes open transactions. One of them may commit records that were written before this call.
            ends = await self._observer.end_offsets(wanted)
            starts = await self._starts(wanted, since, is_restore=is_restore)
            return starts | await self._resumed(wanted, offsets, ends), ends

    async def _starts(
        self, wanted: list[TopicPartition], since: datetime | None, *, is_restore: bool
    ) -> dict[TopicPartition, int]:
        """Return the start offset of each partition. A partition without records from *since* on is absent.

        A restore starts earlier by the time in which nothing was written, see Bus.replay.
        """
        if since is None:
            return dict(await self._observer.beginning_offsets(wanted))
        processes = TopicPartition(self.broker.topic(PROCESSES), 0)
        newest = await self._cluster.newest([*wanted, processes]) if is_restore else None
        # Records have the brokers' time. If the clock of this machine, from which *since* comes, is ahead, *since* is too late.
        silence = self._clock() - newest if newest is not None else 0.0
        moment = int((since.timestamp() - (silence if silence > SILENCE_SECONDS else 0)) * 1000)
        offsets = await self._observer.offsets_for_times(dict.fromkeys(wanted, max(0, moment)))
        return {tp: first.offset for tp, first in offsets.items() if first is not None}

    async def _resumed(
        self, wanted: list[TopicPartition], offsets: Mapping[int, int], ends: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        """Return where to start in the partitions of *offsets*. Raises OffsetOutOfRange."""
        resumed = [tp for tp in wanted if tp.partition in offsets]
        firsts = await self._observer.beginning_offsets(resumed) if resumed else {}
        starts = {}
        for tp in resumed:
            offset, (first, end) = offsets[tp.partition], self._markers.get(tp, (-1, -1))
            # A client that has read all need not connect to read the markers, which may also have been removed.
            start = end if offset == first else offset
            starts[tp] = check_offset(Partition(self.broker.stream(tp.topic), tp.partition), start, firsts[tp], ends[tp])
        return starts


def _unread(position: int | None, first: int, end: int) -> int:
    """Return how many records between *first* and *end* a group at *position* has not read.

    A position after the end is one in a former stream of the same name: the group has read nothing.
    """
    return end - first if position is None or position > end else max(0, end - position)
