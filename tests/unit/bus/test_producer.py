"""The transactional producer, with a client that answers as a broker does."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import InvalidProducerEpoch
from aiokafka.record.default_records import DefaultRecordBatch

from monitor.bus import ProducerRecord, partition_for
from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.producer import REQUEST_BYTES, TransactionalProducer

FEED, RAW = "feed.v1", "article.raw.v1"
KEYS = {partition_for(key, 4): key for key in map(str, range(100))}
"""A key of each partition."""
NOT_LEADER, LOADING, DUPLICATE, FENCED, CONCURRENT = 6, 14, 46, 47, 51
"""Kafka's error codes."""
PRODUCE = 0
"""Kafka's number of the request with records."""


class _Answer:
    """An answer with the error *code*."""

    def __init__(self, code: int) -> None:
        self.error_code, self.producer_id, self.producer_epoch = code, 7, 3
        self.errors = self.topics = [(RAW, [(0, code)])]


class _Client:
    """A client of two nodes, which answers with *codes* by class of request, then without errors; and the *requests* it got."""

    def __init__(self, codes: Mapping[str, Sequence[int]] = {}, leader: Callable[[TopicPartition], int] = lambda _: 1) -> None:
        self.codes = {name: deque(each) for name, each in codes.items()}
        self.requests: list[tuple[int, Any]] = []
        self.cluster, self.leader_for_partition = self, leader

    async def send(self, node: int, request: Any) -> _Answer:
        self.requests.append((node, request.prepare({request.API_KEY: (0, 7)})))
        await asyncio.sleep(0)
        codes = self.codes.get(type(request).__name__.removesuffix("Request"))
        return _Answer(codes.popleft() if codes else 0)

    async def coordinator_lookup(self, *_: object) -> int:
        return 2

    async def add_topic(self, _: str) -> bool:
        return True

    async def force_metadata_update(self) -> bool:
        return True

    @property
    def names(self) -> list[str]:
        return [type(request).__name__.partition("Request")[0] for _, request in self.requests]

    @property
    def produced(self) -> list[tuple[int, dict[int, bytes]]]:
        """The node and the batches by partition of each request with records."""
        requests = [(node, request.to_object()) for node, request in self.requests if request.API_KEY == PRODUCE]
        return [
            (node, {each["partition"]: each["messages"] for topic in request["topics"] for each in topic["partitions"]})
            for node, request in requests
        ]


async def commit(client: _Client, *records: ProducerRecord) -> None:
    """Commit *records* and a position, in a transaction of a producer that has started."""
    producer = TransactionalProducer(Broker("unused"), client, "id")
    await producer.start()
    await producer.commit(records, "group", [(TopicPartition(FEED, 0), 1)])


def values(data: bytes) -> list[bytes]:
    return [record.value for record in DefaultRecordBatch(data)]


async def test_a_transaction_is_ended_after_all_else_is_accepted() -> None:
    client = _Client()
    await commit(client, ProducerRecord(RAW, KEYS[0], b"x"))
    assert client.names == [
        "InitProducerId", "AddPartitionsToTxn", "AddOffsetsToTxn", "Produce", "TxnOffsetCommit", "EndTxn"
    ]  # fmt: skip


@pytest.mark.parametrize("refused", ["InitProducerId", "AddPartitionsToTxn", "AddOffsetsToTxn", "TxnOffsetCommit", "EndTxn"])
async def test_a_request_that_the_broker_cannot_serve_now_is_sent_again(refused: str) -> None:
    client = _Client({refused: [CONCURRENT, LOADING]})
    await commit(client, ProducerRecord(RAW, KEYS[0], b"x"))
    assert client.names.count(refused) == 3
    assert client.names[-1] == "EndTxn"


async def test_records_that_are_sent_again_and_had_arrived_are_accepted() -> None:
    client = _Client({"Produce": [NOT_LEADER, DUPLICATE]})
    await commit(client, ProducerRecord(RAW, KEYS[0], b"x"))
    (_, first), (_, second) = client.produced
    assert first == second
    assert client.names[-1] == "EndTxn"


@pytest.mark.parametrize("refused", ["AddPartitionsToTxn", "AddOffsetsToTxn", "Produce", "TxnOffsetCommit"])
async def test_nothing_is_committed_after_a_request_of_a_former_owner(refused: str) -> None:
    client = _Client({refused: [FENCED]})
    with pytest.raises(InvalidProducerEpoch):
        await commit(client, ProducerRecord(RAW, KEYS[0], b"x"))
    assert "EndTxn" not in client.names


async def test_partitions_with_different_leaders_get_a_request_each() -> None:
    client = _Client(leader=lambda tp: tp.partition % 2)
    await commit(client, *(ProducerRecord(RAW, KEYS[number], str(number).encode()) for number in range(4)))
    assert [(node, {number: values(data) for number, data in each.items()}) for node, each in client.produced] == [
        (number % 2, {number: [str(number).encode()]}) for number in range(4)
    ]


async def test_records_for_several_requests_keep_their_order() -> None:
    client, count = _Client(), 5
    records = [ProducerRecord(RAW, KEYS[0], bytes([number]) * (REQUEST_BYTES // 2)) for number in range(count)]
    await commit(client, *records, ProducerRecord(RAW, KEYS[1], b"other"))
    (_, first), *_ = client.produced
    assert values(first[1]) == [b"other"]
    batches = [DefaultRecordBatch(each[0]) for _, each in client.produced]
    assert [record.value[:1] for batch in batches for record in batch] == [bytes([number]) for number in range(count)]
    assert [batch.base_sequence for batch in batches] == list(range(count))
