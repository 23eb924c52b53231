"""Read the streams of either bus without any code of the services: with SQL, or with a bare Kafka consumer."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

INPUTS = {
    "delivery": ("alert.v1",),
    "alerts": ("article.stories.v1",),
    "stories": ("article.topics.v1",),
    "topics": ("article.entities.v1",),
    "entities": ("article.raw.v1", "article.backfill.v1"),
    "poller": ("feed.v1",),
}
"""Each service, and the streams that it reads: the last service first."""
STREAMS = (
    "target.v1",
    "delivery.v1",
    "counted.v1",
    "story.v1",
    *(stream for streams in INPUTS.values() for stream in streams),
    "dead.v1",
)
"""All streams that are read here. A stream comes before those that its records are made from: so whatever a record was made
from has been read when the record is checked."""
POISON = "poison"
"""The key of records that no service can read."""
READ_SECONDS = 30.0
"""Seconds after which a read counts as failed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a stream. *value* is its JSON, or None for a dead letter."""

    partition: int
    offset: int
    key: str
    headers: dict[str, str]
    value: Any


@dataclass
class Entries:
    """What has been read so far: the records of each stream, and how many records each group has not read yet.

    *poisoned* are the stream, partition and offset of the records that no service can read, which are not in *streams*.
    """

    streams: dict[str, list[Entry]] = field(default_factory=lambda: {stream: [] for stream in STREAMS})
    poisoned: list[tuple[str, int, int]] = field(default_factory=list)
    lags: dict[tuple[str, str], int | None] = field(default_factory=dict)
    """By group and stream; None if the group has never read the stream."""
    next: dict[tuple[str, int], int] = field(default_factory=dict)
    """The offset of the next record to be read, by stream and partition."""
    lost: dict[str, set[tuple[str, int]]] = field(default_factory=lambda: {stream: set() for stream in STREAMS})
    """The articles in each stream that a fault has removed before they were read, by item and number."""

    def add(self, stream: str, partition: int, offset: int, key: str, headers: dict[str, str], value: bytes) -> None:
        """Add a record of *stream*."""
        self.next[stream, partition] = offset + 1
        if stream == "dead.v1":
            self.streams[stream].append(Entry(partition, offset, key, headers, None))
        elif key == POISON:
            self.poisoned.append((stream, partition, offset))
        else:
            self.streams[stream].append(Entry(partition, offset, key, headers, json.loads(value)))

    def count(self) -> int:
        """Return the number of records."""
        return sum(map(len, self.streams.values()))

    def mark(self) -> "Mark":
        """Return how much has been read so far."""
        lengths = {stream: len(entries) for stream, entries in self.streams.items()}
        return Mark(lengths, len(self.poisoned), dict(self.next))

    def return_to(self, mark: "Mark") -> None:
        """Forget what was read after *mark*: a backup of that time is in the place of the log."""
        for stream, entries in self.streams.items():
            del entries[mark.lengths.get(stream, 0) :]
        del self.poisoned[mark.poisoned :]
        self.next = dict(mark.next)


@dataclass(frozen=True, slots=True)
class Mark:
    """How much of the log was read at a moment. The default is its beginning."""

    lengths: Mapping[str, int] = field(default_factory=dict)
    poisoned: int = 0
    next: Mapping[tuple[str, int], int] = field(default_factory=dict)


class Log(Protocol):
    """The log of a bus."""

    entries: Entries

    async def read(self) -> Entries:
        """Read what is new, and return everything."""


class SqliteLog:
    """The log in an SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path, self.entries = path, Entries()

    async def read(self) -> Entries:
        """See Log."""
        if self.path.exists():
            try:
                self._read()
            except sqlite3.OperationalError as error:
                # The tables may not be there yet, and another process may hold the lock.
                if "no such table" not in str(error) and "locked" not in str(error):
                    raise
        return self.entries

    def _read(self) -> None:
        db = sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, timeout=READ_SECONDS)
        try:
            for stream in STREAMS:
                query = f'SELECT offset, key, headers, value FROM "{stream}" WHERE offset >= ? ORDER BY offset'
                for offset, key, headers, value in db.execute(query, (self._head(stream),)):
                    self.entries.add(stream, 0, offset, key, json.loads(headers), value)
            positions = {(group, stream): next_ for group, stream, next_ in db.execute("SELECT * FROM positions")}
        finally:
            db.close()
        for group, streams in INPUTS.items():
            for stream in streams:
                position = positions.get((group, stream))
                self.entries.lags[group, stream] = None if position is None else max(0, self._head(stream) - position)

    def _head(self, stream: str) -> int:
        return self.entries.next.get((stream, 0), 0)


class KafkaLog:
    """The log on a Kafka broker. *prefix* precedes the names of topics and groups."""

    def __init__(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, prefix: str) -> None:
        self.entries = Entries()
        self._consumer, self._admin, self._prefix = consumer, admin, prefix
        self._partitions: dict[str, list[TopicPartition]] = {}

    async def read(self) -> Entries:
        """See Log."""
        async with asyncio.timeout(READ_SECONDS):
            if not self._partitions:
                await self._assign()
            for stream in STREAMS:
                await self._read_stream(stream)
            for group in INPUTS:
                await self._read_positions(group)
        return self.entries

    async def _assign(self) -> None:
        described = {each["topic"]: each["partitions"] for each in await self._admin.describe_topics()}
        for stream in STREAMS:
            topic = self._prefix + stream
            self._partitions[stream] = [TopicPartition(topic, each["partition"]) for each in described[topic]]
        everything = [partition for partitions in self._partitions.values() for partition in partitions]
        self._consumer.assign(everything)
        await self._consumer.seek_to_beginning(*everything)

    async def _read_stream(self, stream: str) -> None:
        """Read *stream* up to its present end."""
        unfinished = dict(await self._consumer.end_offsets(self._partitions[stream]))
        while unfinished := {tp: end for tp, end in unfinished.items() if await self._consumer.position(tp) < end}:
            for tp, records in (await self._consumer.getmany(*unfinished, timeout_ms=50)).items():
                for each in records:
                    headers = {name: value.decode() for name, value in each.headers}
                    self.entries.add(stream, tp.partition, each.offset, (each.key or b"").decode(), headers, each.value)

    async def _read_positions(self, group: str) -> None:
        try:
            offsets = await self._admin.list_consumer_group_offsets(self._prefix + group)
        except GroupCoordinatorNotAvailableError:
            # A new broker creates its topic of positions on the first request.
            return
        for stream in INPUTS[group]:
            positions = {tp: offsets[tp].offset for tp in self._partitions[stream] if tp in offsets}
            firsts = await self._consumer.beginning_offsets(self._partitions[stream])
            # Kafka's own markers of transactions are no records, so the end is after the last record read. A group that has no
            # position begins at the first record kept: those before may have been removed unread.
            lag = sum(max(0, self._head(stream, tp) - max(positions.get(tp, 0), first)) for tp, first in firsts.items())
            self.entries.lags[group, stream] = lag if positions else None

    def _head(self, stream: str, tp: TopicPartition) -> int:
        return self.entries.next.get((stream, tp.partition), 0)

    def partitions(self, stream: str) -> int:
        """Return the number of partitions of *stream*."""
        return len(self._partitions[stream])

    async def start_again(self, stream: str) -> None:
        """Read *stream*, which was deleted and created again, from its start.

        It is still empty. For a moment after its answer, the broker has the former one.
        """
        partitions = self._partitions[stream]
        async with asyncio.timeout(READ_SECONDS):
            while any((await self._consumer.end_offsets(partitions)).values()):
                await asyncio.sleep(0.05)
        for tp in partitions:
            self.entries.next.pop((stream, tp.partition), None)
            self._consumer.seek(tp, 0)


@asynccontextmanager
async def open_log(url: str) -> AsyncIterator[Log]:
    """Yield the log of the bus at *url*, which has been created."""
    if url.startswith("sqlite:"):
        yield SqliteLog(Path(url.removeprefix("sqlite:")))
        return
    servers, _, prefix = url.removeprefix("kafka://").partition("/")
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, isolation_level="read_committed", fetch_max_wait_ms=100)
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    try:
        await consumer.start()
        await admin.start()
        yield KafkaLog(consumer, admin, f"{prefix}." if prefix else "")
    finally:
        await consumer.stop()
        await admin.close()
