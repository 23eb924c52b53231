"""Messages for tests, with all that a test does not care about filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.messages import Article, ArticleStories, Claim, Entity, EntityType, Language, Place, Source, Span, Stance, Topic

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def article(title: str = "A title", text: str = "Some text.", *, minutes: float = 0, **other: Any) -> Article:
    """An article fetched *minutes* after START."""
    outlet = other.get("outlet", "example.org")
    plain = Article(
        id=f"{abs(hash((title, text, outlet))):016x}",
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
    place = Place(story, first=False, similarity=0.5, duplicate_of=None)
    return ArticleStories(plain, {"received": START}, Language(language, 0.9), entities, claims, topics, place)


def entity(name: str, kind: EntityType = "person", ident: str | None = None, start: int = 0) -> Entity:
    """An entity that the title names at *start*."""
    return Entity(ident or f"{kind}:{name.casefold()}", kind, name, 1, (Span("title", start, start + len(name)),))


def claim(stance: Stance, source: Source = "named", who: str | None = None) -> Claim:
    """A claim in the text's first words."""
    return Claim(stance, source, who, Span("text", 0, 4))
