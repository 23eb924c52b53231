"""The interface of the message bus. Its back ends are SQLite, for one machine, and Kafka."""

import sys
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Protocol

from monitor.bus.streams import Stream


@dataclass(frozen=True, slots=True)
class Partition:
    """An ordered part of a stream."""

    stream: str
    number: int = 0

    def place(self, offset: int) -> str:
        """Return how the record at *offset* is named for a reader: STREAM/PARTITION/OFFSET."""
        return f"{self.stream}/{self.number}/{offset}"


@dataclass(frozen=True, slots=True)
class ProducerRecord:
    """A record to publish. Records with the same key go to the same partition and keep their order."""

    stream: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A record read from a stream. *time* is when the bus appended it, in seconds since 1970.

    *unreadable* is the reason why the bus cannot read the record; then *value* has the bytes that are stored. Such a record
    may stand for several, and *offset* is that of the last.
    """

    partition: Partition
    offset: int
    time: float
    key: str
    value: bytes
    headers: Mapping[str, str]
    unreadable: str | None = None

    @property
    def place(self) -> str:
        """How the record is named for a reader: STREAM/PARTITION/OFFSET."""
        return self.partition.place(self.offset)


class Transient(Exception):
    """Something outside the program is unavailable. Nothing was done, and a later attempt may succeed.

    *max_wait* is the longest wait between two attempts, in seconds.
    """

    max_wait: ClassVar[float] = 30.0


class Unavailable(Transient):
    """The bus does not answer, or a stream cannot be used. The bus knows this without an attempt, so attempts are cheap."""

    max_wait = 1.0


class Fenced(Transient):
    """Another member owns the partition. Nothing was published; discard the partition's state."""


class SubscriptionLost(Transient):
    """The subscription can read nothing more. Subscribe again."""

    max_wait = 5.0


class TooSlow(Transient):
    """The commit took longer than the bus allows. A smaller one may succeed."""


class StorageFull(Transient):
    """There is no room for new articles until the services have read more. All other streams still accept records."""


class TooLarge(ValueError):
    """A record exceeds the maximum size of its stream."""


class Damaged(Transient):
    """The storage of the bus is damaged, or was removed or exchanged while in use. The text says what to do about it."""


class OffsetOutOfRange(LookupError):
    """The group's position is older than the oldest record kept: the group has missed records."""


class Misconfigured(RuntimeError):
    """The bus cannot be used as configured. The text says what to change."""


UNREADABLE = "unreadable"
"""The header of a record that the bus could not read, see Record."""
SUBSCRIBER = "subscriber."
"""What the groups of other programs begin with. No record is kept for longer because such a group has not read it."""
UNLIMITED_BYTES = sys.maxsize
"""The `max_bytes` of a read whose size is limited by the number of records only."""

Restore = Callable[[Partition], Awaitable[None]]
"""Restores the state of a partition."""
ReportStall = Callable[[str | None], None]
"""Is called with the reason why a replay gets no further although no call fails, and the remedy, or with None if it goes on."""


def raise_stall(reason: str | None) -> None:
    """Raise Transient with the *reason* of a stall, see ReportStall."""
    if reason:
        raise Transient(reason)


class Subscription(Protocol):
    """A member of a consumer group. No two members own the same partition at the same time."""

    def partitions(self) -> frozenset[Partition]:
        """Return the partitions that this member owns and whose state is restored."""

    def is_ready(self) -> bool:
        """Return whether reads have found which partitions this member owns, and all of these are restored.

        A member that owns none stands by, and is ready. While the group assigns its partitions anew, none is.
        """

    def trouble(self) -> str | None:
        """Return what the owner of the group should know although no call fails, with the remedy; None if all is well."""

    async def read(
        self, limit: int, wait: float, streams: Collection[str] = (), max_bytes: int = UNLIMITED_BYTES
    ) -> Sequence[Record]:
        """Return up to *limit* records of one partition, in order; none if nothing arrives within *wait* seconds.

        With *streams* only records of these are returned. The values of several records together have at most *max_bytes*
        bytes; a single record may be larger. Calls *restore* for each newly assigned partition before it returns a record
        of it. Raises OffsetOutOfRange if the record at the group's position has been removed, SubscriptionLost if this member
        cannot join its group again, and any exception of *restore*.
        """

    def rewind(self, partition: Partition) -> None:
        """Make the next read of *partition* start at the last committed position. A failed commit does the same."""

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """Publish *out* and move the group's position past *done*, atomically.

        *done* may be empty; then *out* is published under the same fencing. Raises Fenced, StorageFull, TooSlow, TooLarge or
        another Transient. After an exception nothing is visible to other readers, and the next read continues at the last
        committed position.
        """


class Bus(Protocol):
    """Publishes and reads records. Each process uses one instance."""

    @property
    def streams(self) -> Mapping[str, Stream]:
        """The streams of this bus, by name."""

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """Publish *out* atomically."""

    def subscribe(self, group: str, *streams: str, restore: Restore) -> AbstractAsyncContextManager[Subscription]:
        """Join *group*. A new group starts at the oldest record."""

    def replay(
        self,
        stream: str,
        since: datetime | None,
        partition: int | None = None,
        offsets: Mapping[int, int] | None = None,
        report_stall: ReportStall = raise_stall,
    ) -> AsyncGenerator[Record, None]:
        """Yield the records appended from *since* until the time of the call, without joining a group. Raises Transient.

        With *partition* only those of that partition. This restores a state, so earlier records come too if this machine's
        clock, from which *since* comes, may be ahead. *offsets* has the first offset by partition number, which takes
        precedence over *since*; raises OffsetOutOfRange if it is not that of a record kept, or of the next one. *report_stall*
        is called while records are awaited; by default, a replay that stalls raises Transient.
        """

    def writes(self) -> int:
        """Return a number that grows as records are written, by any process. It stays the same if this bus cannot tell."""

    async def wait(self, writes: int, seconds: float) -> None:
        """Wait for *seconds*, and on for some seconds at most while it is known that nothing has been written.

        *writes* is what `writes` returned before the caller looked for records, so that none is missed in between.
        """

    def partition(self, stream: str, key: str) -> int:
        """Return the number of the partition to which *key* belongs."""

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """Return the next offset of *group* by partition number. Partitions it has never read are absent."""

    async def lag(self, group: str, stream: str) -> int | None:
        """Return how many records of *stream* the group has not read; None if it has never read any.

        On Kafka the count includes transaction markers until the group has been idle for a second.
        """


def checked_records(out: Iterable[ProducerRecord], streams: Mapping[str, Stream]) -> tuple[ProducerRecord, ...]:
    """Return *out* as a tuple, with the headers that its streams have. Raises TooLarge if a record exceeds the maximum size."""
    records = tuple(each if streams[each.stream].cloudevents else without_attributes(each) for each in out)
    for record in records:
        check_size(record, streams[record.stream])
    return records


def without_attributes(record: ProducerRecord) -> ProducerRecord:
    """Return *record* without the headers of CloudEvents."""
    kept = {name: value for name, value in record.headers.items() if name != "content-type" and not name.startswith("ce_")}
    return replace(record, headers=kept)


def check_size(record: ProducerRecord, stream: Stream) -> None:
    """Raise TooLarge if *record* exceeds the maximum size of *stream*."""
    texts = (record.key, *record.headers, *record.headers.values())
    # Encoding the texts is slow, and a character has four bytes at most.
    if len(record.value) + 4 * sum(map(len, texts)) <= stream.max_bytes:
        return
    if (size := len(record.value) + sum(len(text.encode()) for text in texts)) > stream.max_bytes:
        raise TooLarge(f"{record.stream}: the message has {size} bytes; the limit is {stream.max_bytes}")


def check_offset(partition: Partition, offset: int, first: int, end: int) -> int:
    """Return *offset*. Raises OffsetOutOfRange if it is not from *first*, that of the oldest record kept, to *end*."""
    if first <= offset <= end:
        return offset
    reason = (
        f"records before {first} may have been removed unread"
        if offset < first
        else f"the stream ends at {end}: it is another one, or was restored from a backup"
    )
    raise OffsetOutOfRange(f"cannot continue at {partition.place(offset)}: {reason}")


def fitting(sizes: Iterable[int], max_bytes: int) -> int:
    """Return how many of the values of these *sizes*, from the first on, have *max_bytes* bytes together; at least one."""
    count, total = 0, 0
    for size in sizes:
        total += size
        if count and total > max_bytes:
            break
        count += 1
    return count


def partition_for(key: str, partitions: int) -> int:
    """Return the partition of *key*: its CRC-32 modulo *partitions*, on every bus and in every version."""
    return zlib.crc32(key.encode()) % partitions
