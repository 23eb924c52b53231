"""The streams and their settings: what both buses create, check and keep to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream's settings.

    *partitions* holds on Kafka; SQLite has one. A *compact* stream keeps the newest record of each key. What *expires*
    is removed after a set time; what does not is needed for as long as its feed is polled, or its watch is watched. *Bulk*
    is removed earlier when room is short; the rest is little, and what services remember by. The *source* is where new work
    enters: it alone is refused when there is no room, so that the services behind it can drain.
    """

    name: str
    partitions: int = 1
    compact: bool = False
    expires: bool = True
    bulk: bool = False
    source: bool = False


STREAMS = {
    stream.name: stream
    for stream in (
        Stream("feed.v1", partitions=4, compact=True, expires=False),
        Stream("article.raw.v1", partitions=4, bulk=True, source=True),
        Stream("article.entities.v1", partitions=4, bulk=True),
        Stream("article.topics.v1", bulk=True),
        Stream("article.stories.v1", bulk=True),
        Stream("story.v1", compact=True),
        Stream("alert.v1"),
        Stream("held.v1", compact=True),
        Stream("volume.v1", compact=True, expires=False),
        Stream("delivery.v1"),
        Stream("dead.v1"),
    )
}
"""By name. Language analysis scales out over four partitions; from article.topics.v1 on there is one (docs/architecture.md)."""
