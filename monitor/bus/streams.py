"""The streams and their settings, which both buses use to create and check the streams."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_BYTES = 2 * 1024 * 1024
"""Maximum size of a record in bytes: key, headers and value."""
DEAD_LETTER_OVERHEAD = 32 * 1024
"""Bytes that a dead letter may have in addition to the record that it contains."""
COPY_DAYS = 2.0
"""Days after which an article is spare if a later stream has a copy. A program that reads it may be away for as long."""

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*\.v[0-9]+")


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream's settings.

    *partitions* applies to Kafka; in SQLite each stream has one. A *compact* stream keeps the newest record of each key.
    A stream that *expires* loses records older than the configured number of days. The others hold state that is needed for
    as long as its feed is polled or its watch exists. If storage runs short, records older than *spare_days* are removed first:
    no service needs them any more. Then a *bulk* stream is trimmed, which has articles. Only a *source* stream, by which new
    work enters, refuses records if storage is full, so that the services downstream can catch up. With *keep_unread* SQLite
    keeps a record until every group has read it. *max_bytes* is the maximum size of a record in bytes.
    Without *cloudevents* records are stored without these headers.
    """

    name: str
    partitions: int = 1
    compact: bool = False
    expires: bool = True
    bulk: bool = False
    spare_days: float | None = None
    source: bool = False
    keep_unread: bool = True
    max_bytes: int = MAX_BYTES
    cloudevents: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError if the name is not usable on every bus, or has no version."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a stream; use lower-case words and a version, such as alert.v1")


@dataclass(frozen=True, slots=True)
class Difference:
    """How a *stream* differs from what it should be, and the remedy. Without *must_change* it does no harm."""

    stream: str
    text: str
    must_change: bool = True

    def __str__(self) -> str:
        """Return the difference in one line."""
        return f"{self.stream} {self.text}"


STREAMS: Mapping[str, Stream] = {
    stream.name: stream
    for stream in (
        Stream("feed.v1", partitions=4, compact=True, expires=False),
        Stream("websub.v1", partitions=4, compact=True, expires=False),
        Stream("article.raw.v1", partitions=4, bulk=True, spare_days=COPY_DAYS, source=True),
        Stream("article.backfill.v1", partitions=4, bulk=True, spare_days=COPY_DAYS, source=True),
        Stream("article.entities.v1", partitions=4, bulk=True, spare_days=COPY_DAYS),
        Stream("article.topics.v1", bulk=True, spare_days=COPY_DAYS),
        Stream("article.stories.v1", bulk=True),
        Stream("story.v1", compact=True),
        Stream("alert.v1"),
        Stream("held.v1", compact=True),
        Stream("counted.v1", compact=True),
        Stream("volume.v1", compact=True, expires=False),
        Stream("mark.v1", compact=True),
        Stream("delivery.v1"),
        Stream("target.v1", compact=True, expires=False),
        # No group reads it: commands read the newest record of each process.
        Stream("process.v1", compact=True),
        # Redriving dead letters is optional, so they expire by age even if no group has read them.
        Stream("dead.v1", keep_unread=False, max_bytes=MAX_BYTES + DEAD_LETTER_OVERHEAD),
    )
}
"""newsmonitor's own streams, by name. Language analysis scales out over four partitions (docs/architecture.md)."""
