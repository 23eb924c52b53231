"""The partitions that this process owns."""

from collections.abc import Collection

from monitor.feeds.partition_state import PartitionState


class OwnedPartitions:
    """The newest state of each partition that has feeds, in the process that ticks it."""

    def __init__(self) -> None:
        self._states: list[PartitionState] = []

    def add(self, state: PartitionState, feed_ids: Collection[str]) -> None:
        """Add *state*, whose partition has the feeds *feed_ids*, in place of the former state of its partition."""
        state.feed_count = len(feed_ids)
        if feed_ids:
            # Two states that own the same feed are of the same partition.
            some_id = next(iter(feed_ids))
            self._states = [state, *(each for each in self._states if not each.owns(some_id))]

    def have(self, feed_count: int, seconds: float) -> bool:
        """Return whether these are all partitions of *feed_count* feeds, at *seconds* of the event loop."""
        counts = [state.feed_count for state in self._states if not state.may_be_elsewhere(seconds)]
        return bool(counts) and sum(counts) >= feed_count
