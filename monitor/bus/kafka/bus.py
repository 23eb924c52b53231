"""Publishing, subscribing and replaying on Kafka."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from monitor.bus import ProducerRecord, Record, Restore, Subscription, checked_records, partition_for
from monitor.bus.kafka.client import Broker, consumer, producer, stop_all, to_record, translate_errors
from monitor.bus.kafka.fence import transact
from monitor.bus.kafka.member import Member
from monitor.bus.streams import Stream

REPLAY_LIMIT = 500
"""Records per read of a replay."""


@asynccontextmanager
async def connect(broker: Broker) -> AsyncIterator["KafkaBus"]:
    """Open the bus on *broker*. Raises Transient if it is unavailable, Misconfigured if it refuses the login."""
    async with translate_errors("connecting"):
        observer = consumer(broker, committed=False)
        try:
            await observer.start()
        except BaseException:
            await stop_all([observer])
            raise
    bus = KafkaBus(broker, observer)
    try:
        yield bus
    finally:
        await bus.close()


class KafkaBus:
    """See monitor.bus.Bus. The *observer* is a consumer that also sees records of open transactions."""

    def __init__(self, broker: Broker, observer: AIOKafkaConsumer) -> None:
        self.broker, self._observer = broker, observer
        self._producer: AIOKafkaProducer | None = None
        self._publish_lock = asyncio.Lock()

    @property
    def streams(self) -> Mapping[str, Stream]:
        """See monitor.bus.Bus."""
        return self.broker.streams

    async def close(self) -> None:
        """Close the connections to the broker."""
        await stop_all([client for client in (self._observer, self._producer) if client is not None])

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Bus."""
        records = checked_records(out, self.streams)
        async with self._publish_lock:
            try:
                async with translate_errors("publishing"):
                    if self._producer is None:
                        self._producer = producer(self.broker, f"{self.broker.prefix}publish-{secrets.token_hex(8)}")
                        await self._producer.start()
                    await transact(self.broker, self._producer, records)
            except BaseException:
                broken, self._producer = self._producer, None
                if broken is not None:
                    await stop_all([broken])
                raise

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Subscription]:
        """See monitor.bus.Bus."""
        member = Member(self.broker, group, streams, restore)
        try:
            await member.start()
            yield member
        finally:
            await member.stop()

    async def replay(self, stream: str, since: datetime | None, partition: int | None = None) -> AsyncIterator[Record]:
        """See monitor.bus.Bus."""
        numbers = range(self.streams[stream].partitions) if partition is None else [partition]
        wanted = [TopicPartition(self.broker.topic(stream), number) for number in numbers]
        async with translate_errors("reading offsets"):
            # The end offset includes open transactions. One of them may commit records that were written before this call.
            ends = await self._observer.end_offsets(wanted)
            starts = await self._starts(wanted, since)
        unfinished = {tp for tp in wanted if starts.get(tp, ends[tp]) < ends[tp]}
        if not unfinished:
            return
        reader = consumer(self.broker)
        try:
            async with translate_errors("replaying"):
                await reader.start()
            reader.assign(sorted(unfinished))
            for tp in unfinished:
                reader.seek(tp, starts[tp])
            while unfinished:
                async with translate_errors("replaying"):
                    batches = await reader.getmany(*unfinished, timeout_ms=50, max_records=REPLAY_LIMIT)
                for tp, records in batches.items():
                    for record in records:
                        if record.offset < ends[tp]:
                            yield to_record(self.broker, record)
                async with translate_errors("replaying"):
                    unfinished -= {tp for tp in unfinished if await reader.position(tp) >= ends[tp]}
        finally:
            await stop_all([reader])

    def partition(self, stream: str, key: str) -> int:
        """See monitor.bus.Bus."""
        return partition_for(key, self.streams[stream].partitions)

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """See monitor.bus.Bus."""
        admin = AIOKafkaAdminClient(**self.broker.settings())
        try:
            async with translate_errors("reading positions"):
                await admin.start()
                while True:
                    try:
                        offsets = await admin.list_consumer_group_offsets(self.broker.prefix + group)
                        break
                    except GroupCoordinatorNotAvailableError:
                        # A new broker creates its topic of consumer offsets on the first request.
                        await asyncio.sleep(0.1)
        finally:
            await admin.close()
        topic = self.broker.topic(stream)
        return {tp.partition: int(each.offset) for tp, each in offsets.items() if tp.topic == topic and each.offset >= 0}

    async def lag(self, group: str, stream: str) -> int | None:
        """See monitor.bus.Bus."""
        positions = await self.positions(group, stream)
        if not positions:
            return None
        wanted = [TopicPartition(self.broker.topic(stream), number) for number in range(self.streams[stream].partitions)]
        async with translate_errors("reading offsets"):
            ends = await self._observer.end_offsets(wanted)
            firsts = await self._observer.beginning_offsets(wanted)
        return sum(max(0, int(ends[tp]) - positions.get(tp.partition, int(firsts[tp]))) for tp in wanted)

    async def _starts(self, wanted: list[TopicPartition], since: datetime | None) -> dict[TopicPartition, int]:
        """Return the start offset of each partition. A partition without records from *since* on is absent."""
        if since is None:
            return dict(await self._observer.beginning_offsets(wanted))
        moment = int(since.timestamp() * 1000)
        offsets = await self._observer.offsets_for_times(dict.fromkeys(wanted, moment))
        return {tp: first.offset for tp, first in offsets.items() if first is not None}
