"""An alert, and what a watch's rules remember before and beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.messages.articles import Source, Span, Stamps, Stance

Severity = Literal["low", "normal", "high", "critical"]
Clause = Literal[
    "any",
    "all",
    "person",
    "org",
    "place",
    "event",
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
    """One condition of a watch and the words that met it."""

    clause: Clause
    term: str
    words: str
    at: Span | None


@dataclass(frozen=True, slots=True)
class Voice:
    """A stance and who stands behind it."""

    stance: Stance
    source: Source
    who: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """One article behind an alert."""

    id: str
    version: int
    outlet: str
    title: str
    url: str | None
    fetched: datetime
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """A watched subject has appeared in a story."""

    id: str
    version: int
    change: Literal["new", "outlet", "stance", "correction", "health", "burst", "silence"]
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


@dataclass(frozen=True, slots=True)
class Held:
    """The articles of a story that wait until enough have come for an alert."""

    id: str
    watch: str
    story: str
    reports: tuple[Report, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many articles matched from *at* on, up to the next bucket."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Volume:
    """How often a watch matches."""

    id: str
    since: datetime
    last: datetime | None
    recent: tuple[Bucket, ...]
    mass: float
    mass_at: datetime
    burst: datetime | None
    silent: datetime | None
    ended: datetime | None
