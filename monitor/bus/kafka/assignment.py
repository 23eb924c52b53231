"""A partition that a member of a consumer group owns."""

import time
from dataclasses import dataclass, field

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from monitor.bus import OffsetOutOfRange
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.fence import Fence, owner_of
from monitor.bus.kafka.positions import committed

log = structlog.get_logger()


@dataclass
class Assignment:
    """A partition that this member owns.

    *committed* is the committed position, *topic_id* the id of the topic at the takeover, and *progress* the time of the last
    progress in monotonic seconds. *new* is True if the group had no position.
    """

    fence: Fence
    committed: int
    topic_id: bytes = b""
    new: bool = False
    restored: bool = False
    progress: float = field(default_factory=time.monotonic)


async def take_over(
    cluster: Cluster, consumer: AIOKafkaConsumer, group: str, tp: TopicPartition, *, is_recreated: bool
) -> Assignment:
    """Fence *tp* for *group*, and read its position, which is none if its topic *is_recreated*.

    Raises Transient and Misconfigured.
    """
    topic = await cluster.topic(tp.topic)
    fence = Fence(cluster, owner_of(tp, group, cluster.broker), group)
    try:
        async with cluster.call(action := "taking over a partition", [tp.topic], written=()):
            await fence.start(action)
            position = (await committed(cluster.client, cluster.broker.prefix + group, [tp])).get(tp)
            earliest = (await consumer.beginning_offsets([tp]))[tp]
            if position is not None and is_recreated:
                # A commit may have renewed the position in the deleted topic.
                await fence.commit((), [(tp, earliest)])
                position = None
    except BaseException:
        await fence.stop()
        raise
    return Assignment(fence, earliest if position is None else position, topic.id if topic else b"", position is None)


def check_position(group: str, place: str, assignment: Assignment, earliest: int, end: int) -> None:
    """Raise OffsetOutOfRange if the position of *group* in *place* is not from *earliest* to *end*; log that it is new."""
    if not earliest <= assignment.committed <= end:
        reason = (
            f"the records before {earliest} were removed unread"
            if assignment.committed < earliest
            else f"the stream ends at {end}: it was restored from a backup, or its broker lost records"
        )
        raise OffsetOutOfRange(
            f"group {group!r} is at {place}/{assignment.committed}, but {reason};"
            f" `newsmonitor streams skip {group}` continues at the oldest record, {earliest}"
        )
    if assignment.new and earliest < end:
        # Kafka deletes the position with the stream, so nothing tells which of these it is.
        event = "the group has no position: it is new, the stream was created again, or the broker has forgotten it"
        log.info(event, group=group, stream=place)
