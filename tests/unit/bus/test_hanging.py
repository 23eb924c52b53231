"""Transactions that Kafka has left open: where they may be, and a broker that is too old to tell them."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.hanging import ending_hanging, hash_of_group
from monitor.bus.kafka.producer import TransactionalProducer

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
