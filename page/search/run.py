"""Run a query over the index, the newest articles first."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.evaluate import holds
from consumers.alerts.matching.matches import find_reasons
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.ast import Node
from monitor.config import Config, Watch
from monitor.messages import ArticleStories, Reason
from monitor.messages.codec import Invalid
from page.index import Index, read_row
from page.search.expression import NothingMatches, make_expression

CHUNK = 100
"""How many candidates are read at once."""
MAX_CANDIDATES = 2_000
"""The most candidates that are read for one page, so that a query that nearly nothing matches takes 0.25 s at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article that matches, and why. *number* is its place in the index, which grows with its arrival."""

    number: int
    message: ArticleStories
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The articles that match, the newest first. *before* is where the next page begins; None if there is none."""

    found: tuple[Found, ...]
    before: int | None


def compile_query(query: str, config: Config) -> Node:
    """Return *query* as a resolved tree. Raises InvalidQuery, which names the place and the remedy."""
    watch, lookups = Watch("search", query=query), lookups_for(config)
    if error := query_problem(watch, lookups):
        raise error
    return compile_watch(watch, lookups).ast


def search(
    index: Index, node: Node, *, since: float, limit: int, before: int | None = None, candidates: int = MAX_CANDIDATES
) -> SearchPage:
    """Return up to *limit* articles that match *node* and were fetched from *since* on, those before the place *before* only.

    An article stands in the list once, in its newest version that matches, also if that is on an earlier page. The page ends
    after so many *candidates*.
    """
    try:
        expression = make_expression(node)
    except NothingMatches:
        return SearchPage((), None)
    found: list[Found] = []
    seen: set[str] = set()
    last = before
    for count, (number, value) in enumerate(_candidates(index, expression, since, before), start=1):
        last = number
        if (each := _check(number, value, node)) and each.message.article.id not in seen:
            seen.add(each.message.article.id)
            if before is None or not _has_newer(index, each, node):
                found.append(each)
        if len(found) == limit or count == candidates:
            return SearchPage(tuple(found), last)
    return SearchPage(tuple(found), None)


def _has_newer(index: Index, found: Found, node: Node) -> bool:
    """Return whether another version of the article that *found* has came later and matches too."""
    return any(_check(number, value, node) for number, value in index.later(found.message.article.id, found.number))


def search_on(index: Index, node: Node, *, since: float, limit: int, candidates: int = MAX_CANDIDATES) -> SearchPage:
    """Return up to *limit* articles, of as many pages as it takes."""
    page = search(index, node, since=since, limit=limit, candidates=candidates)
    while len(page.found) < limit and page.before is not None:
        more = search(index, node, since=since, limit=limit - len(page.found), before=page.before, candidates=candidates)
        page = SearchPage((*page.found, *more.found), more.before)
    return page


def group_by_story(found: Iterable[Found]) -> list[list[Found]]:
    """Return *found* with the articles of each story together, at the place of the first one."""
    groups: dict[str, list[Found]] = {}
    for each in found:
        groups.setdefault(each.message.story.id, []).append(each)
    return list(groups.values())


def _candidates(index: Index, expression: str | None, since: float, before: int | None) -> Iterator[tuple[int, bytes]]:
    """Yield the place and the JSON of each candidate, the newest first."""
    while True:
        rows = index.candidates(expression, since, before, CHUNK)
        yield from rows
        if len(rows) < CHUNK:
            return
        before = rows[-1][0]


def _check(number: int, value: bytes, node: Node) -> Found | None:
    try:
        message = read_row(ArticleStories, zlib.decompress(value))
    except Invalid:
        return None
    document = Document(message)
    return Found(number, message, find_reasons(node, document)) if holds(node, document) else None
