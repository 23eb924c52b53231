"""A partition that a member of a consumer group owns."""

from dataclasses import dataclass

from monitor.bus import OffsetOutOfRange
from monitor.bus.kafka.fence import Fence


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
    progress: float = 0.0


def check_position(group: str, place: str, position: int, earliest: int, end: int) -> None:
    """Raise OffsetOutOfRange if *position*, that of *group* in *place*, is not from *earliest* to *end*."""
    if earliest <= position <= end:
        return
    reason = (
        f"the records before {earliest} were removed unread"
        if position < earliest
        else f"the stream ends at {end}: it was restored from a backup, or its broker lost records"
    )
    raise OffsetOutOfRange(
        f"group {group!r} is at {place}/{position}, but {reason};"
        f" `newsmonitor streams skip {group}` continues at the oldest record, {earliest}"
    )
