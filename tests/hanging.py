"""Transactions that hang in a Kafka partition, as a broker leaves them that is killed at the wrong moment.

The former owner writes to a partition without telling the coordinator, so the coordinator never ends that. A broker accepts it
with these settings only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import TopicPartition
from aiokafka.protocol.transaction import (
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    InitProducerIdRequest,
    TxnOffsetCommitRequest,
)

from monitor.bus import Bus, ProducerRecord
from monitor.bus import kafka as kafka_backend
from monitor.bus.backends import Address
from monitor.bus.kafka.bus import KafkaBus
from monitor.bus.kafka.client import new_client
from monitor.bus.kafka.producer import TransactionalProducer
from tests.broker import SETTINGS

UNVERIFIED = f"""{SETTINGS.replace("offsets.topic.num.partitions=1", "offsets.topic.num.partitions=8")}
transaction.partition.verification.enable=false
"""
"""Settings of a broker that accepts records of a transaction that its coordinator does not know. The positions of groups are in
several partitions."""


class FormerOwner(TransactionalProducer):
    """A producer whose transactions can be left open in a partition."""

    async def hasten(self) -> None:
        """Start again, so that the broker soon aborts a transaction that is not committed."""
        answer = await self._request(self._coordinator, InitProducerIdRequest(self._id, 100), lambda it: [it.error_code])
        self._producer = answer.producer_id, answer.producer_epoch

    async def copy_running(self) -> None:
        """Be the producer that has started last."""
        recorded = await self.recorded()
        assert recorded
        self._producer = recorded.producer_id, recorded.epoch

    async def send(self, *out: ProducerRecord) -> None:
        """Write *out* without telling the coordinator."""
        await self._send(await self._encoded(out))

    async def begin(self, tp: TopicPartition) -> None:
        """Begin a transaction of which the coordinator knows only that it writes to *tp*."""
        request = AddPartitionsToTxnRequest(self._id, *self._producer, [(tp.topic, [tp.partition])])
        await self._request(self._coordinator, request, lambda it: [code for _, each in it.errors for _, code in each])

    async def move(self, group: str, tp: TopicPartition, position: int) -> None:
        """Move *group* to *position* without telling the coordinator."""
        moved = [(tp.topic, [(tp.partition, position, "")])]
        request = TxnOffsetCommitRequest(self._id, group, *self._producer, moved)
        find = lambda: self._group_coordinator(group)  # noqa: E731
        await self._request(find, request, lambda it: [code for _, each in it.errors for _, code in each])

    async def end(self) -> None:
        """Commit the transaction, as far as the coordinator knows it."""
        request = EndTxnRequest(self._id, *self._producer, True)  # noqa: FBT003  (transaction_result)
        await self._request(self._coordinator, request, lambda it: [it.error_code])

    async def wait_until(self, state: str) -> None:
        """Wait until the coordinator has recorded *state*."""
        while (recorded := await self.recorded()) is None or recorded.state != state:
            await asyncio.sleep(0.05)


@asynccontextmanager
async def former_owner(address: Address, name: str, *, starts: bool = True) -> AsyncIterator[FormerOwner]:
    """Open the first producer of the owner with this *name*. If it *starts*, it fences others."""
    broker = kafka_backend.broker(address)
    client = new_client(broker)
    await client.bootstrap()
    try:
        owner = FormerOwner(broker, client, f"{broker.prefix}{name}-p")
        await (owner.start() if starts else owner.copy_running())
        yield owner
    finally:
        await client.close()


async def hide(bus: Bus, address: Address) -> None:
    """Publish with *bus*, and leave a dead letter of its publisher in a transaction that hangs."""
    assert isinstance(bus, KafkaBus)
    await bus.publish([ProducerRecord("alert.v1", "k", b"visible")])
    async with former_owner(address, bus.publisher.name, starts=False) as owner:
        await owner.wait_until("CompleteCommit")
        await owner.send(ProducerRecord("dead.v1", "k", b"hidden"))
