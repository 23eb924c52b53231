"""A trivial step over each bus, at several batch sizes; on Kafka beside bare aiokafka in the same run."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.broker import kafka
from monitor.bus import Bus, Partition, ProducerRecord, Record
from monitor.bus import kafka as kafka_backend
from monitor.bus.backends import Address, connect
from monitor.bus.kafka.client import REQUEST_BYTES

SIZES = {1: 500, 10: 5000, 100: 30000, 500: 30000}
"""Batch size to the number of messages that are measured."""
TOTAL = max(SIZES.values())
BODY = b"x" * 4096
SOURCE, SINK = "article.topics.v1", "article.stories.v1"


async def nothing(partition: Partition) -> None:
    """Restore nothing."""


@asynccontextmanager
async def sqlite() -> AsyncIterator[Bus]:
    """A new SQLite bus, as safe as by default."""
    with tempfile.TemporaryDirectory() as folder:
        async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
            yield bus


async def fill(bus: Bus) -> None:
    """Publish TOTAL messages to the source."""
    for start in range(0, TOTAL, 500):
        batch = [
            ProducerRecord(SOURCE, str(number), BODY, {"feed": "example.org/feed"}) for number in range(start, start + 500)
        ]
        await bus.publish(batch)


def again(batch: Sequence[Record]) -> list[ProducerRecord]:
    """The trivial step."""
    return [ProducerRecord(SINK, delivery.key, delivery.value, delivery.headers) for delivery in batch]


async def copy(bus: Bus, size: int, count: int) -> tuple[float, list[float]]:
    """Read and publish again *count* messages, *size* to a commit: seconds in all, and of each commit."""
    times, done, began = [], 0, 0.0
    async with bus.subscribe(f"bench{size}", SOURCE, restore=nothing) as subscription:
        while done < count:
            batch = await subscription.read(size, 5)
            if not batch:
                continue
            began = began or time.perf_counter()
            start = time.perf_counter()
            await subscription.commit(batch[0].partition, batch, again(batch))
            times.append(time.perf_counter() - start)
            done += len(batch)
        return time.perf_counter() - began, times


async def bare(at: Address, size: int, count: int) -> tuple[float, list[float]]:
    """The same with aiokafka alone, as in its own example of a transactional copy: one producer, one transaction a batch."""
    broker, times, done, began = kafka_backend.broker(at), [], 0, 0.0
    source, sink = broker.topic(SOURCE), broker.topic(SINK)
    consumer = AIOKafkaConsumer(
        source,
        bootstrap_servers=broker.servers,
        group_id=f"bare{size}",
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    producer = AIOKafkaProducer(bootstrap_servers=broker.servers, transactional_id=f"bare{size}", max_batch_size=REQUEST_BYTES)
    await consumer.start()
    await producer.start()
    try:
        while done < count:
            found = await consumer.getmany(timeout_ms=5000, max_records=size)
            began = began or time.perf_counter()
            for records in found.values():
                start = time.perf_counter()
                async with producer.transaction():
                    sent = [
                        await producer.send(sink, record.value, record.key, headers=list(record.headers)) for record in records
                    ]
                    await asyncio.gather(*sent)
                    position = {TopicPartition(source, 0): records[-1].offset + 1}
                    await producer.send_offsets_to_transaction(position, f"bare{size}")
                times.append(time.perf_counter() - start)
                done += len(records)
        return time.perf_counter() - began, times
    finally:
        await consumer.stop()
        await producer.stop()


def report(name: str, size: int, count: int, seconds: float, times: list[float]) -> float:
    """Print one line; the rate in messages a second."""
    cuts = quantiles(times, n=100)
    rate = count / seconds
    print(f"{name:<14} batch {size:>3}  {rate:>8,.0f}/s  commit p50 {cuts[49] * 1000:6.2f} ms  p99 {cuts[98] * 1000:6.2f} ms")
    return rate


async def main() -> None:
    """SQLite, then Kafka beside aiokafka alone."""
    async with sqlite() as bus:
        await fill(bus)
        for size, count in SIZES.items():
            report("sqlite", size, count, *await copy(bus, size, count))
    with kafka() as at:
        async with connect(at) as bus:
            await fill(bus)
            for size, count in SIZES.items():
                theirs = report("bare aiokafka", size, count, *await bare(at, size, count))
                ours = report("kafka", size, count, *await copy(bus, size, count))
                print(f"{'':<14} batch {size:>3}  {ours / theirs:8.2f} times bare aiokafka")


if __name__ == "__main__":
    asyncio.run(main())
