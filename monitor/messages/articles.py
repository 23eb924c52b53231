"""Articles, and the fields that each stage adds to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, ClassVar, Literal, Self, TypeVar

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message
from monitor.text.languages.coverage import Lack
from monitor.text.not_news import NotNews

Stance = Literal["asserted", "said", "reported", "announced", "declined", "corrected", "denied", "confirmed"]
Source = Literal["named", "role", "anonymous", "none"]
Degraded = Literal["cut", "names", "all"]
"""What the analysis of an article lacks: the end of the text, the names that the model finds, or everything."""
DevelopmentKind = Literal["number", "person", "place", "date", "decision", "step", "statement", "other"]
"""The kind of fact that an article adds to its story."""
RoleRefusal = Literal["former", "another", "undated", "unknown", "change", "unchecked", "time", "nobody", "work"]
EntityType = Literal["person", "org", "place", "event"]
Stamps = Mapping[str, datetime]
"""Times in UTC by the machine's clock: when the article was *received*, and when it was published to each stream, by name."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A media file of an article."""

    url: str
    type: str | None
    length: int | None


@dataclass(frozen=True, slots=True)
class Edit:
    """How much a version of an article differs from the previous one."""

    words: float
    facts: bool


@dataclass(frozen=True, slots=True)
class Article:
    """An article. The schema article.raw.v1 ($defs/article) describes every field.

    A field that has its default value is omitted from the encoded message.
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
    """A span of the article's title or text in code points; *end* is exclusive."""

    field: Literal["title", "text"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Language:
    """The detected language: an ISO 639-1 code, or `und`, and a score between 0 and 1."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """A known subject that an entity is not, though it has its name.

    The entity is a person, its *namesake*; the *team* of a place; or another *place*. It may also be *unclear* which place.
    """

    id: str
    name: str
    reason: Literal["namesake", "team", "place", "unclear"]


@dataclass(frozen=True, slots=True)
class Role:
    """The office that a person holds on the day of an article: what it is, its *title*, and the country or body it is *of*."""

    role: str
    title: str
    of: str


@dataclass(frozen=True, slots=True)
class RoleMention:
    """An office by which an article calls somebody: "the Russian president". *entity* is who holds it on that day.

    *of* is the code of a country or the id of a body. *refused* is why nobody is linked: the words mean a *former* or other
    holder, the article names *another* one or has no date (*undated*), nobody is known (*unknown*), the day is beside a
    *change*, or after the last day on which the holder is known (*unchecked*), the sentence tells of another *time*, it means
    *nobody* in particular, or it is of a *work* such as a film.
    """

    at: Span
    title: str
    of: str
    entity: str | None = None
    refused: RoleRefusal | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation, place or event that an article names.

    Known subjects have their Wikidata id as *qid*, their *kind* (GazetteerEntry.kind) and *country*. *abbreviation* is that of
    an organisation or event. *about* is whether the article is about the entity, rather than mentions it (monitor.salience).
    *role* is the office that a person holds on the article's day, if that is known.
    """

    id: str
    type: EntityType
    name: str
    count: int
    mentions: tuple[Span, ...]
    qid: str | None = None
    kind: str | None = None
    country: str | None = None
    abbreviation: str | None = None
    refused: Refusal | None = None
    about: bool = False
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article attributes to a source: the stance, the source, and what it says.

    *who_at* is where the source stands, and *entity* its id if it is one of the article's entities. *through* is the outlet
    that carries what another source says. *words* are the words of the claim, which may be cut, and *words_at* is where all of
    them stand.
    """

    stance: Stance
    source: Source
    who: str | None
    cue: Span
    who_at: Span | None = None
    entity: str | None = None
    through: str | None = None
    words: str | None = None
    words_at: Span | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """An IPTC Media Topic, with its broader topics up to the top concept, and the folded words of the article that carry it."""

    code: str
    name: str
    score: float
    broader: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryMembership:
    """The membership of an article in a story. The schema calls it Place."""

    id: str
    first: bool
    similarity: float
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class Development:
    """A sentence with a fact that is new to the article's story: its *kind*, its *words*, which may be cut, and where it is."""

    kind: DevelopmentKind
    words: str
    at: Span


@dataclass(frozen=True, slots=True)
class ArticleRaw(Message):
    """An article as published by the poller. Each further stage inherits the fields of the previous one."""

    STREAM: ClassVar[Stream] = STREAMS["article.raw.v1"]
    HEADERS: ClassVar[Mapping[str, str]] = {"feed": "The id of the article's feed."}

    article: Article
    stamps: Stamps

    @property
    def key(self) -> str:
        """The article's id."""
        return self.article.id

    @property
    def event_id(self) -> str:
        """See Message."""
        return f"{self.article.id}:{self.article.version}"

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.article.fetched

    @property
    def headers(self) -> Mapping[str, str]:
        """The article's feed."""
        return {"feed": self.article.feed}

    def stamped(self, now: datetime) -> Self:
        """See Message."""
        return replace(self, stamps={**self.stamps, self.STREAM.name: now})


@dataclass(frozen=True, slots=True)
class ArticleBackfill(ArticleRaw):
    """An article that is backfill. Its stream is read only while no news waits."""

    STREAM: ClassVar[Stream] = STREAMS["article.backfill.v1"]


@dataclass(frozen=True, slots=True)
class ArticleEntities(ArticleRaw):
    """An article with its language, entities and claims, which are not read in the passages of *not_news*."""

    STREAM: ClassVar[Stream] = STREAMS["article.entities.v1"]

    language: Language
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    degraded: Degraded | None = field(default=None, kw_only=True)
    lacks: tuple[Lack, ...] = field(default=(), kw_only=True)
    not_news: tuple[NotNews, ...] = field(default=(), kw_only=True)
    roles: tuple[RoleMention, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class ArticleTopics(ArticleEntities):
    """An article with its topics."""

    STREAM: ClassVar[Stream] = STREAMS["article.topics.v1"]

    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class ArticleStories(ArticleTopics):
    """An article with its story. *developments* are the sentences with what it adds to the story: none if it adds nothing."""

    STREAM: ClassVar[Stream] = STREAMS["article.stories.v1"]

    story: StoryMembership
    developments: tuple[Development, ...] = field(default=(), kw_only=True)


Stage = TypeVar("Stage", bound=ArticleRaw)


def to_raw(article: Article, stamps: Stamps) -> ArticleRaw:
    """Return the message that publishes *article*: backfill has a stream of its own."""
    return (ArticleBackfill if article.backfill else ArticleRaw)(article, stamps)


def extend(message: ArticleRaw, stage: type[Stage], **added: Any) -> Stage:
    """Return *message* as a message of the next *stage*, with the fields *added* by it."""
    return stage(**{each.name: getattr(message, each.name) for each in fields(message)}, **added)
