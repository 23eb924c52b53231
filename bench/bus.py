"""A trivial step over each bus, at several batch sizes; on Kafka beside bare aiokafka in the same run."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles

from monitor.bus import Bus, Delivery, Message, Partition
from monitor.bus.open import connect

SIZES = {1: 500, 10: 5000, 100: 30000, 500: 30000}
"""Batch size to the number of messages that are measured."""
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


async def fill(bus: Bus, count: int) -> None:
    """Publish *count* messages to the source."""
    for start in range(0, count, 500):
        await bus.publish(
            [Message(SOURCE, str(number), BODY, {"feed": "example.org/feed"}) for number in range(start, start + 500)]
        )


async def copy(bus: Bus, group: str, size: int, count: int) -> list[float]:
    """Read and publish again *count* messages, *size* to a commit: the seconds that each commit took."""
    times = []
    async with bus.subscribe(group, SOURCE, restore=nothing) as subscription:
        await bus.publish([])
        while count > 0:
            batch = await subscription.read(size, 5)
            began = time.perf_counter()
            await subscription.commit(batch[0].partition, batch, again(batch))
            times.append(time.perf_counter() - began)
            count -= len(batch)
    return times


def again(batch: Sequence[Delivery]) -> list[Message]:
    """The trivial step."""
    return [Message(SINK, delivery.key, delivery.value, delivery.headers) for delivery in batch]


def report(name: str, size: int, count: int, seconds: float, times: list[float]) -> float:
    """Print one line; the rate in messages a second."""
    cuts = quantiles(times, n=100)
    rate = count / seconds
    print(f"{name:<16} batch {size:>3}  {rate:>8,.0f}/s  commit p50 {cuts[49] * 1000:6.2f} ms  p99 {cuts[98] * 1000:6.2f} ms")
    return rate


async def measure(name: str, bus: Bus) -> None:
    """All sizes over *bus*."""
    for size, count in SIZES.items():
        await fill(bus, count)
        began = time.perf_counter()
        times = await copy(bus, f"bench{size}", size, count)
        report(name, size, count, time.perf_counter() - began, times)


async def main() -> None:
    """SQLite, then Kafka."""
    async with sqlite() as bus:
        await measure("sqlite", bus)


if __name__ == "__main__":
    asyncio.run(main())
