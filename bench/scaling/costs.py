"""The cost of each step, as docs/performance.md has it, on its machine."""

from dataclasses import dataclass

MIB, GIB = 1024, 1024 * 1024
"""A MiB and a GiB, in KiB."""


@dataclass(frozen=True)
class Costs:
    """Milliseconds of CPU for each article unless it says otherwise, KiB of memory, and bytes of the log."""

    unchanged_poll_ms: float = 0.09
    """A poll that is answered with 304."""
    changed_poll_ms: float = 1.67
    """A poll with one new item."""
    entities_ms: float = 47.0
    """Names, claims and language of a new text of 450 words."""
    topics_ms: float = 1.4
    stories_ms: float = 8.2
    """The step among 50,000 open stories, and the fold: the 8.7 of bench.sustained without transfer_ms."""
    matching_ms: float = 0.07
    """At 1,000 watches."""
    matching_exponent: float = 0.61
    """The power of the number of watches with which matching grows."""
    match_ms: float = 0.3
    """A match: its reasons, and the version of the alert."""
    delivery_ms: float = 0.75
    """An alert that is sent to one webhook, with its records and their commits."""
    transfer_ms: float = 0.5
    """A service besides its step: decoding, encoding, and its part of the commit."""
    kafka_batched_ms: float = 9.9
    """What Kafka takes more than SQLite, with its broker, for the four services from entities to alerts, in large batches of
    articles of 395 words."""
    kafka_single_ms: float = 20.5
    """The same if each article has commits of its own."""
    services_kib: float = 305 * MIB
    """All services in one process, after its start."""
    model_kib: float = 160 * MIB
    """A process of the language model."""
    story_kib: float = 8.0
    feed_kib: float = 7.0
    watch_kib: float = 3.7
    article_bytes: float = 20_750
    """The records of an article in its four streams."""
    story_bytes: float = 10_200
    alert_bytes: float = 6_180


COSTS = Costs()
