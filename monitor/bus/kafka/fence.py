"""Fencing of a partition: transactional producers that lock out the partition's former owner."""

import time
from collections.abc import Iterable

from aiokafka import TopicPartition

from monitor.bus import Fenced, ProducerRecord, TooSlow
from monitor.bus.kafka.client import TRANSACTION_MS, new_client, translate_errors
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.hanging import ending_hanging, is_left_open
from monitor.bus.kafka.producer import TransactionalProducer
from monitor.bus.kafka.stopping import stop_all
from monitor.concurrency import gather_all

SUFFIXES = ("p", "pb")
"""Suffixes of the transactional ids of the two producers, which alternate: the broker begins no transaction of a
producer before it has written the markers of the previous one."""


class Fence:
    """The producers of *partition* for *group*. Starting them fences those of the former owner."""

    def __init__(self, cluster: Cluster, group: str, partition: TopicPartition) -> None:
        broker = cluster.broker
        name = f"{broker.prefix}{group}-{broker.stream(partition.topic)}-{partition.partition}"
        self._cluster, self._group, self._partition = cluster, broker.prefix + group, partition
        self._client = new_client(broker)
        self._producers = [TransactionalProducer(broker, self._client, f"{name}-{suffix}") for suffix in SUFFIXES]
        self._next, self._outages = 0, cluster.outages

    async def start(self) -> None:
        """Fence the former owner; the broker aborts its open transaction. End what has stayed open of those before.

        Raises Transient and Misconfigured.
        """
        async with translate_errors("taking over a partition"):
            await self._client.bootstrap()
            async with ending_hanging(self._cluster, self._client, self._group, self._producers):
                # Neither of the two may go on after an error: it would fence the next owner.
                await gather_all([each.start() for each in self._producers])

    async def is_left_open(self) -> bool:
        """Return whether an outage since the last call has left a transaction of its producers open, see hanging.py.

        Their next transaction would become one with it. Raises Transient and Misconfigured.
        """
        if self._outages == (outages := self._cluster.outages):
            return False
        async with self._cluster.call("looking for open transactions", [self._partition.topic]):
            found = await is_left_open(self._cluster, self._client, self._group, self._producers)
        self._outages = outages
        return found

    async def commit(self, position: int | None, out: Iterable[ProducerRecord]) -> None:
        """Publish *out* and move the group to *position*, if given, in one transaction.

        Raises Fenced, Transient and Misconfigured. After an error the outcome may be unknown: stop this fence, start a new one.
        """
        current = self._producers[self._next]
        self._next = 1 - self._next
        started = time.monotonic()
        try:
            async with translate_errors("committing"):
                positions = [(self._partition, position)] if position is not None else []
                await current.commit(out, self._group, positions)
        except Fenced as error:
            seconds = time.monotonic() - started
            if seconds < TRANSACTION_MS / 1000:
                raise
            # The broker aborts a slow transaction, and says the same as if another member had taken over.
            raise TooSlow(f"committing: the transaction took {seconds:.0f} s, more than the broker allows") from error

    async def stop(self) -> None:
        """Release the partition."""
        await stop_all([self._client])
