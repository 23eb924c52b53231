"""An article, and what each stage adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, ClassVar, Literal, Self, TypeVar

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message

Stance = Literal["asserted", "reported", "declined", "denied", "confirmed"]
Source = Literal["named", "role", "anonymous", "none"]
EntityType = Literal["person", "org", "place", "event"]
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
class StoryMembership:
    """An article's place in its story."""

    id: str
    first: bool
    similarity: float
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class ArticleRaw(Message):
    """An article as its feed gave it. Each further stage inherits the fields of the one before."""

    STREAM: ClassVar[Stream] = STREAMS["article.raw.v1"]

    article: Article
    stamps: Stamps

    @property
    def key(self) -> str:
        """The article's id."""
        return self.article.id

    @property
    def headers(self) -> Mapping[str, str]:
        """The article's feed."""
        return {"feed": self.article.feed}

    def stamped(self, now: datetime) -> Self:
        """See Message."""
        return replace(self, stamps={**self.stamps, self.STREAM.name: now})


@dataclass(frozen=True, slots=True)
class ArticleEntities(ArticleRaw):
    """An article with its language, entities and claims."""

    STREAM: ClassVar[Stream] = STREAMS["article.entities.v1"]

    language: Language
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class ArticleTopics(ArticleEntities):
    """An article with its topics."""

    STREAM: ClassVar[Stream] = STREAMS["article.topics.v1"]

    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class ArticleStories(ArticleTopics):
    """An article with its story."""

    STREAM: ClassVar[Stream] = STREAMS["article.stories.v1"]

    story: StoryMembership


Stage = TypeVar("Stage", bound=ArticleRaw)


def extend(message: ArticleRaw, stage: type[Stage], **added: Any) -> Stage:
    """Return *message* as a *stage*, the next one, with the fields that this one *added*."""
    return stage(**{field.name: getattr(message, field.name) for field in fields(message)}, **added)


def health_of(article: Article) -> str | None:
    """What *article* tells of its feed itself, such as ``failing``; None for one that the feed gave."""
    return next((flag.removeprefix(HEALTH) for flag in article.flags if flag.startswith(HEALTH)), None)
