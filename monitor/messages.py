"""The messages: one frozen dataclass for each schema, which describes every field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Severity = Literal["low", "normal", "high", "critical"]
Stance = Literal["asserted", "reported", "declined", "denied", "confirmed"]
Source = Literal["named", "role", "anonymous", "none"]
EntityType = Literal["person", "org", "place", "event"]
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
HEALTH = "health:"
"""How the flag begins of an article in which the poller tells what happened to a feed itself."""
Stamps = Mapping[str, datetime]
"""*received* and the name of each stream on the way, to the machine's time, UTC."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an article."""

    url: str
    type: str | None
    length: int | None


@dataclass(frozen=True, slots=True)
class Edit:
    """How far a version differs from the one before."""

    words: float
    facts: bool


@dataclass(frozen=True, slots=True)
class Article:
    """See $defs/article in article.raw.v1, as for the other parts: the schemas describe every field.

    A field with a default is left out of the message where it holds it.
    """

    id: str
    version: int
    feed: str
    source: str
    outlet: str
    url: str | None
    title: str
    text: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    lang: str | None
    country: str | None
    published: datetime | None
    fetched: datetime
    backfill: bool
    changed: tuple[Literal["title", "text"], ...]
    flags: tuple[str, ...]
    edit: Edit | None = None
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Code points *start* to *end* (exclusive) of the article's title or text."""

    field: Literal["title", "text"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Language:
    """The language as detected."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that an article names."""

    id: str
    type: EntityType
    name: str
    count: int
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence's stance, and who stands behind it."""

    stance: Stance
    source: Source
    who: str | None
    cue: Span


@dataclass(frozen=True, slots=True)
class Topic:
    """An IPTC Media Topic, with its broader ones up to a top concept."""

    code: str
    name: str
    score: float
    broader: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place in its story."""

    id: str
    first: bool
    similarity: float
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class ArticleRaw:
    """An article as a feed gave it."""

    article: Article
    stamps: Stamps


@dataclass(frozen=True, slots=True)
class ArticleEntities:
    """An article with its language, entities and claims."""

    article: Article
    stamps: Stamps
    language: Language
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class ArticleTopics:
    """An article with what it is about."""

    article: Article
    stamps: Stamps
    language: Language
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class ArticleStories:
    """An article with the story it belongs to."""

    article: Article
    stamps: Stamps
    language: Language
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    topics: tuple[Topic, ...]
    story: Place


@dataclass(frozen=True, slots=True)
class Sketch:
    """A MinHash of one article."""

    article: str
    hashes: str


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a story, without any article's text."""

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


@dataclass(frozen=True, slots=True)
class Delivery:
    """One step in the life of an alert's way to one target."""

    alert: str
    version: int
    target: str
    state: Literal["queued", "retrying", "sent", "failed", "superseded", "dropped"]
    attempt: int
    at: datetime
    due: datetime | None
    status: int | None
    error: str | None
    body: Alert | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An item that was published from a feed. Of one that no longer stands in it the first three are kept."""

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
    """In which hours a feed publishes how much, old times counting less."""

    hours: tuple[float, ...]
    seconds: float
    at: datetime
    since: datetime
    longest: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with a feed that its owner was told of."""

    kind: Literal["failing", "gone", "silent"]
    since: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a feed has gone, as its old address says, and on how many days it said so."""

    url: str
    days: int
    on: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What is known of a feed."""

    id: str
    url: str
    title: str
    state: Literal["new", "ok", "failing", "blocked", "gone"]
    error: str | None
    failures: int
    etag: str | None
    modified: str | None
    body: str | None
    seen: tuple[Seen, ...]
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


@dataclass(frozen=True, slots=True)
class Dead:
    """The facts about a dead letter, carried as the record's headers; its value is the original bytes."""

    service: str
    stream: str
    partition: str
    offset: str
    reason: Literal["invalid", "failed", "too_large", "passed"]
    error: str
    at: datetime


Body = ArticleRaw | ArticleEntities | ArticleTopics | ArticleStories | Story | Alert | Held | Volume | Delivery | Feed
"""What is carried as a record's value."""

STREAM: Mapping[type, str] = {
    ArticleRaw: "article.raw.v1",
    ArticleEntities: "article.entities.v1",
    ArticleTopics: "article.topics.v1",
    ArticleStories: "article.stories.v1",
    Story: "story.v1",
    Alert: "alert.v1",
    Held: "held.v1",
    Volume: "volume.v1",
    Delivery: "delivery.v1",
    Feed: "feed.v1",
    Dead: "dead.v1",
}
"""The stream of each class of message."""


def health_of(article: Article) -> str | None:
    """What *article* tells of its feed itself, such as ``failing``; None for one that the feed gave."""
    return next((flag.removeprefix(HEALTH) for flag in article.flags if flag.startswith(HEALTH)), None)
