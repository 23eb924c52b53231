"""The fence of one partition: producers whose transactions no earlier owner of the partition can commit beside ours."""

import asyncio
from collections.abc import Iterable

from aiokafka import AIOKafkaProducer, TopicPartition

from monitor.bus import ProducerRecord
from monitor.bus.kafka.client import Broker, encoded, patient, place, producer, stop_all

TURNS = ("p", "pb")
"""Two producers take turns: aiokafka waits 20 ms where a producer's next transaction begins before the broker is done
with its last one's markers (measured: 327 transactions a second with two, 48 with one)."""


class Fence:
    """Who holds it owns the partition *at* for *group*: starting it fences the owner before."""

    def __init__(self, broker: Broker, group: str, at: TopicPartition) -> None:
        name = f"{broker.prefix}{group}-{broker.stream(at.topic)}-{at.partition}"
        self._broker, self._group, self._at = broker, group, at
        self._producers = [producer(broker, f"{name}-{turn}") for turn in TURNS]
        self._turn = 0

    async def start(self) -> None:
        """Take the partition over: what an earlier owner had open is ended by the broker. Raises Transient, Misconfigured."""
        async with patient("taking a partition over"):
            # Each is over before the first error is raised: one that is stopped while it starts leaves its connections open.
            for result in await asyncio.gather(*(each.start() for each in self._producers), return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result

    async def commit(self, position: int | None, out: Iterable[ProducerRecord]) -> None:
        """Publish *out* and move the group to *position*, if any, in one transaction. Raises Fenced, Transient, TooLarge.

        After an error the outcome may be unknown: the fence must be stopped, and a new one started.
        """
        current = self._producers[self._turn]
        self._turn = 1 - self._turn
        async with patient("committing"):
            await transact(self._broker, current, out, {self._at: position} if position is not None else None, self._group)

    async def stop(self) -> None:
        """Let the partition go."""
        await stop_all(self._producers)


async def transact(
    broker: Broker,
    through: AIOKafkaProducer,
    out: Iterable[ProducerRecord],
    positions: dict[TopicPartition, int] | None = None,
    group: str = "",
) -> None:
    """One transaction. Each send is awaited, since one that is refused would be lost while the commit succeeds."""
    await through.begin_transaction()
    sent = []
    for message in out:
        to = place(broker, message.stream, message.key)
        sent.append(
            await through.send(
                to.topic, message.value, message.key.encode(), partition=to.partition, headers=encoded(message.headers)
            )
        )
    await asyncio.gather(*sent)
    if positions:
        # Never beside the records: that makes the broker refuse, and halves the rate.
        await through.send_offsets_to_transaction(positions, broker.prefix + group)
    await through.commit_transaction()
