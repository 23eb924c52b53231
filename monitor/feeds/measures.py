"""What the poller measures for /metrics. Pure."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping

from monitor.feeds.partition_state import PartitionState
from monitor.runtime.measures import Measure

NO_REASON = "none"
"""The reason of a feed that does not fail."""


def count_feeds(states: Iterable[PartitionState], configured: Container[str]) -> Measure:
    """Return the number of feeds by state and reason. Of the *states*, the feeds that are not *configured* count no more."""
    counts: Counter[tuple[str, ...]] = Counter()
    for state in states:
        known = Counter((feed.state, feed.reason or NO_REASON) for feed in state.feeds.values() if feed.id in configured)
        counts.update(known)
        counts["new", NO_REASON] += max(0, state.feed_count - known.total())
    return Measure("feeds", "Feeds by state, and by the reason of their failure.", "gauge", counts, ("state", "reason"))


def count_polls(polls: Mapping[str, int]) -> Measure:
    """Return the number of *polls* by result."""
    values: dict[tuple[str, ...], float] = {(result,): count for result, count in polls.items()}
    text = "Polls by result: changed, unchanged, or the reason of the failure."
    return Measure("polls", text, "counter", values, ("result",))
