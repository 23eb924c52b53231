"""The plan of a watch: the index terms that lead to it, and the conditions that are left to evaluate.

The plan is a conjunction. Where possible its parts are disjunctions of index terms, which set operations decide; the other
parts are nodes of the syntax tree, which are evaluated on the article's words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

from consumers.alerts.query.ast import And, AtLeast, IndexTerm, Near, Node, Not, Or, Term, children

Disjunction = frozenset[IndexTerm]
"""An article satisfies it if it contains at least one of these index terms."""
Cost = Callable[[IndexTerm], float]
"""Roughly how frequent an index term is, in any unit."""
AccessPath = tuple[Disjunction, ...]
"""One or two disjunctions that lead to the watch: an article must satisfy all of them."""
MAX_PAIRS = 64
"""The most pairs of index terms to list one watch under. Beyond that it is listed under its rarest disjunction alone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The conditions of a watch, and the index terms that lead to it.

    An article matches if it satisfies all *required* disjunctions, contains none of *excluded*, and all *residual* nodes
    hold. Every article that matches satisfies all disjunctions of at least one of *access_paths*, which are as rare as
    possible. If *exact*, every article that satisfies an access path also matches, so nothing else needs to be checked.
    """

    required: tuple[Disjunction, ...]
    excluded: Disjunction
    residual: tuple[Node, ...]
    access_paths: tuple[AccessPath, ...]
    exact: bool


def make_plan(node: Node, cost: Cost) -> Plan:
    """Return the plan for a resolved tree, its rarest disjunctions first."""
    required: list[Disjunction] = []
    excluded: set[IndexTerm] = set()
    residual: list[Node] = []
    for part in _conjuncts(node):
        if (disjunction := _as_disjunction(part)) is not None:
            required.append(disjunction)
        elif isinstance(part, Not) and (disjunction := _as_disjunction(part.part)) is not None:
            excluded |= disjunction
        else:
            residual.append(part)
            required += _implied_disjunctions(part, cost)
    required = list(dict.fromkeys(sorted(required, key=lambda disjunction: _cost_of(disjunction, cost))))
    paths = _cheapest_paths(required, residual, cost)
    is_whole_plan = not (residual or excluded) and len(paths[0]) == len(required)
    exact = _is_two_of_disjunctions(node) if len(paths) > 1 else is_whole_plan
    return Plan(tuple(required), frozenset(excluded), tuple(residual), paths, exact)


def _cheapest_paths(required: Sequence[Disjunction], residual: Iterable[Node], cost: Cost) -> tuple[AccessPath, ...]:
    """Return the rarest access paths: the two rarest of *required*, or pairs of parts of an AtLeast in *residual*."""
    rarest = tuple(required[:2])
    default: tuple[AccessPath, ...] = (rarest if prod(map(len, rarest)) <= MAX_PAIRS else rarest[:1],)
    alternatives = [default, *filter(None, (_at_least_paths(node, cost) for node in residual))]
    return min(alternatives, key=lambda paths: sum(prod(_cost_of(each, cost) for each in path) for path in paths))


def _at_least_paths(node: Node, cost: Cost) -> tuple[AccessPath, ...]:
    """Return pairs of the rarest parts of *node*, an AtLeast with a count of two or more; empty if there are no such paths."""
    if not isinstance(node, AtLeast) or node.count == 1:
        return ()
    # If *count* of the parts hold, so do two of any len - count + 2 parts.
    needed = len(node.parts) - node.count + 2
    if comb(needed, 2) > MAX_PAIRS:
        return ()
    disjunctions = _part_disjunctions(node, cost)[:needed]
    pairs = tuple(combinations([disjunction for disjunction in disjunctions if disjunction is not None], 2))
    return pairs if None not in disjunctions and sum(prod(map(len, pair)) for pair in pairs) <= MAX_PAIRS else ()


def _is_two_of_disjunctions(node: Node) -> bool:
    """Return whether *node* is an AtLeast that holds if, and only if, two of its disjunctions are satisfied."""
    return isinstance(node, AtLeast) and node.count == 2 and None not in map(_as_disjunction, node.parts)  # noqa: PLR2004  (at least two of)


def _conjuncts(node: Node) -> Iterable[Node]:
    if not isinstance(node, And):
        return (node,)
    return [conjunct for part in node.parts for conjunct in _conjuncts(part)]


def _as_disjunction(node: Node) -> Disjunction | None:
    """Return the disjunction that is equivalent to *node*, or None if there is none."""
    if isinstance(node, Term):
        return frozenset(node.index_terms) if node.is_plain else None
    if isinstance(node, Or):
        return _union(_as_disjunction(part) for part in node.parts)
    return None


def _union(disjunctions: Iterable[Disjunction | None]) -> Disjunction | None:
    """Return a disjunction that is satisfied if one of *disjunctions* is, or None if any of them is None."""
    index_terms: set[IndexTerm] = set()
    for disjunction in disjunctions:
        if disjunction is None:
            return None
        index_terms |= disjunction
    return frozenset(index_terms)


def _implied_disjunctions(node: Node, cost: Cost) -> list[Disjunction]:
    """Return disjunctions that every article satisfies for which *node* holds; empty if there are none."""
    match node:
        case Term():
            return [frozenset(node.index_terms)]
        case And(parts) | Near(parts):
            return [disjunction for part in parts for disjunction in _implied_disjunctions(part, cost)]
        case Or() | AtLeast():
            count = node.count if isinstance(node, AtLeast) else 1
            disjunctions = _part_disjunctions(node, cost)
            # If *count* of the parts hold, so does one of any len - count + 1 parts: take the rarest.
            union = _union(disjunctions[: len(disjunctions) - count + 1])
            return [] if union is None else [union]
        case _:
            return []


def _part_disjunctions(node: Node, cost: Cost) -> list[Disjunction | None]:
    """Return the rarest disjunction that each part of *node* implies, the rarest first; None for a part that implies none."""
    rarest = (_rarest_disjunction(part, cost) for part in children(node))
    return sorted(rarest, key=lambda disjunction: _cost_of(disjunction, cost))


def _rarest_disjunction(node: Node, cost: Cost) -> Disjunction | None:
    return min(_implied_disjunctions(node, cost), key=lambda disjunction: _cost_of(disjunction, cost), default=None)


def _cost_of(disjunction: Disjunction | None, cost: Cost) -> float:
    return float("inf") if disjunction is None else sum(map(cost, disjunction))
