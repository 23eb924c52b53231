"""Copy a stream over each bus, at several batch sizes; on Kafka also with bare aiokafka in the same run."""

import asyncio
import time
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.harness import median_and_p99, sqlite_bus
from bench.kafka import kafka_address
from monitor.bus import Bus, ProducerRecord, Record, kafka
from monitor.bus.backends import Address, connect
from monitor.bus.kafka.client import REQUEST_BYTES
from tests.bus import restore_nothing

COUNTS = {1: 500, 10: 5000, 100: 30000, 500: 30000}
"""The number of messages to copy, by batch size."""
TOTAL = max(COUNTS.values())
BODY = b"x" * 4096
SOURCE, SINK = "article.topics.v1", "article.stories.v1"


async def fill(bus: Bus) -> None:
    """Publish TOTAL messages to the source."""
    for start in range(0, TOTAL, 500):
        numbers = range(start, start + 500)
        await bus.publish([ProducerRecord(SOURCE, str(number), BODY, {"feed": "example.org/feed"}) for number in numbers])


def copies(batch: Sequence[Record]) -> list[ProducerRecord]:
    """Return the records of *batch* as records for the sink."""
    return [ProducerRecord(SINK, record.key, record.value, record.headers) for record in batch]


async def copy(bus: Bus, batch_size: int, count: int) -> tuple[float, list[float]]:
    """Copy *count* messages. Return the duration in seconds, and that of each commit."""
    commit_times, copied, began = [], 0, 0.0
    async with bus.subscribe(f"bench{batch_size}", SOURCE, restore=restore_nothing) as subscription:
        while copied < count:
            batch = await subscription.read(batch_size, 5)
            if not batch:
                continue
            began = began or time.perf_counter()
            commit_began = time.perf_counter()
            await subscription.commit(batch[0].partition, batch, copies(batch))
            commit_times.append(time.perf_counter() - commit_began)
            copied += len(batch)
        return time.perf_counter() - began, commit_times


async def copy_with_aiokafka(address: Address, batch_size: int, count: int) -> tuple[float, list[float]]:
    """Do the same as copy with aiokafka alone, as in its example of a transactional copy.

    There is one producer, and one transaction for each batch.
    """
    broker, group = kafka.broker(address), f"bare{batch_size}"
    source, sink = broker.topic(SOURCE), broker.topic(SINK)
    consumer = AIOKafkaConsumer(
        source,
        bootstrap_servers=broker.servers,
        group_id=group,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    producer = AIOKafkaProducer(bootstrap_servers=broker.servers, transactional_id=group, max_batch_size=REQUEST_BYTES)
    commit_times, copied, began = [], 0, 0.0
    await consumer.start()
    await producer.start()
    try:
        while copied < count:
            batches = await consumer.getmany(timeout_ms=5000, max_records=batch_size)
            began = began or time.perf_counter()
            for batch in batches.values():
                commit_began = time.perf_counter()
                async with producer.transaction():
                    deliveries = [
                        await producer.send(sink, record.value, record.key, headers=list(record.headers)) for record in batch
                    ]
                    await asyncio.gather(*deliveries)
                    position = {TopicPartition(source, 0): batch[-1].offset + 1}
                    await producer.send_offsets_to_transaction(position, group)
                commit_times.append(time.perf_counter() - commit_began)
                copied += len(batch)
        return time.perf_counter() - began, commit_times
    finally:
        await consumer.stop()
        await producer.stop()


def report(name: str, batch_size: int, count: int, seconds: float, commit_times: list[float]) -> float:
    """Print a line of results, and return the messages per second. *commit_times* are in seconds."""
    p50, p99 = median_and_p99(commit_times)
    rate = count / seconds
    print(f"{name:<14} batch {batch_size:>3}  {rate:>8,.0f}/s  commit p50 {p50:6.2f} ms  p99 {p99:6.2f} ms")
    return rate


async def main() -> None:
    """Measure SQLite, then bare aiokafka and Kafka in turn."""
    async with sqlite_bus() as bus:
        await fill(bus)
        for batch_size, count in COUNTS.items():
            report("sqlite", batch_size, count, *await copy(bus, batch_size, count))
    with kafka_address() as address:
        async with connect(address) as bus:
            await fill(bus)
            for batch_size, count in COUNTS.items():
                theirs = report("bare aiokafka", batch_size, count, *await copy_with_aiokafka(address, batch_size, count))
                ours = report("kafka", batch_size, count, *await copy(bus, batch_size, count))
                print(f"{'':<14} batch {batch_size:>3}  {ours / theirs:8.2f} times bare aiokafka")


if __name__ == "__main__":
    asyncio.run(main())
