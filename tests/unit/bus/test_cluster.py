"""What is known of a Kafka cluster that answers nothing that can be read."""

import asyncio
from collections.abc import Mapping

import pytest
from aiokafka import TopicPartition

from monitor.bus import Unavailable
from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.topics import Copies, Topic


class BrokenCluster(Cluster):
    """A cluster whose client fails with an error that it does not document."""

    async def _request(self) -> Mapping[str, tuple[int, Topic]]:
        raise KeyError("node 1")


class Client:
    """A client without connections that knows whether it was closed."""

    def __init__(self) -> None:
        self.is_closed = False
        self._conns: Mapping[object, object] = {}

    async def close(self) -> None:
        """See AIOKafkaClient."""
        self.is_closed = True


class WatchedCluster(Cluster):
    """A cluster that is watched without having been connected to."""

    async def start(self) -> None:
        """Watch nothing."""
        self.client = Client()
        self._task = asyncio.create_task(asyncio.sleep(3600))


class LedCluster(Cluster):
    """A cluster that answers which nodes lead the partitions of a topic: *leaders*."""

    leaders: Mapping[int, int]

    async def _request(self) -> Mapping[str, tuple[int, Topic]]:
        return {"alert.v1": (0, Topic(b"", self.leaders, Copies({0: 1, 1: 1}, {0: 1, 1: 1})))}


async def test_a_close_that_is_cancelled_ends_with_the_client_closed() -> None:
    cluster = WatchedCluster(Broker("localhost:1"))
    await cluster.start()
    closing = asyncio.create_task(cluster.close())
    await asyncio.sleep(0)
    closing.cancel()
    (ended,) = await asyncio.gather(closing, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
    assert cluster.client.is_closed


async def test_any_error_of_a_request_counts_as_no_answer() -> None:
    cluster = BrokenCluster(Broker("localhost:1"))
    try:
        with pytest.raises(Unavailable, match="has not answered since"):
            await cluster.topic("alert.v1")
    finally:
        await cluster.close()


async def test_a_partition_without_a_leader_that_has_one_again_counts_as_an_outage() -> None:
    cluster = LedCluster(Broker("localhost:1"))
    try:
        for first, second, outages in ((7, -1, 0), (8, -1, 0), (8, 8, 1), (-1, 8, 1), (8, 8, 2)):
            cluster.leaders = {0: first, 1: second}
            await cluster.topic("alert.v1")
            assert cluster.outages == outages
    finally:
        await cluster.close()


async def test_a_partition_that_a_topic_lacks_has_no_leader() -> None:
    cluster = Cluster(Broker("localhost:1"))
    try:
        cluster.topics = {"alert.v1": Topic(b"", {0: 7}, Copies({0: 1}, {0: 1}))}
        partitions = [TopicPartition("alert.v1", 0), TopicPartition("alert.v1", 1), TopicPartition("held.v1", 0)]
        assert [cluster.leader(each) for each in partitions] == [7, None, None]
        assert await cluster.newest(partitions[1:]) is None
    finally:
        await cluster.close()
