"""Messages that are processed while the commit of those before them runs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.bus import Bus, Partition, ProducerRecord, Record, Restore, Transient
from monitor.messages import ArticleEntities, ArticleRaw
from tests.running import until
from tests.unit.runtime.harness import RAW, Count, caught_up, counted, forward, raw, running, service, titles, to_entities

COUNT = 3
LONGEST_FIRST_WAIT = 0.5
"""Seconds that are longer than the loop waits after its first error."""


@dataclass
class SlowBus:
    """Passes everything to *bus*. The first commit waits for *release*, and then raises *error*, if any.

    With *two_partitions*, the member owns a second partition, and gets one record at a time. *sizes* are those of the commits.
    """

    bus: Bus
    error: Exception | None = None
    release: asyncio.Event = field(default_factory=asyncio.Event)
    two_partitions: bool = True
    sizes: list[int] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bus, name)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Any]:
        """See Bus."""
        async with self.bus.subscribe(group, *streams, restore=restore) as subscription:
            yield SlowSubscription(self, subscription)


@dataclass
class SlowSubscription:
    """Passes everything to *subscription*."""

    owner: SlowBus
    subscription: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.subscription, name)

    def partitions(self) -> frozenset[Partition]:
        """See Subscription."""
        owned: frozenset[Partition] = self.subscription.partitions()
        return owned | {Partition(RAW, 1)} if self.owner.two_partitions else owned

    async def read(self, limit: int, wait: float, *_: Any) -> list[Record]:
        """See Subscription."""
        return list(await self.subscription.read(1 if self.owner.two_partitions else limit, wait))

    async def commit(self, partition: Partition, done: list[Record], out: list[ProducerRecord]) -> None:
        """See Subscription."""
        self.owner.sizes.append(len(done))
        if len(self.owner.sizes) == 1:
            await self.owner.release.wait()
            if self.owner.error:
                self.subscription.rewind(partition)
                raise self.owner.error
        await self.subscription.commit(partition, done, out)


@dataclass
class Steps:
    """The step of a service that numbers its output. It releases the first commit at the second message."""

    bus: SlowBus
    error: Exception | None = None

    def __call__(self, state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
        """Return the message with the number of outputs before it in its title."""
        if message.article.id == "id 1" and not self.bus.release.is_set():
            if self.error:
                # Long enough for the loop to read again, if it does not wait for the commit.
                asyncio.get_running_loop().call_later(LONGEST_FIRST_WAIT, self.bus.release.set)
                raise self.error
            self.bus.release.set()
        yield to_entities(replace(message, article=replace(message.article, title=f"{message.article.id} after {state.total}")))


async def outputs(slow: SlowBus, steps: Steps) -> list[str]:
    """Return the titles of the output for three messages."""
    await slow.publish([raw(number) for number in range(COUNT)])
    counting = service(steps, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    async with running(counting, slow):
        await until(lambda: caught_up(slow.bus), seconds=20)
    return await titles(slow.bus)


IN_ORDER = [f"id {number} after {number}" for number in range(COUNT)]


async def test_a_message_is_processed_while_the_one_before_it_is_committed(bus: Bus) -> None:
    slow = SlowBus(bus)
    assert await outputs(slow, Steps(slow)) == IN_ORDER


async def test_what_was_processed_after_a_commit_that_failed_is_discarded(bus: Bus) -> None:
    slow = SlowBus(bus, Transient("away"))
    assert await outputs(slow, Steps(slow)) == IN_ORDER


async def test_a_step_that_fails_while_a_commit_runs_repeats_nothing_of_it(bus: Bus) -> None:
    slow = SlowBus(bus)
    assert await outputs(slow, Steps(slow, Transient("away"))) == IN_ORDER


async def test_what_arrives_during_a_commit_is_committed_together_if_nothing_waited_before(bus: Bus) -> None:
    slow = SlowBus(bus, two_partitions=False)
    await slow.publish([raw(0)])
    async with running(service(forward), slow):
        await until(lambda: slow.sizes)
        await slow.publish([raw(1)])
        await slow.publish([raw(2)])
        slow.release.set()
        await until(lambda: caught_up(bus))
    assert slow.sizes == [1, 2]
