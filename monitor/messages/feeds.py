"""The state of a feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message


@dataclass(frozen=True, slots=True)
class ItemState:
    """The state of a published item.

    For an item that has left the feed only the first three fields are kept; for the last that left it also *guid*, *link*
    and *date*. Only items in the feed have a *sketch*.
    """

    id: str
    hash: str
    version: int
    raw: str = ""
    guid: str = ""
    link: str = ""
    date: int | None = None
    at: int = 0
    moved: int = 0
    edits: int = 0
    held: str = ""
    sketch: str = ""
    churn: bool = False


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The publication rate of a feed by hour of the day, with exponential decay."""

    hours: tuple[float, ...]
    seconds: float
    at: datetime
    since: datetime
    longest: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem of a feed that the poller has reported as feed health."""

    kind: Literal["failing", "gone", "silent"]
    since: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The target of a feed's permanent redirects, and the number of days on which they led to it."""

    url: str
    days: int
    on: datetime


@dataclass(frozen=True, slots=True)
class Feed(Message):
    """The state of a feed after a poll."""

    STREAM: ClassVar[Stream] = STREAMS["feed.v1"]

    id: str
    url: str
    title: str
    state: Literal["new", "ok", "failing", "blocked", "gone"]
    error: str | None
    failures: int
    etag: str | None
    modified: str | None
    body: str | None
    seen: tuple[ItemState, ...]
    interval: float
    last_ok: datetime | None
    last_new: datetime | None
    at: datetime
    reason: str | None = None
    ttl: float | None = None
    skip_hours: tuple[int, ...] = ()
    rhythm: Rhythm | None = None
    trouble: Trouble | None = None
    moved: Moved | None = None
    truncated: int = 0
    full: datetime | None = None
    etag_changes: int = 0

    @property
    def key(self) -> str:
        """The feed's id."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.at
