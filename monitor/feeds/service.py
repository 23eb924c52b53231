"""The service that polls the feeds of its partitions, and commits what is new with what is known of each feed."""

from collections import Counter
from collections.abc import Callable

from monitor.config import Config
from monitor.feeds.fulltext import pending as fulltext
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poller import Poller
from monitor.feeds.urls import feed_id
from monitor.http.address_policy import redacted
from monitor.messages import Feed
from monitor.runtime.service import Service, pass_through

TICK = 0.02
"""Seconds between two looks at what has come: half of it is in every alert's latency."""

reads = Feed


def make(config: Callable[[], Config]) -> Service[Feed, PartitionState]:
    """The service; it reads its own records only to stay the owner of its feeds."""
    rounds = Poller(config)
    return Service(
        "poller",
        Feed,
        pass_through,
        PartitionState,
        apply=PartitionState.apply,
        restores=(Feed,),
        tick=rounds.tick,
        every=TICK,
        lifespan=rounds.at_work,
    )


def check(config: Config) -> list[str]:
    """What is wrong with the feeds, beyond what the schema says."""
    ids = Counter(feed_id(feed.url) for feed in config.feeds)
    bounds = config.fetch
    found = [f"fetch.floor: {bounds.floor:g} is above fetch.slowest, {bounds.slowest:g}; lower it, or raise the other"]
    return (
        (found if bounds.floor > bounds.slowest else [])
        + fulltext.check(config)
        + [
            f"feed {redacted(feed.url)!r}: another line has the same host and path; remove one"
            for feed in config.feeds
            if ids[feed_id(feed.url)] > 1
        ]
    )
