"""The reader of a Kafka member while partitions are revoked."""

from collections.abc import Callable

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException

from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.reader import Reader

REVOKED, KEPT = TopicPartition("alert.v1", 0), TopicPartition("alert.v1", 1)


class Consumer:
    """A consumer that owns KEPT. Each fetch first calls *before*, and then returns what it had begun to fetch of REVOKED."""

    def __init__(self, before: Callable[[], None], error: Exception | None) -> None:
        self.before, self.error = before, error
        self.sought: list[tuple[TopicPartition, int]] = []

    def assignment(self) -> frozenset[TopicPartition]:
        """Return the partitions."""
        return frozenset({KEPT})

    def seek(self, tp: TopicPartition, offset: int) -> None:
        """Continue at *offset*."""
        self.sought.append((tp, offset))

    async def getmany(self, *_: TopicPartition, **__: int) -> dict[TopicPartition, list[object]]:
        """Return records of REVOKED, or raise the error."""
        self.before()
        if self.error:
            raise self.error
        return {REVOKED: []}


@pytest.mark.parametrize("error", [None, CorruptRecordException()])
async def test_a_partition_that_is_revoked_during_a_fetch_is_passed_over(error: Exception | None) -> None:
    def rebalance() -> None:
        reader.forget(REVOKED)
        reader.seek(KEPT, 5)

    consumer = Consumer(rebalance, error)
    reader = Reader(Cluster(Broker("localhost")), consumer)
    reader.seek(REVOKED, 3)
    assert await reader.fetch([REVOKED], 10, 0.0) == ()
    assert reader.take({"alert.v1"}, 10, 1000) is None
    assert consumer.sought == [(KEPT, 5)]
