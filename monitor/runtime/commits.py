"""The commits of a consumer loop, which run while it processes the next messages."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from monitor.bus import Partition, Subscription, TooLarge, TooSlow, Transient
from monitor.runtime.inputs import Input
from monitor.runtime.processing import Processed, Processor

log = structlog.get_logger()


@dataclass
class Commits:
    """The running commits, one for each partition at most.

    What is processed meanwhile in the same partition builds on their output. So if one fails, that is discarded too. And a
    partition is rewound only once it is known what came of its commit.
    """

    running: dict[Partition, asyncio.Task[None]] = field(default_factory=dict)

    def begin(self, partition: Partition, commit: Coroutine[Any, Any, None]) -> None:
        """Begin a *commit* of *partition*."""
        self.running[partition] = asyncio.create_task(commit)

    def ended(self) -> Sequence[Partition]:
        """Return the partitions whose commit is over and was not waited for."""
        return [partition for partition, commit in self.running.items() if commit.done()]

    async def wait(self, partition: Partition) -> None:
        """Wait for the commit of *partition*, if there is one. Raises what it raises."""
        if commit := self.running.pop(partition, None):
            await commit

    async def aclose(self) -> None:
        """Cancel all. What comes of them is read from the bus later."""
        commits = tuple(self.running.values())
        self.running.clear()
        for commit in commits:
            commit.cancel()
        await asyncio.gather(*commits, return_exceptions=True)


async def commit_batch(
    subscription: Subscription, processor: Processor, source: Input, processed: Processed, seconds: float
) -> None:
    """Commit *processed*, messages of *source*, which took *seconds* so far. If that fails, the next batch is smaller.

    If the bus refuses the output of a single record, the record becomes a dead letter at the next attempt. Raises Transient.
    """
    done = processed.done
    partition = done[0].partition
    try:
        await subscription.commit(partition, done, processed.out)
    except (TooLarge, TooSlow) as error:
        source.record_failure(len(done))
        if len(done) == 1:
            processor.refuse(processed.results[0], error)
        raise Transient(str(error)) from error
    except Transient:
        source.record_failure(len(done))
        raise
    processor.clear_refused(partition)
    for failed in processed.failures:
        log.error("dead letter", service=processor.service.name, at=failed.record.place, error=failed.failure)
    source.record_batch(done, seconds)
