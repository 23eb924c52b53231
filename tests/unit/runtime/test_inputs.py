"""How many messages are read at once, if a service processes several at the speed of one."""

import pytest

from monitor.bus import Partition, Record
from monitor.messages import ArticleBackfill, ArticleRaw
from monitor.runtime.inputs import LOW_PRIORITY_SECONDS, MAX_WAITING, Input, LowPriorityInput

SIZE = 2000


def batch(count: int) -> list[Record]:
    """Return *count* records of SIZE bytes."""
    partition = Partition(ArticleBackfill.STREAM.name, 0)
    return [Record(partition, offset, 0.0, "key", b"x" * SIZE, {}) for offset in range(count)]


def test_a_batch_has_work_for_all_processes_however_long_a_message_takes() -> None:
    source = Input(ArticleRaw, concurrency=8)
    for _ in range(30):
        source.record_batch(batch(1), 2.0)
    assert source.batch_limit() == 8
    source.record_failure(4)
    assert source.batch_limit() == 2


@pytest.mark.parametrize("processes", [1, 4, 8])
def test_a_batch_of_backfill_has_a_message_for_each_process_if_that_is_how_long_it_may_take(processes: int) -> None:
    source = LowPriorityInput(ArticleBackfill, processes, room=MAX_WAITING)
    for _ in range(30):
        count = max(1, min(source.batch_limit(), source.batch_bytes() // SIZE))
        # Each process takes exactly one message's time for its share.
        source.record_batch(batch(count), LOW_PRIORITY_SECONDS * -(-count // processes))
        source.room = MAX_WAITING
    assert source.batch_bytes() // SIZE in {processes, processes - 1}
