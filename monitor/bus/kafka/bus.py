"""Publishing, subscribing and replaying on Kafka."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from monitor.bus import ProducerRecord, Record, Restore, Subscription, check_size, partition_for
from monitor.bus.kafka.client import Broker, consumer, delivery, patient, producer, stop_all
from monitor.bus.kafka.fence import transact
from monitor.bus.kafka.member import Member
from monitor.bus.streams import Stream

REPLAY = 500
"""Messages in one read of a replay."""


@asynccontextmanager
async def connect(broker: Broker) -> AsyncIterator["KafkaBus"]:
    """The bus on *broker*. Raises Transient where it does not answer, Misconfigured where it refuses us."""
    async with patient("connecting"):
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
    """See monitor.bus.Bus. The *observer* sees offsets past open transactions too."""

    def __init__(self, broker: Broker, observer: AIOKafkaConsumer) -> None:
        self.broker, self._observer = broker, observer
        self._producer: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()

    @property
    def streams(self) -> Mapping[str, Stream]:
        """See monitor.bus.Bus."""
        return self.broker.streams

    async def close(self) -> None:
        """Close the connections to the broker."""
        await stop_all([client for client in (self._observer, self._producer) if client is not None])

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Bus."""
        messages = tuple(out)
        for message in messages:
            check_size(message, self.streams[message.stream])
        async with self._turn:
            try:
                async with patient("publishing"):
                    if self._producer is None:
                        self._producer = producer(self.broker, f"{self.broker.prefix}publish-{secrets.token_hex(8)}")
                        await self._producer.start()
                    await transact(self.broker, self._producer, messages)
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
        async with patient("asking for offsets"):
            # Up to what is written, committed or not: what is committed later may have been written before the call.
            ends = await self._observer.end_offsets(wanted)
            starts = await self._starts(wanted, since)
        left = {at for at in wanted if starts.get(at, ends[at]) < ends[at]}
        if not left:
            return
        reader = consumer(self.broker)
        try:
            async with patient("replaying"):
                await reader.start()
            reader.assign(sorted(left))
            for at in left:
                reader.seek(at, starts[at])
            while left:
                async with patient("replaying"):
                    found = await reader.getmany(*left, timeout_ms=50, max_records=REPLAY)
                for at, records in found.items():
                    for record in records:
                        if record.offset < ends[at]:
                            yield delivery(self.broker, record)
                async with patient("replaying"):
                    left -= {at for at in left if await reader.position(at) >= ends[at]}
        finally:
            await stop_all([reader])

    def partition(self, stream: str, key: str) -> int:
        """See monitor.bus.Bus."""
        return partition_for(key, self.streams[stream].partitions)

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """See monitor.bus.Bus."""
        admin = AIOKafkaAdminClient(**self.broker.settings())
        try:
            async with patient("asking for positions"):
                await admin.start()
                while True:
                    try:
                        known = await admin.list_consumer_group_offsets(self.broker.prefix + group)
                        break
                    except GroupCoordinatorNotAvailableError:
                        # A broker that has never had a group makes ready for them when it is first asked.
                        await asyncio.sleep(0.1)
        finally:
            await admin.close()
        topic = self.broker.topic(stream)
        return {at.partition: int(found.offset) for at, found in known.items() if at.topic == topic and found.offset >= 0}

    async def lag(self, group: str, stream: str) -> int | None:
        """See monitor.bus.Bus."""
        reached = await self.positions(group, stream)
        if not reached:
            return None
        wanted = [TopicPartition(self.broker.topic(stream), number) for number in range(self.streams[stream].partitions)]
        async with patient("asking for offsets"):
            ends = await self._observer.end_offsets(wanted)
            firsts = await self._observer.beginning_offsets(wanted)
        return sum(max(0, int(ends[at]) - reached.get(at.partition, int(firsts[at]))) for at in wanted)

    async def _starts(self, wanted: list[TopicPartition], since: datetime | None) -> dict[TopicPartition, int]:
        """Where to begin in each partition; a partition with nothing so young is left out."""
        if since is None:
            return dict(await self._observer.beginning_offsets(wanted))
        moment = int(since.timestamp() * 1000)
        found = await self._observer.offsets_for_times(dict.fromkeys(wanted, moment))
        return {at: young.offset for at, young in found.items() if young is not None}
