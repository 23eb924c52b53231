"""A transactional producer that commits in three round trips.

aiokafka's own takes five, one request after the other, and starts tasks for each. Here the partitions and the group are added
to the transaction side by side, then the records and the position are sent side by side. The broker answers the requests of a
connection one after the other, so it does not refuse the second of them because it still works at the first.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import ConcurrentTransactions, DuplicateSequenceNumber, KafkaConnectionError, KafkaError, for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    InitProducerIdRequest,
    TxnOffsetCommitRequest,
)
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from monitor.bus import ProducerRecord
from monitor.bus.kafka.client import CALL_SECONDS, TRANSACTION_MS, Broker, encode_headers, topic_partition
from monitor.bus.kafka.recorded import Recorded
from monitor.bus.kafka.transaction_requests import TransactionRequest
from monitor.concurrency import gather_all

REQUEST_BYTES = 512 * 1024
"""Maximum bytes of a batch. A single record may be larger."""
ADDED_AT_ONCE = 20
"""Records of a batch after which other tasks may run."""
RETRY_SECONDS = 0.1
"""Seconds before a request is sent again that the broker cannot serve now."""
BUSY_SECONDS, LONGEST_BUSY_SECONDS = 0.001, 0.02
"""The same if the broker still writes the end of the last transaction: at first, and at most after twice as long each time."""
ALL = -1
"""The number of replicas that must have a record before it is acknowledged: all that are in sync."""
MAX_SEQUENCE = 2**31
UNKNOWN_TRANSACTIONAL_ID = 105
"""Kafka's error code of a transactional id that was never used, or not for a week. aiokafka does not know it."""


class _LedApart(Exception):
    """The partitions of a request are not led by one node."""


class TransactionalProducer:
    """Commits transactions as *transactional_id*, one after the other. After an error, make another one."""

    def __init__(self, broker: Broker, client: AIOKafkaClient, transactional_id: str) -> None:
        self._broker, self._client, self._id = broker, client, transactional_id
        # The id and epoch that the broker has given to it.
        self._producer: tuple[int, int] = (-1, -1)
        self._sequences: defaultdict[TopicPartition, int] = defaultdict(int)
        self._coordinators: dict[tuple[Any, str], int] = {}

    async def start(self) -> None:
        """Fence all earlier producers with this id; the broker aborts their open transaction. Raises Kafka's errors."""
        request = InitProducerIdRequest(self._id, TRANSACTION_MS)
        answer = await self._request(self._coordinator, request, lambda answer: [answer.error_code])
        self._producer = answer.producer_id, answer.producer_epoch

    @property
    def producer_id(self) -> int:
        """Kafka's id of the producer, once it has started."""
        return self._producer[0]

    async def recorded(self) -> Recorded | None:
        """Return what the coordinator has recorded of the last transaction with this id; None if it knows none.

        Raises Kafka's errors, and NotImplementedError if the broker is too old to tell.
        """
        answer = await self._request(self._coordinator, TransactionRequest(self._id), _described)
        (found,) = answer.to_object()["transactions"]
        if found["error_code"]:
            return None
        places = (TopicPartition(each["topic"], number) for each in found["topics"] for number in each["partitions"])
        return Recorded(self._id, found["producer_id"], found["producer_epoch"], found["state"], frozenset(places))

    async def commit(
        self, out: Iterable[ProducerRecord], group: str = "", positions: Sequence[tuple[TopicPartition, int]] = ()
    ) -> None:
        """Publish *out* and move *group* to *positions* in one transaction. Raises Kafka's errors."""
        records = await self._encoded(out)
        if not records and not positions:
            return
        added: list[Awaitable[Any]] = []
        if records:
            request = AddPartitionsToTxnRequest(self._id, *self._producer, group_by_topic((tp, tp.partition) for tp in records))
            added.append(self._request(self._coordinator, request, _codes))
        if positions:
            offsets = AddOffsetsToTxnRequest(self._id, *self._producer, group)
            added.append(self._request(self._coordinator, offsets, lambda answer: [answer.error_code]))
        await gather_all(added)
        sent: list[Awaitable[Any]] = [self._send(records)] if records else []
        if positions:
            moved = group_by_topic((tp, (tp.partition, position, "")) for tp, position in positions)
            commit = TxnOffsetCommitRequest(self._id, group, *self._producer, moved)
            sent.append(self._request(lambda: self._group_coordinator(group), commit, _codes))
        await gather_all(sent)
        end = EndTxnRequest(self._id, *self._producer, True)  # noqa: FBT003  (transaction_result)
        await self._request(self._coordinator, end, lambda answer: [answer.error_code])

    async def _encoded(self, out: Iterable[ProducerRecord]) -> dict[TopicPartition, list[bytes]]:
        """Return the records of *out* in batches, by partition and in order."""
        builders: dict[TopicPartition, Any] = {}
        batches: dict[TopicPartition, list[bytes]] = {}
        counts: dict[TopicPartition, int] = {}
        for index, record in enumerate(out):
            if index % ADDED_AT_ONCE == ADDED_AT_ONCE - 1:
                await asyncio.sleep(0)
            tp = topic_partition(self._broker, record.stream, record.key)
            fields = record.key.encode(), record.value, encode_headers(record.headers)
            if tp not in builders or builders[tp].append(counts[tp], None, *fields) is None:
                if tp in builders:
                    # It is full.
                    batches[tp].append(self._built(tp, builders[tp], counts[tp]))
                batches.setdefault(tp, [])
                builders[tp], counts[tp] = self._builder(), 0
                builders[tp].append(0, None, *fields)
            counts[tp] += 1
        for tp, builder in builders.items():
            batches[tp].append(self._built(tp, builder, counts[tp]))
        return batches

    def _builder(self) -> Any:
        return DefaultRecordBatchBuilder(
            magic=2,
            compression_type=0,
            is_transactional=1,
            producer_id=-1,
            producer_epoch=-1,
            base_sequence=0,
            batch_size=REQUEST_BYTES,
        )

    def _built(self, tp: TopicPartition, builder: Any, count: int) -> bytes:
        builder.set_producer_state(*self._producer, self._sequences[tp])
        self._sequences[tp] = (self._sequences[tp] + count) % MAX_SEQUENCE
        return bytes(builder.build())

    async def _send(self, records: Mapping[TopicPartition, Sequence[bytes]]) -> None:
        """Send the batches of *records*. Those of a partition follow one another: a request has one of each at most."""
        for batches in zip_longest(*records.values()):
            await self._send_together({tp: batch for tp, batch in zip(records, batches, strict=True) if batch})

    async def _send_together(self, batches: Mapping[TopicPartition, bytes]) -> None:
        """Send *batches* in one request, if one node leads all partitions."""
        parts = group_by_topic((tp, (tp.partition, batch)) for tp, batch in batches.items())
        request = ProduceRequest(self._id, ALL, int(CALL_SECONDS * 1000), parts)
        try:
            await self._request(lambda: self._leader(batches), request, _produced)
        except _LedApart:
            await gather_all([self._send_together({tp: batch}) for tp, batch in batches.items()])

    async def _request(
        self, find_node: Callable[[], Awaitable[int]], request: Any, codes: Callable[[Any], Iterable[int]]
    ) -> Any:
        """Send *request* until the broker has accepted it, and return the answer. Raises the errors that do not pass."""
        busy_seconds = BUSY_SECONDS
        while True:
            try:
                answer = await self._client.send(await find_node(), request)
                code = next(filter(None, codes(answer)), 0)
                if not code:
                    return answer
                raise for_code(code)
            except ConcurrentTransactions:
                await asyncio.sleep(busy_seconds)
                busy_seconds = min(2 * busy_seconds, LONGEST_BUSY_SECONDS)
            except KafkaError as error:
                if not error.retriable:
                    raise
                self._coordinators.clear()
                await gather_all([self._client.force_metadata_update(), asyncio.sleep(RETRY_SECONDS)])

    async def _coordinator(self) -> int:
        return await self._find(CoordinationType.TRANSACTION, self._id)

    async def _group_coordinator(self, group: str) -> int:
        return await self._find(CoordinationType.GROUP, group)

    async def _find(self, kind: Any, name: str) -> int:
        if (kind, name) not in self._coordinators:
            self._coordinators[kind, name] = await self._client.coordinator_lookup(kind, name)
        return self._coordinators[kind, name]

    async def _leader(self, partitions: Collection[TopicPartition]) -> int:
        """Return the node that leads all *partitions*. Raises KafkaConnectionError if one has no leader, and _LedApart."""
        for tp in partitions:
            await self._client.add_topic(tp.topic)
        nodes = {self._client.cluster.leader_for_partition(tp) for tp in partitions}
        if nodes & {None, -1}:
            raise KafkaConnectionError("a partition has no leader")
        if len(nodes) > 1:
            raise _LedApart
        return int(nodes.pop())


def group_by_topic(parts: Iterable[tuple[TopicPartition, Any]]) -> list[tuple[str, list[Any]]]:
    """Return *parts* as requests have them."""
    topics: defaultdict[str, list[Any]] = defaultdict(list)
    for tp, part in parts:
        topics[tp.topic].append(part)
    return list(topics.items())


def _described(answer: Any) -> Iterator[int]:
    """Yield the error of each transactional id in *answer*, other than that of one without transactions."""
    for code, *_ in answer.transactions:
        yield 0 if code == UNKNOWN_TRANSACTIONAL_ID else code


def _codes(answer: Any) -> Iterator[int]:
    """Yield the error of each partition in *answer*."""
    for _, partitions in answer.errors:
        for _, code in partitions:
            yield code


def _produced(answer: Any) -> Iterator[int]:
    """Yield the error of each partition in *answer*. A batch that was sent twice has arrived once."""
    for _, partitions in answer.topics:
        for _, code, *_ in partitions:
            yield 0 if code == DuplicateSequenceNumber.errno else code
