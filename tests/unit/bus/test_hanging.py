"""Transactions that Kafka has left open: where they may be, what changes meanwhile, and a broker that is too old to tell."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.protocol.offset import OffsetRequest
from structlog.testing import capture_logs

from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.hanging import READ_COMMITTED, ending_hanging, hash_of_group
from monitor.bus.kafka.producer import TransactionalProducer
from monitor.bus.kafka.recorded import Recorded
from monitor.bus.kafka.topics import Copies, Topic
from monitor.bus.kafka.transaction_requests import MarkerRequest

ALERTS, NODE = TopicPartition("alert.v1", 0), 7
KAFKA_2_7 = {2: (0, 5), 3: (0, 9), 10: (0, 3), 22: (0, 4), 24: (0, 2), 26: (0, 2), 27: (0, 0)}
"""The versions of requests that such a broker knows."""


class OldClient:
    """A client of a broker of that version."""

    async def send(self, _: int, request: Any) -> None:
        """Raise what aiokafka does for a request that the broker does not know."""
        request.prepare(KAFKA_2_7)

    async def coordinator_lookup(self, *_: object) -> int:
        """See AIOKafkaClient."""
        return 1


async def test_a_broker_that_is_too_old_is_told_and_does_not_end_the_takeover() -> None:
    broker, client, has_fenced = Broker("unused"), OldClient(), False
    with capture_logs() as logs:
        async with ending_hanging(Cluster(broker), client, "delivery", [TransactionalProducer(broker, client, "id")]):
            has_fenced = True
    assert has_fenced
    assert ["older than Kafka 3.0" in each["event"] for each in logs] == [True]


class HangingClient:
    """A client of one node, which has the partition ALERTS. While *is_open*, a transaction of the producer -1 is open there.

    *marked* are the nodes that were told to end the transaction, and if it was committed.
    """

    def __init__(self, *, is_open: bool) -> None:
        self.is_open, self.marked = is_open, list[tuple[int, bool]]()

    async def send(self, node: int, request: Any) -> Any:
        """Answer *request*."""
        if isinstance(request, OffsetRequest):
            is_stable = request.prepare({2: (0, 5)}).to_object()["isolation_level"] == READ_COMMITTED
            return SimpleNamespace(topics=[(ALERTS.topic, [(ALERTS.partition, 0, -1, 0 if self.is_open and is_stable else 1)])])
        if isinstance(request, MarkerRequest):
            (marker,) = request.prepare({MarkerRequest.API_KEY: (0, 1)}).to_object()["markers"]
            self.marked.append((node, marker["committed"]))
            return SimpleNamespace(to_object=lambda: {"markers": [{"topics": [{"partitions": [{"error_code": 0}]}]}]})
        producer = {"producer_id": -1, "producer_epoch": 5, "coordinator_epoch": 0, "start_offset": 0}
        partition = {"partition": ALERTS.partition, "error_code": 0, "producers": [producer]}
        return SimpleNamespace(to_object=lambda: {"topics": [{"topic": ALERTS.topic, "partitions": [partition]}]})


class Led(Cluster):
    """A cluster that knows the partition ALERTS. The node that leads it is the next of *leaders*, then NODE."""

    def __init__(self, *leaders: int) -> None:
        super().__init__(Broker("unused"))
        self.topics = {ALERTS.topic: Topic(b"", {ALERTS.partition: NODE}, Copies({0: 1}, {0: 1}))}
        self._leaders = [*leaders]

    def leader(self, tp: TopicPartition) -> int | None:
        """See Cluster."""
        return self._leaders.pop(0) if self._leaders else super().leader(tp)


class Former:
    """A producer whose former owner is at work: the state of its transaction is the next of *states*, then Ongoing."""

    def __init__(self, *states: str) -> None:
        self._states = [*states]

    async def recorded(self) -> Recorded:
        """See TransactionalProducer."""
        state = self._states.pop(0) if self._states else "Ongoing"
        return Recorded("id", -1, 5, state, frozenset({ALERTS} if state == "Ongoing" else ()))


async def test_a_partition_that_loses_its_leader_during_a_takeover_is_waited_for() -> None:
    client = HangingClient(is_open=True)
    # It is looked for twice before the fencing, and once after it.
    async with ending_hanging(Led(NODE, NODE, NODE, -1), client, "delivery", [Former()]):  # type: ignore[list-item]
        pass
    assert client.marked == [(NODE, False)]


async def test_a_transaction_that_began_after_the_first_look_ends_as_was_recorded_last() -> None:
    client = HangingClient(is_open=True)
    async with ending_hanging(Led(), client, "delivery", [Former("CompleteCommit")]):  # type: ignore[list-item]
        pass
    assert client.marked == [(NODE, False)]


@pytest.mark.parametrize(
    ("group", "hashed"),
    [
        ("delivery", 823_466_996),
        ("alerts", 1_415_077_225),
        ("c5f3b033.delivery", 1_702_298_347),
        ("Ωmega😀", 1_586_081_342),
        ("polygenelubricants", 0),
    ],
)
def test_the_partition_of_a_group_is_that_of_kafka(group: str, hashed: int) -> None:
    """Java has printed the expected values. Its hash of all but the first and the fourth is negative."""
    assert hash_of_group(group) == hashed
