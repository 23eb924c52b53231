"""Fencing of a partition: transactional producers that lock out the partition's former owner."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer, TopicPartition

from monitor.bus import Fenced, ProducerRecord, TooSlow
from monitor.bus.kafka.client import (
    TRANSACTION_MS,
    Broker,
    encode_headers,
    producer,
    topic_partition,
    translate_errors,
)
from monitor.bus.kafka.stopping import stop_all

SUFFIXES = ("p", "pb")
"""Suffixes of the transactional ids of the two producers, which alternate. aiokafka waits 20 ms if a producer begins a
transaction before the broker has written the markers of its previous one (measured: 327 transactions a second with two
producers, 48 with one)."""

SENT_AT_ONCE = 20
"""Records of a transaction after which other tasks may run."""


class Fence:
    """The producers of *partition* for *group*. Starting them fences those of the former owner."""

    def __init__(self, broker: Broker, group: str, partition: TopicPartition) -> None:
        name = f"{broker.prefix}{group}-{broker.stream(partition.topic)}-{partition.partition}"
        self._broker, self._group, self._partition = broker, group, partition
        self._producers = [producer(broker, f"{name}-{suffix}") for suffix in SUFFIXES]
        self._next = 0

    async def start(self) -> None:
        """Fence the former owner; the broker aborts its open transaction. Raises Transient and Misconfigured."""
        async with translate_errors("taking over a partition"):
            # Wait for both before raising: a producer that is stopped while it starts leaks its connections.
            for result in await asyncio.gather(*(each.start() for each in self._producers), return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result

    async def commit(self, position: int | None, out: Iterable[ProducerRecord]) -> None:
        """Publish *out* and move the group to *position*, if given, in one transaction.

        Raises Fenced, Transient and Misconfigured. After an error the outcome may be unknown: stop this fence, start a new one.
        """
        current = self._producers[self._next]
        self._next = 1 - self._next
        started = time.monotonic()
        try:
            async with translate_errors("committing"):
                positions = {self._partition: position} if position is not None else None
                await transact(self._broker, current, out, positions, self._group)
        except Fenced as error:
            seconds = time.monotonic() - started
            if seconds < TRANSACTION_MS / 1000:
                raise
            # The broker aborts a slow transaction, and says the same as if another member had taken over.
            raise TooSlow(f"committing: the transaction took {seconds:.0f} s, more than the broker allows") from error

    async def stop(self) -> None:
        """Release the partition."""
        await stop_all(self._producers)


async def transact(
    broker: Broker,
    client: AIOKafkaProducer,
    out: Iterable[ProducerRecord],
    positions: dict[TopicPartition, int] | None = None,
    group: str = "",
) -> None:
    """Publish *out* and commit the *positions* of *group* in one transaction of *client*. Raises Kafka's errors."""
    await client.begin_transaction()
    sent = []
    for index, record in enumerate(out):
        if index % SENT_AT_ONCE == SENT_AT_ONCE - 1:
            # A send waits only if the batch of its partition is full. Let other tasks run.
            await asyncio.sleep(0)
        tp = topic_partition(broker, record.stream, record.key)
        sent.append(
            await client.send(
                tp.topic, record.value, record.key.encode(), partition=tp.partition, headers=encode_headers(record.headers)
            )
        )
    # Otherwise a record that the broker refuses would be lost although the commit succeeds.
    await asyncio.gather(*sent)
    if positions:
        # Only after the records: if offsets are sent concurrently, the broker refuses requests, which halves the throughput.
        await client.send_offsets_to_transaction(positions, broker.prefix + group)
    await client.commit_transaction()


@dataclass
class Assignment:
    """A partition that this member owns.

    *committed* is the committed position, *topic_id* the id of the topic at the takeover, and *progress* the time of the last
    progress in monotonic seconds. *new* is True if the group had no position.
    """

    fence: Fence
    committed: int
    topic_id: bytes = b""
    new: bool = False
    restored: bool = False
    progress: float = 0.0
