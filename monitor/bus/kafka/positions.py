"""The positions of a consumer group.

aiokafka passes over the error of a whole answer. A broker that still loads the positions after a restart answers with that
error and without positions, so a group would seem to have none, and would read its streams from the oldest record again.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaError,
    NotCoordinatorForGroupError,
    for_code,
)
from aiokafka.protocol.commit import OffsetFetchRequest

PASSING = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)
"""The errors of a broker that has just started, or created its topic of positions."""
RETRY_SECONDS = 0.1


async def committed(
    client: AIOKafkaClient, group: str, partitions: Collection[TopicPartition] | None = None
) -> Mapping[TopicPartition, int]:
    """Return the positions of *group* in *partitions*, or all it has. Wait while they are loaded. Raises KafkaError."""
    while True:
        try:
            node = await client.coordinator_lookup(CoordinationType.GROUP, group)
            answer = await client.send(node, OffsetFetchRequest(group, _topics(partitions)))
            return dict(_positions(answer))
        except PASSING:
            await asyncio.sleep(RETRY_SECONDS)


def _topics(partitions: Collection[TopicPartition] | None) -> list[tuple[str, list[int]]] | None:
    """Return *partitions* as the request has them; None stands for all."""
    return None if partitions is None else [(tp.topic, [tp.partition]) for tp in partitions]


def _positions(answer: Any) -> Iterator[tuple[TopicPartition, int]]:
    """Yield the positions in *answer*. Raises KafkaError for an error of the whole or of a partition."""
    _check(getattr(answer, "error_code", 0))
    for topic, partitions in answer.topics:
        for partition, offset, _, error in partitions:
            _check(error)
            if offset >= 0:
                yield TopicPartition(topic, partition), offset


def _check(error: int) -> None:
    if error:
        kind: type[KafkaError] = for_code(error)
        raise kind
