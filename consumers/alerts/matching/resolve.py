"""Resolving the leaves of a query: each becomes a term with the index terms that satisfy it."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import cache

from consumers.alerts.matching.spellings import exact_words, forms_of, stems_of
from consumers.alerts.query.ast import AliasSet, FieldValue, IndexTerm, Node, Or, Phrase, Prefix, Scope, Term, map_children
from consumers.alerts.query.fields import Field, Fields, Lookups, get_field
from monitor.config import Config
from monitor.feeds.configured import id_of, shown_url
from monitor.feeds.urls import feed_id, present_id
from monitor.messages import Clause, EntityType
from monitor.redaction import hide_in_text, hide_secrets
from monitor.text import gazetteer, mediatopics
from monitor.text.scripts import boundaries
from monitor.text.scripts.boundaries import needs_check
from monitor.text.scripts.clusters import is_clustered
from monitor.text.tokens import replace_confusables, tokens

MAX_SUGGESTIONS = 200
"""The most unknown topics, and feeds, for which the messages about a config suggest a known one."""


def lookups_for(config: Config) -> Lookups:
    """Return lookups in the gazetteer, the IPTC taxonomy, and the feeds and sets of *config*."""

    def entity_id(text: str, entity_type: EntityType) -> str | None:
        entity = gazetteer.resolve(text, entity_type)
        return entity.id if entity else None

    @cache
    def ids_by_name() -> dict[str | None, dict[str, None]]:
        ids: dict[str | None, dict[str, None]] = {}
        for feed in config.feeds:
            for name in (feed.name, feed.url, feed_id(feed.url), id_of(feed)):
                ids.setdefault(name, {})[id_of(feed)] = None
        return ids

    def feed_ids(text: str) -> Iterable[str]:
        # An earlier version printed ids with secrets.
        return ids_by_name().get(text, ids_by_name().get(present_id(text), ()))

    def closest_feeds(text: str) -> list[str]:
        urls = (feed.url if shown_url(feed) == feed.url else id_of(feed) for feed in config.feeds)
        names = [*(feed.name for feed in config.feeds if feed.name), *urls]
        same = [name for name in names if name.casefold() == text.casefold()]
        return same[:1] or get_close_matches(text[:200], names, n=1)

    @cache
    def urls() -> dict[str, str]:
        return {feed.url: hide_secrets(feed.url, private=feed.private) for feed in config.feeds}

    def shown_feed(name: str) -> str:
        return urls().get(name) or hide_in_text(name)

    near_topics = _for_the_first(MAX_SUGGESTIONS, mediatopics.near)
    near_feeds = _for_the_first(MAX_SUGGESTIONS, closest_feeds)
    return Lookups(entity_id, mediatopics.resolve, feed_ids, config.sets, near_topics, near_feeds, shown_feed)


def _for_the_first(count: int, function: Callable[[str], Sequence[str]]) -> Callable[[str], Sequence[str]]:
    """Return *function*, which compares a text with all names, limited to *count* different texts. It then returns nothing."""
    results: dict[str, Sequence[str]] = {}

    def limited(text: str) -> Sequence[str]:
        if text not in results and len(results) < count:
            results[text] = function(text)
        return results.get(text, ())

    return limited


def resolve(node: Node, lookups: Lookups, fields: Fields, *, confusables: bool = False) -> Node:
    """Return *node* with each leaf replaced by a Term, and each set of aliases by an Or of Terms.

    If *confusables*, Cyrillic and Greek letters in an article match the Latin letters of a phrase that they look like.
    """
    match node:
        case Phrase(text, scope, exact, offset):
            return phrase_term("case" if exact else "phrase", text, scope, exact=exact, confusables=confusables, offset=offset)
        case Prefix(stem, scope, offset):
            if is_clustered(stem):
                # What follows the stem is a part of the same run, so a phrase finds it.
                return Term("prefix", f"{stem}*", (IndexTerm("phrase", tokens(stem)),), scope, offset=offset)
            stems = tuple(IndexTerm("prefix", (each,)) for each in stems_of(stem))
            return Term("prefix", f"{stem}*", stems, scope, offset=offset)
        case AliasSet(name, scope, offset):
            aliases = lookups.alias_sets.get(name, ())
            return any_phrase("phrase", aliases, scope, offset=offset, confusables=confusables)
        case FieldValue(name, text, offset):
            return field_node(get_field(name, fields), text, lookups, offset, confusables=confusables)
        case _:
            return map_children(node, lambda child: resolve(child, lookups, fields, confusables=confusables))


def any_phrase(
    clause: Clause, texts: Iterable[str], scope: Scope = "anywhere", *, offset: int = 0, confusables: bool = False
) -> Or:
    """Return a node that holds if any of the phrases *texts* occurs."""
    return Or(tuple(phrase_term(clause, text, scope, confusables=confusables, offset=offset) for text in texts))


def field_node(field: Field, text: str, lookups: Lookups, offset: int = 0, *, confusables: bool = False) -> Node:
    """Return a node that holds if the article has *text* as a value of *field*, or in the title if that counts too."""
    term = field_term(field, text, lookups, offset)
    if not field.in_title(text, lookups):
        return term
    return Or((term, phrase_term(field.name, text, "title", offset=offset, confusables=confusables)), offset)


def field_term(field: Field, text: str, lookups: Lookups, offset: int = 0) -> Term:
    """Return a term that holds if the article has *text* as a value of *field*."""
    values = field.resolve(text, lookups)
    shown = lookups.shown_feed(text) if field.name == "feed" else text
    return Term(field.name, shown, tuple(IndexTerm(field.name, value) for value in values), offset=offset)


def phrase_term(
    clause: Clause,
    text: str,
    scope: Scope = "anywhere",
    *,
    exact: bool = False,
    confusables: bool = False,
    offset: int = 0,
) -> Term:
    """Return a term that holds if one of the forms of *text* occurs; if *exact*, only in the spelling of *text*."""
    forms = forms_of(text, exact=exact)
    if confusables and not exact:
        index_terms = tuple(IndexTerm("confusable", replace_confusables(form.words)) for form in forms)
    else:
        dictionary = boundaries.is_installed()
        index_terms = tuple(
            IndexTerm("whole" if needs_check(form.words, dictionary=dictionary) else "phrase", form.words) for form in forms
        )
    signs = tuple(form.signs for form in forms)
    return Term(clause, text, index_terms, scope, exact_words(text) if exact else (), signs if any(signs) else (), offset)
