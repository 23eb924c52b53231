"""Fencing of a partition: transactional producers that lock out the partition's former owner."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder

from monitor.bus import Fenced, ProducerRecord, TooSlow
from monitor.bus.kafka.client import (
    TRANSACTION_MS,
    Broker,
    encode_headers,
    producer,
    stop_all,
    topic_partition,
    translate_errors,
)

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
    async for tp, batch in _batches(broker, client, out):
        sent.append(await client.send_batch(batch, tp.topic, partition=tp.partition))
    # Otherwise a record that the broker refuses would be lost although the commit succeeds.
    await asyncio.gather(*sent)
    if positions:
        # Only after the records: if offsets are sent concurrently, the broker refuses requests, which halves the throughput.
        await client.send_offsets_to_transaction(positions, broker.prefix + group)
    await client.commit_transaction()


async def _batches(
    broker: Broker, client: AIOKafkaProducer, out: Iterable[ProducerRecord]
) -> AsyncIterator[tuple[TopicPartition, BatchBuilder]]:
    """Yield the records of *out* in batches for one partition each, in order.

    aiokafka's own way, one record at a time, takes twice the CPU time.
    """
    batches: dict[TopicPartition, BatchBuilder] = {}
    for index, record in enumerate(out):
        if index % SENT_AT_ONCE == SENT_AT_ONCE - 1:
            await asyncio.sleep(0)
        tp = topic_partition(broker, record.stream, record.key)
        fields = {"key": record.key.encode(), "value": record.value, "headers": encode_headers(record.headers)}
        if tp in batches:
            if batches[tp].append(timestamp=None, **fields) is not None:
                continue
            # It is full.
            yield tp, batches[tp]
        batches[tp] = client.create_batch()
        batches[tp].append(timestamp=None, **fields)
    for item in batches.items():
        yield item
