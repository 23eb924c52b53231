"""The watches that match an article, each with the reasons for its alert."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import structlog

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.evaluate import find_chain, holds, is_text_term, term_at
from consumers.alerts.matching.matcher import Candidates, Matcher
from consumers.alerts.query.ast import Near, Node, Not, Term, children
from consumers.alerts.query.fields import MAX_EXCERPT, Excerpt
from monitor.config import Watch
from monitor.messages import ArticleStories, Reason, health_of

log = structlog.get_logger()

MAX_REASONS = 20
"""The most reasons that an alert gives."""


@dataclass(frozen=True, slots=True)
class Match:
    """A watch that matches, and why."""

    watch: Watch
    reasons: tuple[Reason, ...]


def find_matches(matcher: Matcher, message: ArticleStories) -> list[Match]:
    """Return the watches that *message* matches, sorted by id."""
    document = Document(message, matcher.fields)
    return [match for match in iter_matches(matcher.candidates(document), document) if match]


def iter_matches(candidates: Candidates, document: Document) -> Iterator[Match | None]:
    """Yield those of *candidates* that *document* matches, sorted by id, and None between short steps.

    An article about the health of a feed matches only watches with a list `health`.
    """
    article = document.message.article
    if document.is_cut:
        log.warning("too many signs: part of the article is read only as written", article=article.id, feed=article.feed)
    if document.has_unused_places:
        log.warning("a word too often: NEAR and excerpts use its first places only", article=article.id, feed=article.feed)
    is_health = bool(health_of(article))
    matching: list[CompiledWatch] = []
    for compiled in candidates.evaluate(document):
        if compiled and (compiled.watch.health or not is_health):
            matching.append(compiled)
        yield None
    matching.sort(key=lambda compiled: compiled.watch.id)
    for compiled in matching:
        yield Match(compiled.watch, find_reasons(compiled.ast, document))


def find_reasons(node: Node, document: Document) -> tuple[Reason, ...]:
    """Return why the resolved tree *node* holds: each term that occurs, with its first position, without duplicates."""
    return tuple(islice(_unique_reasons(node, document), MAX_REASONS))


def _unique_reasons(node: Node, document: Document) -> Iterator[Reason]:
    seen: set[object] = set()
    for term, excerpt in _evidence(node, document):
        if (key := (term.clause, excerpt)) not in seen:
            seen.add(key)
            yield Reason(term.clause, term.text[:MAX_EXCERPT], excerpt.words, excerpt.span)


def _evidence(node: Node, document: Document) -> Iterator[tuple[Term, Excerpt]]:
    """Yield the terms that occur, from the parts of *node* that hold. Yields nothing if *node* does not hold."""
    match node:
        case Term():
            yield from _term_evidence(node, document)
        case Not():
            return
        case Near(parts):
            for part, position in zip(parts, find_chain(node, document) or (), strict=False):
                yield term_at(part, position, document), document.excerpt(position)
        case _ if holds(node, document):
            for part in children(node):
                yield from _evidence(part, document)


def _term_evidence(term: Term, document: Document) -> Iterator[tuple[Term, Excerpt]]:
    if is_text_term(term):
        yield from ((term, document.excerpt(position)) for position in document.term_positions(term)[:1])
    else:
        excerpts = filter(None, (document.values(each.field).get(each.value) for each in term.index_terms))
        yield from ((term, excerpt) for excerpt in islice(excerpts, 1))
