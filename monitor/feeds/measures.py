"""What the poller measures for /metrics. Pure."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from monitor.feeds.partition_state import PartitionState
from monitor.feeds.websub.callbacks import RESULTS
from monitor.feeds.websub.lifecycle import is_working
from monitor.runtime.measures import Measure

SUBSCRIPTION_STATES = ("working", "verified", "pending", "failed", "denied", "ending", "ended")
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


def count_subscriptions(states: Iterable[PartitionState], now: datetime) -> Measure:
    """Return the number of subscriptions at hubs by state; working ones have pushed all that polls found."""
    counts = Counter("working" if is_working(each, now) else each.state for state in states for each in state.websubs.values())
    text = "Subscriptions at hubs (WebSub) by state; working: the hub has sent all that polls found since its first push."
    return Measure("hub_subscriptions", text, "gauge", {(state,): counts[state] for state in SUBSCRIPTION_STATES}, ("state",))


def count_callbacks(calls: Mapping[str, int]) -> Measure:
    """Return the number of requests from and to hubs by result."""
    values: dict[tuple[str, ...], float] = {(result,): calls.get(result, 0) for result in RESULTS}
    return Measure("hub_requests", "Requests from and to hubs (WebSub) by result.", "counter", values, ("result",))
