"""Partitions that accept no record, because too few brokers have a copy that is in sync."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import DescribeConfigsRequest

MIN_IN_SYNC = "min.insync.replicas"
INTERNAL = ("__consumer_offsets", "__transaction_state")
"""The topics in which the brokers keep the positions of groups and the state of transactions. Each commit writes to them."""
TOPIC_RESOURCE = 2
"""Kafka's number for the kind of resource."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. *id* differs from that of a deleted topic of the same name; it is empty if the broker is too old for ids.

    *leaders* has the node of each partition; it is negative if no broker can answer for the partition. *copies* has the number
    of brokers that store each partition, *in_sync* how many of them are in sync.
    """

    id: bytes
    leaders: Mapping[int, int]
    copies: Mapping[int, int] = field(default_factory=dict)
    in_sync: Mapping[int, int] = field(default_factory=dict)

    def behind(self) -> list[int]:
        """Return the partitions of which not all copies are in sync."""
        return [number for number, count in self.copies.items() if self.in_sync[number] < count]


async def find_refusing(client: AIOKafkaClient, node: int, topics: Mapping[str, Topic]) -> dict[str, str]:
    """Return why no record is accepted, by topic. The settings are requested from *node* if copies are not in sync.

    Raises KafkaError.
    """
    behind = {name: topic for name, topic in topics.items() if topic.behind()}
    if not behind:
        return {}
    answer = await client.send(node, DescribeConfigsRequest([(TOPIC_RESOURCE, name, [MIN_IN_SYNC]) for name in behind]))
    minimum = {name: int(entries[0][1]) for code, _, _, name, entries in answer.resources if not code and entries}
    return {
        name: f"{topic.in_sync[number]} of its {topic.copies[number]} copies are in sync, and {MIN_IN_SYNC} is {minimum[name]}"
        for name, topic in behind.items()
        for number in topic.behind()
        if topic.in_sync[number] < minimum.get(name, 1)
    }
