"""A partition that moves to another process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from monitor.bus import Bus, Partition, ProducerRecord, Record, Restore
from monitor.messages import ArticleEntities
from tests.running import until
from tests.unit.runtime.harness import OUT, Count, counted, forward, running, service


@dataclass
class Reassigning:
    """Passes everything to *bus*. Once *is_moved* is set, its member owns no partition."""

    bus: Bus
    is_moved: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bus, name)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Any]:
        """See Bus."""
        async with self.bus.subscribe(group, *streams, restore=restore) as subscription:
            yield Member(self, subscription)


@dataclass
class Member:
    """Passes everything to *subscription* until its partitions are moved."""

    owner: Reassigning
    subscription: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.subscription, name)

    def partitions(self) -> frozenset[Partition]:
        """See Subscription."""
        owned: frozenset[Partition] = self.subscription.partitions()
        return frozenset() if self.owner.is_moved else owned

    async def read(self, limit: int, wait: float, *_: Any) -> list[Record]:
        """See Subscription."""
        batch = await self.subscription.read(limit, wait)
        return [] if self.owner.is_moved else list(batch)


async def test_a_state_that_moved_to_another_process_is_no_trouble_here(bus: Bus) -> None:
    await bus.publish([ProducerRecord(OUT, "invalid", b"{}")])
    moving = Reassigning(bus)
    counting = service(forward, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    async with running(counting, moving) as health:
        await until(lambda: health.trouble and health.trouble.startswith("the state was restored without 1 of"))
        moving.is_moved = True
        await until(lambda: health.partitions == 0)
        await until(lambda: health.trouble is None)
