"""What a coordinator has recorded of a transaction that a partition still takes for open. Pure.

Kafka gives a producer another epoch when it is fenced, and when its open transaction is aborted, as after a timeout.
newsmonitor's own producers only commit. So of the transactions of an epoch, only the last one can have been aborted.
"""

from dataclasses import dataclass

from aiokafka import TopicPartition

ABORTED = frozenset({"PrepareAbort", "CompleteAbort"})
ABORT_EPOCHS = 2
"""Epochs, at most, that a producer has moved on when the abort of its transaction is recorded."""


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

    A transaction that is in progress is aborted by the fencing. What belongs to no transaction counts as aborted.
    """
    epochs = recorded.epoch - found.epoch
    if recorded.state in ABORTED:
        return False if epochs <= ABORT_EPOCHS else None
    if recorded.state == "Ongoing" and found.place in recorded.open_in:
        return False
    if epochs == 0:
        return recorded.state != "Empty"
    # After an abort the next owner is two epochs further.
    return True if epochs == 1 else None
