"""Partitions that accept no record, because too few brokers have a copy that is in sync."""

from collections.abc import Mapping

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import DescribeConfigsRequest

from monitor.bus.kafka.settings import MIN_IN_SYNC
from monitor.bus.kafka.topics import Topic

TOPIC_RESOURCE = 2
"""Kafka's number for the kind of resource."""


async def find_refusing(client: AIOKafkaClient, node: int, topics: Mapping[str, Topic]) -> dict[str, str]:
    """Return why no record is accepted, by topic. The settings are requested from *node* if copies are not in sync.

    Raises KafkaError.
    """
    behind = {name: topic.copies for name, topic in topics.items() if topic.copies.behind()}
    if not behind:
        return {}
    answer = await client.send(node, DescribeConfigsRequest([(TOPIC_RESOURCE, name, [MIN_IN_SYNC]) for name in behind]))
    minimum = {name: int(entries[0][1]) for code, _, _, name, entries in answer.resources if not code and entries}
    return {
        name: f"{copies.in_sync[number]} of its {copies.count[number]} copies are in sync, and {MIN_IN_SYNC} is {minimum[name]}"
        for name, copies in behind.items()
        for number in copies.refusing(minimum.get(name, 1))
    }
