"""How to find a watch in the index: which index terms lead to it, and which conditions are left to evaluate.

The plan is a conjunctive form of the syntax tree. A *choice* is a set of index terms of which an article must contain at
least one; the parts of the tree that are not choices are evaluated on the article's words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

from consumers.alerts.query.ast import And, AtLeast, IndexTerm, Near, Node, Not, Or, Term, children

Choice = frozenset[IndexTerm]
"""An article satisfies it if it contains at least one of these index terms."""
Cost = Callable[[IndexTerm], float]
"""Roughly how frequent an index term is, in any unit."""
AccessPath = tuple[Choice, ...]
"""One or two choices that lead to the watch: an article must satisfy all of them."""
MAX_PAIRS = 64
"""The most pairs of index terms under which one watch is listed. Beyond that it is listed under its cheapest choice alone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An article matches if it satisfies all *required* choices, contains none of *excluded*, and all *residual* nodes hold.

    A watch that matches satisfies one of *access_paths*, which are as rare as possible. If *exact*, the reverse is also
    true: nothing else needs to be checked.
    """

    required: tuple[Choice, ...]
    excluded: Choice
    residual: tuple[Node, ...]
    access_paths: tuple[AccessPath, ...]
    exact: bool


def make_plan(node: Node, cost: Cost) -> Plan:
    """Return the plan for a resolved tree, its rarest choices first."""
    required: list[Choice] = []
    excluded: set[IndexTerm] = set()
    residual: list[Node] = []
    for part in _conjuncts(node):
        if (choice := _as_choice(part)) is not None:
            required.append(choice)
        elif isinstance(part, Not) and (choice := _as_choice(part.part)) is not None:
            excluded |= choice
        else:
            residual.append(part)
            required += _implied_choices(part, cost)
    required = list(dict.fromkeys(sorted(required, key=lambda choice: _choice_cost(choice, cost))))
    paths = _cheapest_paths(required, residual, cost)
    is_whole_plan = not (residual or excluded) and len(paths[0]) == len(required)
    exact = _is_pair_of_choices(node) if len(paths) > 1 else is_whole_plan
    return Plan(tuple(required), frozenset(excluded), tuple(residual), paths, exact)


def _cheapest_paths(required: Sequence[Choice], residual: Iterable[Node], cost: Cost) -> tuple[AccessPath, ...]:
    """Return the rarest access paths: the two rarest of *required*, or pairs of parts of an AtLeast in *residual*."""
    rarest = tuple(required[:2])
    default: tuple[AccessPath, ...] = (rarest if prod(map(len, rarest)) <= MAX_PAIRS else rarest[:1],)
    alternatives = [default, *filter(None, (_at_least_paths(node, cost) for node in residual))]
    return min(alternatives, key=lambda paths: sum(prod(_choice_cost(each, cost) for each in path) for path in paths))


def _at_least_paths(node: Node, cost: Cost) -> tuple[AccessPath, ...]:
    """Return all pairs of the rarest parts of an AtLeast with a count of two or more; empty if that is not possible."""
    if not isinstance(node, AtLeast) or node.count == 1:
        return ()
    # If *count* of the parts hold, so do two of any len - count + 2 parts.
    choices = _part_choices(node, cost)[: len(node.parts) - node.count + 2]
    pairs = tuple(combinations([choice for choice in choices if choice is not None], 2))
    return pairs if None not in choices and sum(prod(map(len, pair)) for pair in pairs) <= MAX_PAIRS else ()


def _is_pair_of_choices(node: Node) -> bool:
    """Return whether *node* is an AtLeast that holds if, and only if, two of its choices are satisfied."""
    return isinstance(node, AtLeast) and node.count == 2 and None not in map(_as_choice, node.parts)  # noqa: PLR2004


def _conjuncts(node: Node) -> Iterable[Node]:
    if not isinstance(node, And):
        return (node,)
    return [conjunct for part in node.parts for conjunct in _conjuncts(part)]


def _as_choice(node: Node) -> Choice | None:
    """Return the choice that is equivalent to *node*, or None if there is none."""
    if isinstance(node, Term):
        return frozenset(node.index_terms) if node.scope == "anywhere" and not node.exact_words else None
    if isinstance(node, Or):
        choices = [_as_choice(part) for part in node.parts]
        return frozenset().union(*[choice for choice in choices if choice is not None]) if None not in choices else None
    return None


def _implied_choices(node: Node, cost: Cost) -> list[Choice]:
    """Return choices that an article satisfies whenever *node* holds; empty if none are known."""
    match node:
        case Term():
            return [frozenset(node.index_terms)]
        case And(parts) | Near(parts):
            return [choice for part in parts for choice in _implied_choices(part, cost)]
        case Or() | AtLeast():
            count = node.count if isinstance(node, AtLeast) else 1
            choices = _part_choices(node, cost)
            # If *count* of the parts hold, so does one of any len - count + 1 parts: take the rarest.
            rarest = choices[: len(choices) - count + 1]
            return [frozenset().union(*[choice for choice in rarest if choice is not None])] if None not in rarest else []
        case _:
            return []


def _part_choices(node: Node, cost: Cost) -> list[Choice | None]:
    """Return the rarest choice that each part of *node* implies, the rarest first; None for a part that implies none."""
    return sorted((_rarest_choice(part, cost) for part in children(node)), key=lambda choice: _choice_cost(choice, cost))


def _rarest_choice(node: Node, cost: Cost) -> Choice | None:
    return min(_implied_choices(node, cost), key=lambda choice: _choice_cost(choice, cost), default=None)


def _choice_cost(choice: Choice | None, cost: Cost) -> float:
    return float("inf") if choice is None else sum(map(cost, choice))
