"""Articles on which a watch is tried: those that it nearly matches, and those that a reader names or pastes."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.evaluate import holds
from consumers.alerts.query.ast import TEXT_TERMS, And, AtLeast, Near, Node, Or, Term, walk
from consumers.alerts.tools.lint.finding import positive_terms
from monitor.messages import ArticleStories
from monitor.messages.codec import Invalid
from page.index import Index, read_row
from page.search.expression import NothingMatches, make_expression

MAX_READ = 60
"""The most articles that are read for those that match or nearly do."""
MAX_TERMS = 50
"""The most terms of a watch that are looked up in the index."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An article, and whether the watch matches it."""

    message: ArticleStories
    matches: bool


def find_samples(index: Index, node: Node, since: float, limit: int = 5) -> list[Sample]:
    """Return the *limit* newest articles that *node*, a resolved tree, misses by one term, then those that it matches."""
    near: list[Sample] = []
    matching: list[Sample] = []
    for message in islice(_with_any_term(index, node, since), MAX_READ):
        missing = count_missing(node, Document(message))
        if missing <= 1:
            (near if missing else matching).append(Sample(message, missing == 0))
        if len(near) == limit:
            break
    return [*near, *matching[:limit]]


def count_missing(node: Node, document: Document) -> int:
    """Return the least number of terms of *node* that would have to be otherwise for *node* to hold for *document*."""
    match node:
        case And(parts):
            return sum(count_missing(part, document) for part in parts)
        case Or(parts):
            return min((count_missing(part, document) for part in parts), default=1)
        case AtLeast(count, parts):
            return sum(sorted(count_missing(part, document) for part in parts)[:count])
        case Near(parts):
            return 0 if holds(node, document) else max(1, sum(count_missing(part, document) for part in parts))
        case _:
            return int(not holds(node, document))


def unseen_words(index: Index, node: Node, since: float) -> list[str]:
    """Return the words and phrases of *node* that no article fetched from *since* on has."""
    terms = [each for each in walk(node) if isinstance(each, Term) and each.index_terms[:1]]
    of_text = dict.fromkeys(each for each in terms if each.index_terms[0].field in TEXT_TERMS)
    return [each.text for each in islice(of_text, MAX_TERMS) if not _is_seen(index, each, since)]


def count_articles(index: Index, since: float) -> int:
    """Return how many articles the index has from *since* on."""
    sql = "SELECT COUNT(DISTINCT id) FROM records WHERE kind = 'article' AND at >= ?"
    return int(index.query(sql, (since,))[0][0])


def find_article(index: Index, id_: str) -> ArticleStories | None:
    """Return the newest version of the article *id_*; None if the index has none."""
    value = index.newest("article", id_)
    return read_row(ArticleStories, value) if value else None


def _is_seen(index: Index, term: Term, since: float) -> bool:
    try:
        return bool(index.candidates(make_expression(term), since, None, 1))
    except NothingMatches:
        return False


def _with_any_term(index: Index, node: Node, since: float) -> Iterator[ArticleStories]:
    """Yield the articles that have one of the terms that *node* asks for, the newest first, each in its newest version."""
    try:
        expression = make_expression(Or(tuple(dict.fromkeys(positive_terms(node)))))
    except NothingMatches:
        return
    seen: set[str] = set()
    for _, value in index.candidates(expression, since, None, 2 * MAX_READ):
        try:
            message = read_row(ArticleStories, zlib.decompress(value))
        except Invalid:
            continue
        if message.article.id not in seen:
            seen.add(message.article.id)
            yield message
