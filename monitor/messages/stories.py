"""The state of a story."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message
from monitor.messages.origins import Origin, Standing


@dataclass(frozen=True, slots=True)
class Sketch:
    """The MinHash signature of an article."""

    article: str
    hashes: str


@dataclass(frozen=True, slots=True)
class Story(Message):
    """The state of a story. It contains no article's text."""

    STREAM: ClassVar[Stream] = STREAMS["story.v1"]

    id: str
    title: str
    first: datetime
    last: datetime
    count: int
    articles: tuple[str, ...]
    outlet_count: int
    outlets: tuple[str, ...]
    entities: Mapping[str, int]
    terms: Mapping[str, float]
    sketches: tuple[Sketch, ...]
    same_as: str | None
    opened: datetime | None = None
    main: Mapping[str, int] | None = None
    days: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    origin_count: int | None = None
    standing: Standing | None = None
    facts: tuple[str, ...] = ()
    words: str | None = None

    @property
    def key(self) -> str:
        """The story's id."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.last
