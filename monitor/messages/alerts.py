"""Alerts, and the state of the rules of watches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal, Self, get_args

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.articles import Development, EntityType, Source, Span, Stamps, Stance
from monitor.messages.base import Message
from monitor.messages.origins import Origin, Standing

Severity = Literal["low", "normal", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The severities, the least severe first."""
Change = Literal["new", "outlet", "stance", "correction", "development", "standing", "health", "burst", "silence"]
WATCH_CHANGES: frozenset[Change] = frozenset({"burst", "silence"})
"""Changes of alerts about a watch as a whole. Such an alert has one version and belongs to no story."""
StateOfAlert = Literal["raised", "corroborated", "developed", "disputed", "confirmed", "denied", "corrected"]
Clause = Literal[
    "any",
    "all",
    "person",
    "org",
    "place",
    "event",
    "about",
    "topic",
    "health",
    "phrase",
    "prefix",
    "case",
    "site",
    "feed",
    "source",
    "lang",
    "country",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition of a watch that an article satisfies, and the words that satisfy it."""

    clause: Clause
    term: str
    words: str
    at: Span | None


@dataclass(frozen=True, slots=True)
class Voice:
    """A stance and its source; *entity*, *through* and *words* are those of the claim."""

    stance: Stance
    source: Source
    who: str | None
    entity: str | None = None
    through: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """An article that contributed to an alert."""

    id: str
    version: int
    outlet: str
    title: str
    url: str | None
    fetched: datetime
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class AlertEntity:
    """A person, organisation, place or event that the article behind a version names."""

    id: str
    type: EntityType
    name: str


@dataclass(frozen=True, slots=True)
class AlertTopic:
    """A topic of the article behind a version."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Alert(Message):
    """A version of an alert: a watched subject has appeared in a story."""

    STREAM: ClassVar[Stream] = STREAMS["alert.v1"]
    HEADERS: ClassVar[Mapping[str, str]] = {"watch": "The watch's id.", "severity": "The watch's severity."}

    id: str
    version: int
    change: Change
    watch: str
    watch_hash: str
    config_hash: str
    severity: Severity
    to: tuple[str, ...]
    story: str
    title: str
    url: str | None
    raised: datetime
    updated: datetime
    certainty: str
    reasons: tuple[Reason, ...]
    article_count: int
    articles: tuple[Report, ...]
    outlet_count: int
    outlets: tuple[str, ...]
    stances: Mapping[str, int]
    stamps: Stamps
    origins: tuple[Origin, ...] = ()
    origin_count: int | None = None
    standing: Standing | None = None
    state: StateOfAlert | None = None
    developments: tuple[Development, ...] = ()
    published: datetime | None = None
    language: str | None = None
    entities: tuple[AlertEntity, ...] = ()
    topics: tuple[AlertTopic, ...] = ()
    again: str | None = None

    @property
    def key(self) -> str:
        """The alert's id."""
        return self.id

    @property
    def event_id(self) -> str:
        """See Message."""
        return f"{self.id}:{self.version}"

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.updated

    @property
    def headers(self) -> Mapping[str, str]:
        """The watch and the severity."""
        return {"watch": self.watch, "severity": self.severity}

    def stamped(self, now: datetime) -> Self:
        """See Message."""
        return replace(self, stamps={**self.stamps, self.STREAM.name: now})


@dataclass(frozen=True, slots=True)
class Held(Message):
    """The articles of a story that do not yet meet the `at_least` rule of a watch."""

    STREAM: ClassVar[Stream] = STREAMS["held.v1"]

    id: str
    watch: str
    story: str
    reports: tuple[Report, ...]
    at: datetime

    @property
    def key(self) -> str:
        """The id of the future alert."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.at


@dataclass(frozen=True, slots=True)
class CountedArticle:
    """An article that matches a watch and makes no version of its alert, and *why* not."""

    id: str
    version: int
    outlet: str
    title: str
    url: str | None
    fetched: datetime
    why: Literal["repeat", "edit"]


@dataclass(frozen=True, slots=True)
class Counted(Message):
    """The articles that match a watch and bring nothing new to its open alert."""

    STREAM: ClassVar[Stream] = STREAMS["counted.v1"]

    id: str
    version: int
    watch: str
    story: str
    raised: datetime
    article_count: int
    last: datetime
    articles: tuple[CountedArticle, ...]

    @property
    def key(self) -> str:
        """The alert's id."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.last


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many articles matched between *at* and the next bucket."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Volume(Message):
    """How often a watch matches: recent counts, and an exponentially decayed count of the time before them."""

    STREAM: ClassVar[Stream] = STREAMS["volume.v1"]

    id: str
    since: datetime
    last: datetime | None
    recent: tuple[Bucket, ...]
    mass: float
    mass_at: datetime
    burst: datetime | None
    silent: datetime | None
    ended: datetime | None

    @property
    def key(self) -> str:
        """The watch's id."""
        return self.id
