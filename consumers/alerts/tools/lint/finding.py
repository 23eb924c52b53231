"""What is said of a watch, and where in the config its reason stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from consumers.alerts.matching.compile import ListProblem
from consumers.alerts.query.ast import Node, Not, Term, children
from consumers.alerts.query.errors import InvalidQuery
from monitor.config import Watch
from monitor.config.problems import WatchProblem

Kind = Literal["ambiguous", "contained", "dead", "flood", "lower-case", "overlap", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What *kind* of thing was found, what is said of it with its place, and the *term* that it is about, if it is one."""

    kind: Kind
    finding: WatchProblem
    term: Term | None = None


def of_watch(kind: Kind, watch: Watch, said: str) -> Finding:
    """A remark on *watch* as a whole."""
    return Finding(kind, WatchProblem(f"watch {watch.id!r}: {said}", watch.id, "id", 1, 1))


def of_list(kind: Kind, watch: Watch, problem: ListProblem) -> Finding:
    """What *problem* says, as a remark."""
    return Finding(kind, WatchProblem(f"watch {watch.id!r}, {problem.key}: {problem.message}", watch.id, problem.key))


def of_term(kind: Kind, watch: Watch, term: Term, said: str) -> Finding:
    """A remark on *term* of *watch*."""
    key = _key(watch, term)
    if key == "query":
        return of_query(kind, watch, InvalidQuery(watch.query, term.offset, said), term)
    return Finding(kind, WatchProblem(f"watch {watch.id!r}, {key}: {said}", watch.id, key, 1, 1), term)


def of_query(kind: Kind, watch: Watch, bad: InvalidQuery, term: Term | None = None) -> Finding:
    """What *bad* says, as a remark."""
    said = f"watch {watch.id!r}, query: {bad.message}\n{bad.context}"
    return Finding(kind, WatchProblem(said, watch.id, "query", bad.line, bad.column), term)


def positive(node: Node) -> Iterator[Term]:
    """The terms of *node*, resolved (see terms.py), that are not within a NOT."""
    if isinstance(node, Term):
        yield node
    if not isinstance(node, Not):
        for part in children(node):
            yield from positive(part)


def _key(watch: Watch, term: Term) -> str:
    """The key of *watch* in which *term* stands."""
    if term.clause in {"any", "all"}:
        return term.clause
    name = {"feed": "feeds"}.get(term.clause, term.clause)
    if term.text in getattr(watch, name, ()):
        return name
    return "query" if watch.query else "none"
