"""The transactional producers of an owner, which lock out the former owner of the same name."""

import time
from collections.abc import Iterable, Sequence

from aiokafka import TopicPartition

from monitor.bus import Fenced, ProducerRecord, TooSlow
from monitor.bus.kafka.bootstrap import bootstrap_once_ready, has_moved
from monitor.bus.kafka.client import TRANSACTION_MS, Broker, new_client, translate_errors
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.hanging import ending_hanging, is_left_open
from monitor.bus.kafka.producer import TransactionalProducer
from monitor.bus.kafka.stopping import stop_all
from monitor.concurrency import gather_all

SUFFIXES = ("p", "pb")
"""Suffixes of the transactional ids of the two producers, which alternate: the broker begins no transaction of a
producer before it has written the markers of the previous one."""


def owner_of(partition: TopicPartition, group: str, broker: Broker) -> str:
    """Return the name of the owner of *partition* for *group*."""
    return f"{group}-{broker.stream(partition.topic)}-{partition.partition}"


class Fence:
    """The producers of the *owner* with this name. Starting them fences those of the former one.

    *group* is the group whose positions they move, if any.
    """

    def __init__(self, cluster: Cluster, owner: str, group: str = "") -> None:
        broker = cluster.broker
        self._cluster, self._group, self._client = cluster, group and broker.prefix + group, new_client(broker)
        ids = [f"{broker.prefix}{owner}-{suffix}" for suffix in SUFFIXES]
        self._producers = [TransactionalProducer(broker, self._client, each) for each in ids]
        self._next, self._outages = 0, cluster.outages

    async def start(self, action: str) -> None:
        """Fence the former owner; the broker aborts its open transaction. End what has stayed open of those before.

        *action* are the words of an error for what this is part of. Raises Transient and Misconfigured.
        """
        async with translate_errors(action):
            await bootstrap_once_ready(self._client)
            async with ending_hanging(self._cluster, self._client, self._group, self._producers):
                # Neither of the two may go on after an error: it would fence the next owner.
                await gather_all([each.start() for each in self._producers])

    async def is_left_open(self, topics: Iterable[str] = ()) -> bool:
        """Return whether an outage since the last call has left a transaction of its producers open, see hanging.py.

        Their next transaction would become one with it. *topics* are those that the answer needs. Raises Transient and
        Misconfigured.
        """
        if self._outages == (outages := self._cluster.outages):
            return False
        if has_moved(self._client, self._cluster.client):
            # Its client finds no broker any more. The next owner, or the look of the publisher, finds what was left open.
            return True
        async with self._cluster.call("looking for open transactions", topics):
            found = await is_left_open(self._cluster, self._client, self._group, self._producers)
        self._outages = outages
        return found

    async def commit(
        self, out: Iterable[ProducerRecord], positions: Sequence[tuple[TopicPartition, int]] = (), *, action: str = "committing"
    ) -> None:
        """Publish *out* and move the group to *positions* in one transaction.

        Raises Fenced, Transient and Misconfigured. After an error the outcome may be unknown: stop this fence, start a new one.
        """
        current = self._producers[self._next]
        self._next = 1 - self._next
        started = time.monotonic()
        try:
            async with translate_errors(action):
                await current.commit(out, self._group, positions)
        except Fenced as error:
            seconds = time.monotonic() - started
            if seconds < TRANSACTION_MS / 1000:
                raise
            # The broker aborts a slow transaction, and says the same as if another member had taken over.
            raise TooSlow(f"committing: the transaction took {seconds:.0f} s, more than the broker allows") from error

    async def stop(self) -> None:
        """Stop the producers."""
        await stop_all([self._client])
