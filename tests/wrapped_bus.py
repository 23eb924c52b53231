"""A bus that passes everything on, with hooks by which a test changes what a member reads, owns and commits."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from monitor.bus import Bus, Partition, ProducerRecord, Record, ReportStall, Restore, Subscription, raise_stall

T = TypeVar("T")


async def accept(done: Sequence[Record], out: Sequence[ProducerRecord]) -> None:
    """Refuse no commit."""


async def go_on() -> None:
    """Wait for nothing."""


def unchanged(value: T) -> T:
    """Return *value*."""
    return value


@dataclass
class WrappedBus:
    """Passes everything to *bus*.

    *check* is awaited before each commit, with its records in and out. If it raises, the commit has failed. *owned* returns
    which partitions a member owns, of those that it has; without any, it reads nothing. *ready* returns whether it is ready,
    of whether it is. A read has *most* records at most, if that is given. *end_replay* is awaited at the end of each replay.

    *attempts* has the time of each attempt, and *committed* the numbers of records in and out of each commit.
    """

    bus: Bus
    check: Callable[[Sequence[Record], Sequence[ProducerRecord]], Awaitable[None]] = accept
    owned: Callable[[frozenset[Partition]], frozenset[Partition]] = unchanged
    ready: Callable[[bool], bool] = unchanged
    most: int | None = None
    end_replay: Callable[[], Awaitable[None]] = go_on
    attempts: list[float] = field(default_factory=list)
    committed: list[tuple[int, int]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bus, name)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Any]:
        """See Bus."""
        async with self.bus.subscribe(group, *streams, restore=restore) as subscription:
            yield WrappedSubscription(self, subscription)

    async def replay(
        self,
        stream: str,
        since: datetime | None,
        partition: int | None = None,
        offsets: Mapping[int, int] | None = None,
        report_stall: ReportStall = raise_stall,
    ) -> AsyncGenerator[Record, None]:
        """See Bus."""
        async for record in self.bus.replay(stream, since, partition, offsets, report_stall):
            yield record
        await self.end_replay()


@dataclass
class WrappedSubscription:
    """Passes everything to *inner*, as the hooks of *owner* say."""

    owner: WrappedBus
    inner: Subscription

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def partitions(self) -> frozenset[Partition]:
        """See Subscription."""
        return self.owner.owned(self.inner.partitions())

    def is_ready(self) -> bool:
        """See Subscription."""
        return self.owner.ready(self.inner.is_ready())

    async def read(self, limit: int, wait: float, *rest: Any) -> Sequence[Record]:
        """See Subscription."""
        batch = await self.inner.read(self.owner.most or limit, wait, *rest)
        return batch if self.partitions() else []

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See Subscription."""
        out = list(out)
        self.owner.attempts.append(time.monotonic())
        try:
            await self.owner.check(done, out)
        except Exception:
            self.inner.rewind(partition)
            raise
        await self.inner.commit(partition, done, out)
        self.owner.committed.append((len(done), len(out)))
