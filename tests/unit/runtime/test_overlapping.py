"""Messages that are processed while the commit of those before them runs."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from monitor.bus import Bus, Partition, ProducerRecord, Record, Transient
from monitor.messages import ArticleEntities, ArticleRaw
from tests.running import until
from tests.unit.runtime.harness import RAW, Count, caught_up, counted, forward, raw, running, service, titles, to_entities
from tests.wrapped_bus import WrappedBus

COUNT = 3
LONGEST_FIRST_WAIT = 0.5
"""Seconds that are longer than the loop waits after its first error."""


@dataclass
class SlowCommit:
    """Lets the first commit wait for *release*, and then raise *error*, if any. *sizes* are those of the commits."""

    error: Exception | None = None
    release: asyncio.Event = field(default_factory=asyncio.Event)
    sizes: list[int] = field(default_factory=list)

    async def __call__(self, done: Sequence[Record], _: Sequence[ProducerRecord]) -> None:
        """See WrappedBus."""
        self.sizes.append(len(done))
        if len(self.sizes) == 1:
            await self.release.wait()
            if self.error:
                raise self.error


@dataclass
class Steps:
    """The step of a service that numbers its output. It releases the first commit at the second message."""

    slow: SlowCommit
    error: Exception | None = None

    def __call__(self, state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
        """Return the message with the number of outputs before it in its title."""
        if message.article.id == "id 1" and not self.slow.release.is_set():
            if self.error:
                # Long enough for the loop to read again, if it does not wait for the commit.
                asyncio.get_running_loop().call_later(LONGEST_FIRST_WAIT, self.slow.release.set)
                raise self.error
            self.slow.release.set()
        yield to_entities(replace(message, article=replace(message.article, title=f"{message.article.id} after {state.total}")))


async def outputs(bus: Bus, steps: Steps) -> list[str]:
    """Return the titles of the output for three messages. The member owns a second partition, and gets one record at a time."""
    await bus.publish([raw(number) for number in range(COUNT)])
    counting = service(steps, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    wrapped = WrappedBus(bus, steps.slow, owned=lambda owned: owned | {Partition(RAW, 1)}, most=1)
    async with running(counting, cast("Bus", wrapped)):
        await until(lambda: caught_up(bus), seconds=20)
    return await titles(bus)


IN_ORDER = [f"id {number} after {number}" for number in range(COUNT)]


async def test_a_message_is_processed_while_the_one_before_it_is_committed(bus: Bus) -> None:
    assert await outputs(bus, Steps(SlowCommit())) == IN_ORDER


async def test_what_was_processed_after_a_commit_that_failed_is_discarded(bus: Bus) -> None:
    assert await outputs(bus, Steps(SlowCommit(Transient("away")))) == IN_ORDER


async def test_a_step_that_fails_while_a_commit_runs_repeats_nothing_of_it(bus: Bus) -> None:
    assert await outputs(bus, Steps(SlowCommit(), Transient("away"))) == IN_ORDER


async def test_what_arrives_during_a_commit_is_committed_together_if_nothing_waited_before(bus: Bus) -> None:
    slow = SlowCommit()
    await bus.publish([raw(0)])
    async with running(service(forward), cast("Bus", WrappedBus(bus, slow))):
        await until(lambda: slow.sizes)
        await bus.publish([raw(1)])
        await bus.publish([raw(2)])
        slow.release.set()
        await until(lambda: caught_up(bus))
    assert slow.sizes == [1, 2]
