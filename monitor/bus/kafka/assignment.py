"""A partition that a member of a consumer group owns."""

import time
from dataclasses import dataclass, field

import structlog

from monitor.bus import OffsetOutOfRange
from monitor.bus.kafka.fence import Fence

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
