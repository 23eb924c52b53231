"""Messages that are processed while the commit of those before them runs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.bus import Bus, Partition, ProducerRecord, Record, Restore, Transient
from monitor.messages import ArticleEntities, ArticleRaw
from tests.running import until
from tests.unit.runtime.harness import Count, caught_up, counted, raw, running, service, titles, to_entities

LONGEST_FIRST_WAIT = 0.5
"""Seconds that are longer than the loop waits after its first error."""


@dataclass
class SlowBus:
    """Passes everything to *bus*, one record at a time. The first commit waits for *release*, then raises *error*, if any."""

    bus: Bus
    error: Exception | None = None
    release: asyncio.Event = field(default_factory=asyncio.Event)
    commits: int = 0

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

    async def read(self, limit: int, wait: float, *_: Any) -> list[Record]:
        """See Subscription."""
        return list(await self.subscription.read(min(limit, 1), wait))

    async def commit(self, partition: Partition, done: list[Record], out: list[ProducerRecord]) -> None:
        """See Subscription."""
        self.owner.commits += 1
        if self.owner.commits == 1:
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
        if message.article.id == "id 2" and not self.bus.release.is_set():
            if self.error:
                # Long enough for the loop to read again, if it does not wait for the commit.
                asyncio.get_running_loop().call_later(LONGEST_FIRST_WAIT, self.bus.release.set)
                raise self.error
            self.bus.release.set()
        yield to_entities(replace(message, article=replace(message.article, title=f"{message.article.id} after {state.total}")))


async def outputs(slow: SlowBus, steps: Steps) -> list[str]:
    """Return the titles of the output for three messages."""
    await slow.publish([raw(number) for number in (1, 2, 3)])
    counting = service(steps, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    async with running(counting, slow):
        await until(lambda: caught_up(slow.bus), seconds=20)
    return await titles(slow.bus)


IN_ORDER = ["id 1 after 0", "id 2 after 1", "id 3 after 2"]


async def test_a_message_is_processed_while_the_one_before_it_is_committed(bus: Bus) -> None:
    slow = SlowBus(bus)
    assert await outputs(slow, Steps(slow)) == IN_ORDER
    assert slow.commits == len(IN_ORDER)


async def test_what_was_processed_after_a_commit_that_failed_is_discarded(bus: Bus) -> None:
    slow = SlowBus(bus, Transient("away"))
    assert await outputs(slow, Steps(slow)) == IN_ORDER
    assert slow.commits == 1 + len(IN_ORDER)


async def test_a_step_that_fails_while_a_commit_runs_repeats_nothing_of_it(bus: Bus) -> None:
    slow = SlowBus(bus)
    assert await outputs(slow, Steps(slow, Transient("away"))) == IN_ORDER
    assert slow.commits == len(IN_ORDER)
