"""A watch as the config has it, compiled into what an article must have."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from monitor.config import Watch
from monitor.messages import EntityType
from monitor.text import tokens

Term = Literal["any", "all", "person", "org", "place", "event", "topic", "health"]
ENTITIES: tuple[EntityType, ...] = ("person", "org", "place", "event")


class Key(NamedTuple):
    """What an article can have and a watch ask for: a phrase's folded words, an entity's id or folded name, a topic's code."""

    kind: Literal["phrase", "person", "org", "place", "event", "topic", "health"]
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: one of *keys* suffices. Each has the term in the watch that it comes from."""

    name: Term
    keys: Mapping[Key, str]


@dataclass(frozen=True, slots=True)
class Query:
    """A watch, compiled: all of *needs* must hold, and nothing of *none*; *feeds* are the ids of those it is limited to."""

    watch: Watch
    needs: tuple[Clause, ...]
    none: frozenset[Key]
    feeds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lookups:
    """Where a watch's words are looked up: a known name's id, a topic's code, feeds' ids; None or nothing where unknown."""

    name: Callable[[str, EntityType], str | None]
    topic: Callable[[str], str | None]
    feeds: Callable[[str], Iterable[str]]


def compile_watch(watch: Watch, lookups: Lookups) -> Query:
    """*watch* as a query. What *problems* tells of is passed over."""
    needs = [Clause("all", phrases([term])) for term in watch.all]
    needs += [Clause("any", phrases(watch.any))] if watch.any else []
    for kind in ENTITIES:
        if terms := getattr(watch, kind):
            needs.append(Clause(kind, {key: term for term in terms for key in _names(term, kind, lookups)}))
    if watch.topic:
        codes = ((lookups.topic(term), term) for term in watch.topic)
        needs.append(Clause("topic", {Key("topic", (code,)): term for code, term in codes if code}))
    if watch.health:
        needs.append(Clause("health", {Key("health", (kind,)): kind for kind in watch.health}))
    feeds = frozenset(feed for name in watch.feeds for feed in lookups.feeds(name))
    return Query(watch, tuple(needs), frozenset(phrases(watch.none)), feeds)


def problems(watch: Watch, lookups: Lookups) -> list[str]:
    """What in *watch* can never match, each with its place and a remedy."""
    place = f"watch {watch.id!r}"
    found = [
        f"{place}, {name}: {term!r} holds no word to look for; give letters or digits"
        for name in ("any", "all", "none", *ENTITIES)
        for term in getattr(watch, name)
        if not words_of(term)
    ]
    found += [
        f"{place}, topic: {term!r} is no IPTC Media Topic; give its English name or its code, such as medtop:11000000"
        for term in watch.topic
        if lookups.topic(term) is None
    ]
    found += [
        f"{place}, feeds: {name!r} is none of the configured feeds; give a feed's name or url"
        for name in watch.feeds
        if not list(lookups.feeds(name))
    ]
    return found


def phrases(terms: Iterable[str]) -> dict[Key, str]:
    """Each of *terms* by its folded words; a hyphenated one by its joined form too ('Jong-un', 'Jongun')."""
    return {
        Key("phrase", words): term for term in terms for words in (words_of(term), words_of(term.replace("-", ""))) if words
    }


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of *text*."""
    return tuple(word.text for word in tokens(text))


def _names(term: str, kind: EntityType, lookups: Lookups) -> list[Key]:
    known = lookups.name(term, kind)
    return [Key(kind, words_of(term)), Key(kind, (term,)), *([Key(kind, (known,))] if known else [])]
