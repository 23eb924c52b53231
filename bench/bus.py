"""Copy a stream over each bus, at several batch sizes; bench.hop compares the loop on Kafka with other programs."""

import asyncio
import time
from collections.abc import Sequence

from bench.harness import median_and_p99, sqlite_bus
from bench.kafka import kafka_address
from monitor.bus import Bus, ProducerRecord, Record
from monitor.bus.backends import connect
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


def report(name: str, batch_size: int, count: int, seconds: float, commit_times: list[float]) -> None:
    """Print a line of results. *commit_times* are in seconds."""
    p50, p99 = median_and_p99(commit_times)
    print(f"{name:<14} batch {batch_size:>3}  {count / seconds:>8,.0f}/s  commit p50 {p50:6.2f} ms  p99 {p99:6.2f} ms")


async def main() -> None:
    """Measure SQLite, then Kafka."""
    async with sqlite_bus() as bus:
        await fill(bus)
        for batch_size, count in COUNTS.items():
            report("sqlite", batch_size, count, *await copy(bus, batch_size, count))
    with kafka_address() as address:
        async with connect(address) as bus:
            await fill(bus)
            for batch_size, count in COUNTS.items():
                report("kafka", batch_size, count, *await copy(bus, batch_size, count))


if __name__ == "__main__":
    asyncio.run(main())
