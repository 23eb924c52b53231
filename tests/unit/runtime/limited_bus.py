"""A bus whose commits fail as a broker's do: the outage and the limit of a transaction are set by the test."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from monitor.bus import Bus, Partition, ProducerRecord, Record, Restore


@dataclass
class LimitedBus:
    """Passes everything to *bus*. Before each commit, *check* is called with its records in and out, and may raise.

    *attempts* has the time of each attempt and *committed* the numbers of records in and out of each commit.
    """

    bus: Bus
    check: Callable[[Sequence[Record], Sequence[ProducerRecord]], None]
    attempts: list[float] = field(default_factory=list)
    committed: list[tuple[int, int]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bus, name)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Any]:
        """See Bus."""
        async with self.bus.subscribe(group, *streams, restore=restore) as subscription:
            yield LimitedSubscription(self, subscription)


@dataclass
class LimitedSubscription:
    """Passes everything to *subscription*, except for commits that the check refuses."""

    owner: LimitedBus
    subscription: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.subscription, name)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See Subscription."""
        out = list(out)
        self.owner.attempts.append(time.monotonic())
        try:
            self.owner.check(done, out)
        except Exception:
            self.subscription.rewind(partition)
            raise
        await self.subscription.commit(partition, done, out)
        self.owner.committed.append((len(done), len(out)))
