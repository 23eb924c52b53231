"""What the coordinator's record says of a transaction that is open in a partition."""

import pytest
from aiokafka import TopicPartition
from aiokafka.protocol.transaction import EndTxnRequest

from monitor.bus.kafka.recorded import Open, Recorded, is_committed

PLACE, OTHER = TopicPartition("dead.v1", 0), TopicPartition("held.v1", 0)
COMMITTED, ABORTED, UNKNOWN = True, False, None
CASES = {
    "its last transaction was committed": (5, "CompleteCommit", (), COMMITTED),
    "the markers of the commit are being written": (5, "PrepareCommit", (PLACE,), COMMITTED),
    "the next transaction is in progress elsewhere": (5, "Ongoing", (OTHER,), COMMITTED),
    "it is in progress": (5, "Ongoing", (PLACE, OTHER), ABORTED),
    "there was none": (5, "Empty", (), ABORTED),
    "its last transaction was aborted": (6, "CompleteAbort", (), ABORTED),
    "the markers of the abort are being written": (6, "PrepareAbort", (PLACE,), ABORTED),
    "a takeover followed the commit": (6, "Empty", (), COMMITTED),
    "the next owner has committed": (6, "CompleteCommit", (), COMMITTED),
    "the next owner is at work": (6, "Ongoing", (OTHER,), COMMITTED),
    "a takeover followed the abort, or two the commit": (7, "Empty", (), UNKNOWN),
    "the next owner's was aborted": (7, "CompleteAbort", (), UNKNOWN),
    "an owner later": (8, "CompleteCommit", (), UNKNOWN),
    "the coordinator knows an earlier epoch": (4, "CompleteCommit", (), UNKNOWN),
}


@pytest.mark.parametrize("case", CASES)
def test_a_transaction_ends_as_the_coordinator_has_recorded_it(case: str) -> None:
    epoch, state, open_in, committed = CASES[case]
    recorded = Recorded("delivery-alert.v1-0-p", 7, epoch, state, frozenset(open_in))
    assert is_committed(recorded, Open(PLACE, 40, 7, 5, 2)) is committed


def test_a_commit_keeps_the_epoch_of_its_producer() -> None:
    """From version 5 on, it would move it: then a commit could not be told from an abort."""
    request = EndTxnRequest("id", 7, 5, True).prepare({EndTxnRequest.API_KEY: (0, 99)})  # noqa: FBT003  (transaction_result)
    assert request.API_VERSION < 5
