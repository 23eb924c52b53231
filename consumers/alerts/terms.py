"""What a query's leaves stand for: the keys by which an article shows that it has them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from consumers.alerts.query.tree import (
    AliasSet,
    Attribute,
    Key,
    Node,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Where,
    changed,
)
from monitor.messages import Clause, EntityType
from monitor.text import alike, tokens, words

ENTITIES: tuple[EntityType, ...] = ("person", "org", "place", "event")


@dataclass(frozen=True, slots=True)
class Lookups:
    """Where a watch's words are looked up: a known name's id, a topic's code, feeds' ids, sets of aliases.

    None or nothing where unknown.
    """

    name: Callable[[str, EntityType], str | None]
    topic: Callable[[str], str | None]
    feeds: Callable[[str], Iterable[str]]
    sets: Mapping[str, tuple[str, ...]]


def resolve(node: Node, lookups: Lookups, *, confusables: bool = False) -> Node:
    """*node* with a Term in place of each leaf, and an Or of them in place of each set of aliases."""
    match node:
        case Phrase(text, where, True):
            return Term("case", text, phrase(text, joined=False), where, written(text))
        case Phrase(text, where):
            return Term("phrase", text, phrase(text, confusables=confusables), where)
        case Prefix(stem, where):
            return Term("prefix", f"{stem}*", (Key("prefix", words(stem)),), where)
        case AliasSet(name, where):
            return aliases("phrase", lookups.sets.get(name, ()), where, confusables=confusables)
        case Value(attribute, text):
            return Term(attribute, text, value(attribute, text, lookups))
        case _:
            return changed(node, lambda part: resolve(part, lookups, confusables=confusables))


def aliases(clause: Clause, texts: Iterable[str], where: Where = "anywhere", *, confusables: bool = False) -> Or:
    """One of the phrases *texts*."""
    return Or(tuple(Term(clause, text, phrase(text, confusables=confusables), where) for text in texts))


def phrase(text: str, *, joined: bool = True, confusables: bool = False) -> tuple[Key, ...]:
    """The folded words of *text*; where hyphenated the *joined* form too ('Jong-un', 'Jongun')."""
    forms = {words(text), words(text.replace("-", "")) if joined else ()} - {()}
    if confusables:
        return tuple(Key("alike", alike(form)) for form in sorted(forms))
    return tuple(Key("phrase", form) for form in sorted(forms))


def written(text: str) -> tuple[str, ...]:
    """The words of *text* as they are written."""
    return tuple(text[token.start : token.end] for token in tokens(text))


def value(attribute: Attribute, text: str, lookups: Lookups) -> tuple[Key, ...]:
    """The keys of *text* as an *attribute* of articles; none where it is unknown."""
    match attribute:
        case "person" | "org" | "place" | "event":
            known = lookups.name(text, attribute)
            return tuple(dict.fromkeys(Key(attribute, form) for form in (words(text), (text,), (known or text,)) if form))
        case "topic":
            code = lookups.topic(text)
            return (Key("topic", (code,)),) if code else ()
        case "feed":
            return tuple(Key("feed", (feed,)) for feed in lookups.feeds(text))
        case "source":
            return (Key("source", words(text)),)
        case "site":
            return (Key("site", (text.casefold().removeprefix("www."),)),)
        case "lang" | "country":
            return (Key(attribute, (text.casefold(),)),)
