"""Make messages for tests. A test passes only the fields that matter to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from monitor.messages import (
    Alert,
    Article,
    ArticleStories,
    Claim,
    Entity,
    EntityType,
    Language,
    Source,
    Span,
    Stance,
    StoryMembership,
    Topic,
)

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def article(title: str = "A title", text: str = "Some text.", *, minutes: float = 0, **fields: Any) -> Article:
    """Return an article fetched *minutes* after START. Its id depends on title, text and outlet."""
    outlet = fields.get("outlet", "example.org")
    default = Article(
        id=sha256(repr((title, text, outlet)).encode()).hexdigest()[:16],
        version=1,
        feed="example.org/world.rss",
        source="Example",
        outlet=outlet,
        url=None,
        title=title,
        text=text,
        authors=(),
        categories=(),
        lang=None,
        country=None,
        published=None,
        fetched=START + timedelta(minutes=minutes),
        backfill=False,
        changed=(),
        flags=(),
    )
    return replace(default, **fields)


def article_stories(
    title: str = "A title",
    text: str = "Some text.",
    *,
    story: str = "s1",
    entities: tuple[Entity, ...] = (),
    claims: tuple[Claim, ...] = (),
    topics: tuple[Topic, ...] = (),
    language: str = "en",
    **fields: Any,
) -> ArticleStories:
    """Return the message of an article in the story *story*; *fields* are those of article()."""
    membership = StoryMembership(story, first=False, similarity=0.5, duplicate_of=None)
    stamps = {"received": START}
    return ArticleStories(article(title, text, **fields), stamps, Language(language, 0.9), entities, claims, topics, membership)


def entity(name: str, kind: EntityType = "person", ident: str | None = None, start: int = 0) -> Entity:
    """Return an entity that is mentioned in the title, at code point *start*."""
    return Entity(ident or f"{kind}:{name.casefold()}", kind, name, 1, (Span("title", start, start + len(name)),))


def claim(stance: Stance, source: Source = "named", who: str | None = None) -> Claim:
    """Return a claim at the start of the text."""
    return Claim(stance, source, who, Span("text", 0, 4))


def alert(version: int = 1, **fields: Any) -> Alert:
    """Return an alert that was updated *version* minutes after START. Its id ends with that of its story."""
    ident = fields.get("id", "kim:s1")
    default = Alert(
        id=ident,
        version=version,
        change="new",
        watch="kim",
        watch_hash="a",
        config_hash="b",
        severity="high",
        to=("desk", "log"),
        story=ident.partition(":")[2],
        title="A train",
        url=None,
        raised=START,
        updated=START + timedelta(minutes=version),
        certainty="1 outlet",
        reasons=(),
        article_count=1,
        articles=(),
        outlet_count=1,
        outlets=("a",),
        stances={},
        stamps={"received": START},
    )
    return replace(default, **fields)
