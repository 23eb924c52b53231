"""Messages for tests, with all that a test does not care about filled in."""

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


def article(title: str = "A title", text: str = "Some text.", *, minutes: float = 0, **other: Any) -> Article:
    """An article fetched *minutes* after START."""
    outlet = other.get("outlet", "example.org")
    plain = Article(
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
    return replace(plain, **other)


def told(
    title: str = "A title",
    text: str = "Some text.",
    *,
    story: str = "s1",
    entities: tuple[Entity, ...] = (),
    claims: tuple[Claim, ...] = (),
    topics: tuple[Topic, ...] = (),
    language: str = "en",
    **other: Any,
) -> ArticleStories:
    """An article that has come as far as its story."""
    plain = article(title, text, **other)
    place = StoryMembership(story, first=False, similarity=0.5, duplicate_of=None)
    return ArticleStories(plain, {"received": START}, Language(language, 0.9), entities, claims, topics, place)


def entity(name: str, kind: EntityType = "person", ident: str | None = None, start: int = 0) -> Entity:
    """An entity that the title names at *start*."""
    return Entity(ident or f"{kind}:{name.casefold()}", kind, name, 1, (Span("title", start, start + len(name)),))


def claim(stance: Stance, source: Source = "named", who: str | None = None) -> Claim:
    """A claim in the text's first words."""
    return Claim(stance, source, who, Span("text", 0, 4))


def alert(version: int = 1, **other: Any) -> Alert:
    """An alert that was updated *version* minutes after START."""
    plain = Alert(
        id="kim:s1",
        version=version,
        change="new",
        watch="kim",
        watch_hash="a",
        config_hash="b",
        severity="high",
        to=("desk", "log"),
        story="s1",
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
    return replace(plain, **other)
