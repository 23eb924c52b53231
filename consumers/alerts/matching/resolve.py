"""What a query's leaves stand for: the keys by which an article shows that it has them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from consumers.alerts.query.ast import AliasSet, Attribute, Key, Node, Or, Phrase, Prefix, Term, Value, Where, changed
from monitor.messages import Clause, EntityType
from monitor.text.tokens import replace_lookalikes, tokenize, tokens

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
        case Phrase(text, where, True, at):
            return Term("case", text, phrase(text, joined=False), where, written(text), at)
        case Phrase(text, where, _, at):
            return Term("phrase", text, phrase(text, confusables=confusables), where, at=at)
        case Prefix(stem, where, at):
            return Term("prefix", f"{stem}*", (Key("prefix", tokens(stem)),), where, at=at)
        case AliasSet(name, where, at):
            return aliases("phrase", lookups.sets.get(name, ()), where, at=at, confusables=confusables)
        case Value(attribute, text, at):
            return Term(attribute, text, value(attribute, text, lookups), at=at)
        case _:
            return changed(node, lambda part: resolve(part, lookups, confusables=confusables))


def aliases(clause: Clause, texts: Iterable[str], where: Where = "anywhere", *, at: int = 0, confusables: bool = False) -> Or:
    """One of the phrases *texts*."""
    return Or(tuple(Term(clause, text, phrase(text, confusables=confusables), where, at=at) for text in texts))


def phrase(text: str, *, joined: bool = True, confusables: bool = False) -> tuple[Key, ...]:
    """The folded words of *text*; where hyphenated the *joined* form too ('Jong-un', 'Jongun')."""
    forms = {tokens(text), tokens(text.replace("-", "")) if joined else ()} - {()}
    if confusables:
        return tuple(Key("alike", replace_lookalikes(form)) for form in sorted(forms))
    return tuple(Key("phrase", form) for form in sorted(forms))


def written(text: str) -> tuple[str, ...]:
    """The words of *text* as they are written."""
    return tuple(text[token.start : token.end] for token in tokenize(text))


def value(attribute: Attribute, text: str, lookups: Lookups) -> tuple[Key, ...]:
    """The keys of *text* as an *attribute* of articles; none where it is unknown."""
    match attribute:
        case "person" | "org" | "place" | "event":
            known = lookups.name(text, attribute)
            return tuple(dict.fromkeys(Key(attribute, form) for form in (tokens(text), (text,), (known or text,)) if form))
        case "topic":
            code = lookups.topic(text)
            return (Key("topic", (code,)),) if code else ()
        case "feed":
            return tuple(Key("feed", (feed,)) for feed in lookups.feeds(text))
        case "source":
            return (Key("source", tokens(text)),)
        case "site":
            return (Key("site", (text.casefold().removeprefix("www."),)),)
        case "lang" | "country":
            return (Key(attribute, (text.casefold(),)),)
