"""The cost of each operation of a bus by the number of records that it holds."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

from bench.growth.measure import Case, fastest
from bench.harness import sqlite_bus
from bench.kafka import kafka_address
from monitor.bus import Bus, ProducerRecord
from monitor.bus.backends import connect, create_streams
from monitor.clock import utc
from tests.bus import replay, restore_nothing

SQLITE_SIZES = (1_000, 10_000, 100_000)
KAFKA_SIZES = (1_000, 10_000, 50_000)
BODY = b"x" * 1024
STREAM, COMPACT, GROUP = "article.topics.v1", "story.v1", "growth"
"""The streams that are filled: all records in the first, a hundredth as many keys in the compacted one."""
OpenBus = Callable[[int], AbstractAsyncContextManager[Bus]]


@contextmanager
def sqlite_cases() -> Iterator[list[Case]]:
    """Yield the cases of SQLite."""

    @asynccontextmanager
    async def filled(size: int) -> AsyncIterator[Bus]:
        async with sqlite_bus() as bus:
            await _fill(bus, size)
            yield bus

    yield [Case(name, SQLITE_SIZES, _measure(filled, operation)) for name, operation in OPERATIONS.items()]


@contextmanager
def kafka_cases() -> Iterator[list[Case]]:
    """Yield the cases of Kafka, on one broker, with a namespace of its own for each size and case."""
    with kafka_address() as address:
        numbers = count()

        @asynccontextmanager
        async def filled(size: int) -> AsyncIterator[Bus]:
            own = replace(address, url=f"{address.url}/g{next(numbers)}")
            await create_streams(own)
            async with connect(own) as bus:
                await _fill(bus, size)
                yield bus

        yield [Case(name, KAFKA_SIZES, _measure(filled, operation)) for name, operation in OPERATIONS.items()]


async def _fill(bus: Bus, size: int) -> None:
    """Publish *size* records to STREAM, read up to the last hundred by GROUP, and a hundredth as many keys to COMPACT."""
    for start in range(0, size, 500):
        await bus.publish([ProducerRecord(STREAM, str(number), BODY, {}) for number in range(start, min(start + 500, size))])
    await bus.publish([ProducerRecord(COMPACT, str(number), BODY, {}) for number in range(size // 100)])
    async with bus.subscribe(GROUP, STREAM, restore=restore_nothing) as subscription:
        read = 0
        while read < size - 100:
            if batch := await subscription.read(min(500, size - 100 - read), 1.0):
                await subscription.commit(batch[0].partition, batch, ())
                read += len(batch)


def _measure(filled: OpenBus, operation: Callable[[Bus], Awaitable[object]]) -> Callable[[int], Awaitable[float]]:
    async def measure(size: int) -> float:
        async with filled(size) as bus:
            await operation(bus)
            return await fastest(lambda: operation(bus))

    return measure


async def _publish(bus: Bus) -> None:
    await bus.publish([ProducerRecord(STREAM, "new", BODY, {})])


async def _publish_compacted(bus: Bus) -> None:
    await bus.publish([ProducerRecord(COMPACT, "1", BODY, {})])


async def _read_and_commit(bus: Bus) -> None:
    """Join, read one record and commit it with one of output."""
    async with bus.subscribe(GROUP, STREAM, restore=restore_nothing) as subscription:
        while not (batch := await subscription.read(1, 1.0)):
            pass
        await subscription.commit(batch[0].partition, batch, [ProducerRecord("article.stories.v1", "1", BODY, {})])


async def _replay_recent(bus: Bus) -> None:
    """Replay what is younger than now: nothing, wherever the search begins."""
    await replay(bus, STREAM, utc() + timedelta(seconds=1))


OPERATIONS: dict[str, Callable[[Bus], Awaitable[object]]] = {
    "publish": _publish,
    "publish to a compacted stream": _publish_compacted,
    "join, read one, commit": _read_and_commit,
    "positions": lambda bus: bus.positions(GROUP, STREAM),
    "lag": lambda bus: bus.lag(GROUP, STREAM),
    "replay of nothing recent": _replay_recent,
    "replay of all": lambda bus: replay(bus, STREAM),
}
