"""What a coordinator has recorded of a transaction that a partition still takes for open. Pure.

newsmonitor's producers end a transaction only by committing it, and keep their epoch then: only a commit with EndTxn from
version 5 on (KIP-890) would move it, and aiokafka has none. A transaction is aborted if its producer was fenced or too slow.
That moves the epoch by one, in Kafka 4.0.0 by two. A takeover moves it by one, or by more if its request is sent again.
"""

from dataclasses import dataclass

from aiokafka import TopicPartition

ABORTED = frozenset({"PrepareAbort", "CompleteAbort"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """The *state* of the last transaction of *transactional_id*, and the partitions that it is *open_in*."""

    transactional_id: str
    producer_id: int
    epoch: int
    state: str
    open_in: frozenset[TopicPartition]


@dataclass(frozen=True, slots=True)
class Open:
    """A transaction that is open in the partition *place* since the offset *start*. *coordinator_epoch* may be -1."""

    place: TopicPartition
    start: int
    producer_id: int
    epoch: int
    coordinator_epoch: int


def is_committed(recorded: Recorded, found: Open) -> bool | None:
    """Return whether *found* was committed; None if nothing tells it any more. *recorded* is from before the fencing.

    A transaction that was in progress is aborted by the fencing. Records that belong to none count as aborted.
    """
    match recorded.epoch - found.epoch:
        case 0 if recorded.state == "Ongoing":
            return found.place not in recorded.open_in
        case 0:
            return recorded.state not in {"Empty", *ABORTED}
        case 1:
            # After an abort, a takeover makes it two.
            return recorded.state not in ABORTED
    return None
