"""Resolving the leaves of a query: each becomes a term with the index terms that satisfy it."""

from collections.abc import Iterable
from difflib import get_close_matches

from consumers.alerts.query.ast import AliasSet, FieldValue, IndexTerm, Node, Or, Phrase, Prefix, Scope, Term, map_children
from consumers.alerts.query.fields import Field, Fields, Lookups, get_field
from monitor.config import Config
from monitor.feeds.urls import feed_id
from monitor.messages import Clause, EntityType
from monitor.text import gazetteer, mediatopics
from monitor.text.tokens import replace_confusables, tokenize, tokens


def lookups_for(config: Config) -> Lookups:
    """Return lookups in the gazetteer, the IPTC taxonomy, and the feeds and sets of *config*."""

    def entity_id(text: str, entity_type: EntityType) -> str | None:
        entity = gazetteer.resolve(text, entity_type)
        return entity.id if entity else None

    def feed_ids(text: str) -> Iterable[str]:
        return [feed_id(feed.url) for feed in config.feeds if text in {feed.name, feed.url, feed_id(feed.url)}]

    def near_feeds(text: str) -> list[str]:
        names = [name for feed in config.feeds for name in (feed.name, feed.url) if name]
        same = [name for name in names if name.casefold() == text.casefold()]
        return same[:1] or get_close_matches(text[:200], names, n=1)

    return Lookups(entity_id, mediatopics.resolve, feed_ids, config.sets, mediatopics.near, near_feeds)


def resolve(node: Node, lookups: Lookups, fields: Fields, *, confusables: bool = False) -> Node:
    """Return *node* with each leaf replaced by a Term, and each set of aliases by an Or of Terms.

    If *confusables*, Cyrillic and Greek letters in an article match the Latin letters of a phrase that they look like.
    """
    match node:
        case Phrase(text, scope, True, offset):
            return Term("case", text, phrase_terms(text, joined=False), scope, exact_words(text), offset)
        case Phrase(text, scope, _, offset):
            return Term("phrase", text, phrase_terms(text, confusables=confusables), scope, offset=offset)
        case Prefix(stem, scope, offset):
            return Term("prefix", f"{stem}*", (IndexTerm("prefix", tokens(stem)),), scope, offset=offset)
        case AliasSet(name, scope, offset):
            aliases = lookups.alias_sets.get(name, ())
            return any_phrase("phrase", aliases, scope, offset=offset, confusables=confusables)
        case FieldValue(name, text, offset):
            return field_term(get_field(name, fields), text, lookups, offset)
        case _:
            return map_children(node, lambda child: resolve(child, lookups, fields, confusables=confusables))


def any_phrase(
    clause: Clause, texts: Iterable[str], scope: Scope = "anywhere", *, offset: int = 0, confusables: bool = False
) -> Or:
    """Return a node that holds if any of the phrases *texts* occurs."""
    return Or(
        tuple(Term(clause, text, phrase_terms(text, confusables=confusables), scope, offset=offset) for text in texts),
    )


def field_term(field: Field, text: str, lookups: Lookups, offset: int = 0) -> Term:
    """Return a term that holds if the article has *text* as a value of *field*."""
    return Term(field.name, text, tuple(IndexTerm(field.name, value) for value in field.resolve(text, lookups)), offset=offset)


def phrase_terms(text: str, *, joined: bool = True, confusables: bool = False) -> tuple[IndexTerm, ...]:
    """Return an index term for the folded words of *text*.

    If *joined*, a hyphenated text has a second one without hyphens: 'Jong-un' also matches 'Jongun'.
    """
    forms = {tokens(text), tokens(text.replace("-", "")) if joined else ()} - {()}
    if confusables:
        return tuple(IndexTerm("confusable", replace_confusables(form)) for form in sorted(forms))
    return tuple(IndexTerm("phrase", form) for form in sorted(forms))


def exact_words(text: str) -> tuple[str, ...]:
    """Return the words of *text* in their original spelling."""
    return tuple(text[token.start : token.end] for token in tokenize(text))
