"""A finding: what a check reports about a watch, and its place in the config."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from consumers.alerts.matching.compile import ListProblem, locate_in_list, locate_in_query
from consumers.alerts.query.ast import Node, Not, Term, children
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.fields import FIELDS
from consumers.alerts.query.hints import HintKind
from monitor.config import Watch
from monitor.config.problems import WatchProblem

Kind = HintKind | Literal["ambiguous", "contained", "dead", "flood", "look-alike", "note", "overlap", "wrong"]
LIST_KEYS: Mapping[str, str] = {field.name: field.list_key for field in FIELDS if field.list_key}
"""The list of a watch for each field that has one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A likely mistake in a watch. *term* is the term that it concerns; None if it concerns none."""

    kind: Kind
    problem: WatchProblem
    term: Term | None = None


def watch_finding(kind: Kind, watch: Watch, text: str) -> Finding:
    """Return a finding about *watch* as a whole."""
    return Finding(kind, WatchProblem(f"watch {watch.id!r}: {text}", watch.id, "id", 1, 1))


def list_finding(kind: Kind, watch: Watch, problem: ListProblem) -> Finding:
    """Return a finding about one of the lists of *watch*."""
    return Finding(kind, locate_in_list(watch, problem))


def query_finding(kind: Kind, watch: Watch, error: InvalidQuery, term: Term | None = None) -> Finding:
    """Return a finding about a place in the query of *watch*."""
    return Finding(kind, locate_in_query(watch, error), term)


def term_finding(kind: Kind, watch: Watch, term: Term, text: str) -> Finding:
    """Return a finding about *term*, at its place in the query or in one of the lists of *watch*."""
    key = _key_of(watch, term)
    if key == "query":
        return query_finding(kind, watch, InvalidQuery(watch.query, term.offset, text), term)
    return Finding(kind, WatchProblem(f"watch {watch.id!r}, {key}: {text}", watch.id, key, 1, 1), term)


def positive_terms(node: Node) -> Iterator[Term]:
    """Yield the terms of *node*, which must be resolved, that are not inside a NOT."""
    if isinstance(node, Term):
        yield node
    if not isinstance(node, Not):
        for part in children(node):
            yield from positive_terms(part)


def _key_of(watch: Watch, term: Term) -> str:
    """Return the key of *watch* that contains *term*."""
    if term.clause in {"any", "all"}:
        return term.clause
    key = LIST_KEYS.get(term.clause, term.clause)
    if term.text in getattr(watch, key, ()):
        return key
    return "query" if watch.query else "none"
