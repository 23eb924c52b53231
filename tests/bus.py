"""Functions with which tests use a bus of any kind."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from monitor.bus import Bus, Partition, ProducerRecord, Record, Subscription
from monitor.messages import ArticleBackfill, ArticleRaw, Message
from monitor.messages.codec import decode

M = TypeVar("M", bound=Message)


def producer_records(stream: str, count: int, start: int = 0) -> list[ProducerRecord]:
    """Return *count* records for *stream*. Key, value and the header n have the number of the record, from *start*."""
    return [
        ProducerRecord(stream, f"key {number}", f"value {number}".encode(), {"n": str(number)})
        for number in range(start, start + count)
    ]


async def restore_nothing(partition: Partition) -> None:
    """The restore callback of a subscription without state."""


async def replay(bus: Bus, stream: str, since: datetime | None = None, partition: int | None = None) -> list[Record]:
    """Return the records of *stream* as a list. See Bus.replay."""
    return [record async for record in bus.replay(stream, since, partition)]


async def count_values(bus: Bus, stream: str) -> Counter[bytes]:
    """Return how often each value occurs in *stream*."""
    return Counter(record.value for record in await replay(bus, stream))


async def read_all(bus: Bus, kind: type[M]) -> list[M]:
    """Return all messages of the class *kind* that the bus holds."""
    return [decode(kind, record) for record in await replay(bus, kind.STREAM.name)]


async def read_articles(bus: Bus) -> list[ArticleRaw]:
    """Return all articles that the poller has published, news and backfill, oldest first."""
    records = await replay(bus, ArticleRaw.STREAM.name) + await replay(bus, ArticleBackfill.STREAM.name)
    kinds = {kind.STREAM.name: kind for kind in (ArticleRaw, ArticleBackfill)}
    return [decode(kinds[record.partition.stream], record) for record in sorted(records, key=lambda each: each.time)]


async def read_batch(subscription: Subscription, limit: int = 100, seconds: float = 20) -> Sequence[Record]:
    """Return the next batch. The first one may take seconds, until the group has assigned its partitions."""
    async with asyncio.timeout(seconds):
        while not (batch := await subscription.read(limit, 0.2)):
            pass
    return batch


async def read_and_commit(subscription: Subscription, count: int) -> list[Record]:
    """Read and commit batches until they have at least *count* records. Return the records."""
    records: list[Record] = []
    while len(records) < count:
        batch = await read_batch(subscription)
        await subscription.commit(batch[0].partition, batch, ())
        records += batch
    return records
