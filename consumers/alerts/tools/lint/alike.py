"""Watches that ask for the same in other words. Pure."""

from collections.abc import Hashable, Iterable, Iterator, Sequence

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.query.ast import And, AtLeast, Near, Node, Not, Or, Term
from consumers.alerts.tools.lint.finding import Finding, of_watch


def alike(queries: Sequence[CompiledWatch]) -> Iterator[tuple[Finding, frozenset[str]]]:
    """A remark for each query that asks for the same as one before it, with the ids of both."""
    first: dict[Hashable, str] = {}
    for query in queries:
        other = first.setdefault(meaning(query.ast), query.watch.id)
        if other != query.watch.id:
            said = f"it asks for the same as watch {other!r}: remove one of them, or tell both targets by one"
            yield of_watch("overlap", query.watch, said), frozenset({other, query.watch.id})


def meaning(node: Node) -> Hashable:
    """What *node*, resolved (see terms.py), asks for: equal where only the words for it, their order or nesting differ."""
    match node:
        case Term(_, _, keys, where, written):
            return ("term", frozenset(keys), where, written)
        case And() | Or():
            parts = frozenset(_parts(node, type(node)))
            return next(iter(parts)) if len(parts) == 1 else (type(node).__name__, parts)
        case AtLeast(count, parts):
            return ("atleast", count, tuple(sorted(map(str, map(meaning, parts)))))
        case Near(parts, links):
            return ("near", tuple(map(meaning, parts)), links)
        case Not(part):
            return ("not", meaning(part))
        case _:
            raise TypeError(f"not resolved: {node!r}")


def _parts(node: And | Or, kind: type[And | Or]) -> Iterable[Hashable]:
    for part in node.parts:
        if isinstance(part, And | Or) and isinstance(part, kind):
            yield from _parts(part, kind)
        else:
            yield meaning(part)
