"""The seam between the services and what carries their messages: SQLite on a laptop, Kafka past one machine."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

MAX_BYTES = 2 * 1024 * 1024
"""The largest message of any stream, key and headers included, in bytes."""
DEAD_LETTERS = "dead.v1"
DEAD_LETTER_OVERHEAD = 32 * 1024
"""What a dead letter may have beside the message it carries, in bytes."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One ordered part of a stream."""

    stream: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class ProducerRecord:
    """What is to be published: bytes, and what decides their partition and order (the key)."""

    stream: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A message as it stands in a stream. *time* is when the stream took it, in seconds since 1970."""

    partition: Partition
    offset: int
    time: float
    key: str
    value: bytes
    headers: Mapping[str, str]


class Transient(Exception):
    """Something outside is down for now: trying again later may help, and nothing was done."""


class Fenced(Transient):
    """The partition has another owner, so nothing was published; what was known of it must be thrown away."""


class StorageFull(Transient):
    """There is no room for new articles until the services have moved on; the rest goes on."""


class TooLarge(ValueError):
    """A message exceeds what its stream takes."""


class OffsetOutOfRange(LookupError):
    """A group's position lies before the oldest message that is still kept: messages were missed."""


class Misconfigured(RuntimeError):
    """The bus cannot be used as it stands; the text says what to change."""


Restore = Callable[[Partition], Awaitable[None]]


class Subscription(Protocol):
    """A group's reading position, in partitions that no other member of the group holds at the same time."""

    def partitions(self) -> frozenset[Partition]:
        """Those held now, each restored already."""

    async def read(self, limit: int, wait: float) -> Sequence[Record]:
        """Up to *limit* deliveries of ONE partition, in order; none after *wait* seconds.

        A partition that comes to this member is restored before anything of it is given out.
        Raises OffsetOutOfRange where the group's position is no longer kept, and whatever restore raises.
        """

    def rewind(self, partition: Partition) -> None:
        """Let the next read of *partition* begin behind the last commit that succeeded, as after a commit that failed."""

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """Publish *out* and move past *done*: both, or neither. *done* may be empty: then *out* goes through the same fence.

        Raises Fenced, StorageFull, TooLarge or another Transient, each with nothing visible to anybody. After any of them the
        next read begins again behind the last commit that succeeded.
        """


class Bus(Protocol):
    """Where messages are published and read. One instance serves one process."""

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """Publish all of *out*, or nothing."""

    def subscribe(self, group: str, *streams: str, restore: Restore) -> AbstractAsyncContextManager[Subscription]:
        """Join *group* as one more member. A new group starts at the earliest message."""

    def replay(self, stream: str, since: datetime | None, partition: int | None = None) -> AsyncIterator[Record]:
        """What the stream holds from *since* to its end as of the call, in no group."""

    def partition(self, stream: str, key: str) -> int:
        """The number of the partition that *key* falls into."""

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """The offset that *group* goes on at, by the partition's number; without those of which it has read nothing."""

    async def lag(self, group: str, stream: str) -> int | None:
        """How many messages *group* still has before it; None where it has never read the stream.

        On Kafka the marks of transactions count too, until the group has been quiet for a moment.
        """


def check_size(message: ProducerRecord) -> None:
    """Raise TooLarge where *message* exceeds what a stream takes."""
    texts = (message.key, *message.headers, *message.headers.values())
    limit = MAX_BYTES + (DEAD_LETTER_OVERHEAD if message.stream == DEAD_LETTERS else 0)
    if (size := len(message.value) + sum(len(text.encode()) for text in texts)) > limit:
        raise TooLarge(f"{message.stream}: a message of {size} bytes is over the limit of {limit}")


def partition_for(key: str, partitions: int) -> int:
    """The partition of *key*, the same on every bus, in every process and version: CRC-32 modulo *partitions*."""
    return zlib.crc32(key.encode()) % partitions
