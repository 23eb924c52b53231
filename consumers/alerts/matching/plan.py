"""How a query is found: keys of which it needs one each, keys that rule it out, and what only a look at the words decides."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

from consumers.alerts.query.ast import And, AtLeast, Key, Near, Node, Not, Or, Term, children

Keys = frozenset[Key]
Cost = Callable[[Key], float]
"""How often a key is met, in whatever unit."""
Start = tuple[Keys, ...]
"""Choices of keys, two at most, of each of which an article has one."""
PAIRS = 64
"""The most pairs of keys under which one query is listed; beyond, the keys of its rarest need list it alone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An article matches if it has one of each of *needs*, none of *none*, and all of *rest* hold of it.

    It is found by one of *starts*, which are rare; where *sure* that decides it.
    """

    needs: tuple[Keys, ...]
    none: Keys
    rest: tuple[Node, ...]
    starts: tuple[Start, ...]
    sure: bool


def plan(tree: Node, cost: Cost) -> Plan:
    """How to find *tree*, the rarest needs first."""
    needs: list[Keys] = []
    none: set[Key] = set()
    rest: list[Node] = []
    for part in _conjuncts(tree):
        if (keys := _choice(part)) is not None:
            needs.append(keys)
        elif isinstance(part, Not) and (keys := _choice(part.part)) is not None:
            none |= keys
        else:
            rest.append(part)
            needs += _implied(part, cost)
    needs = list(dict.fromkeys(sorted(needs, key=lambda keys: _price(keys, cost))))
    starts = _starts(needs, rest, cost)
    sure = _is_two(tree) if len(starts) > 1 else not (rest or none) and len(starts[0]) == len(needs)
    return Plan(tuple(needs), frozenset(none), tuple(rest), starts, sure)


def _starts(needs: Sequence[Keys], rest: Iterable[Node], cost: Cost) -> tuple[Start, ...]:
    """The rarest way in: the two rarest of *needs*, or two parts of an AtLeast of *rest*."""
    plain = tuple(needs[:2])
    ways = [(plain if prod(map(len, plain)) <= PAIRS else plain[:1],), *filter(None, (_twos(part, cost) for part in rest))]
    return min(ways, key=lambda starts: sum(prod(_price(keys, cost) for keys in start) for start in starts))


def _twos(node: Node, cost: Cost) -> tuple[Start, ...]:
    """Where *node* asks for two parts or more: two each of those of which it has two, the rarest; else nothing."""
    if not isinstance(node, AtLeast) or node.count == 1:
        return ()
    # Where *count* of the parts hold, two of any len - count + 2 do.
    some = _rarest(node, cost)[: len(node.parts) - node.count + 2]
    pairs = tuple(combinations([keys for keys in some if keys is not None], 2))
    return pairs if None not in some and sum(prod(map(len, pair)) for pair in pairs) <= PAIRS else ()


def _is_two(node: Node) -> bool:
    """Whether *node* is an AtLeast that is true for having keys of two of its parts."""
    return isinstance(node, AtLeast) and node.count == 2 and None not in map(_choice, node.parts)  # noqa: PLR2004


def _conjuncts(node: Node) -> Iterable[Node]:
    if not isinstance(node, And):
        return (node,)
    return [inner for part in node.parts for inner in _conjuncts(part)]


def _choice(node: Node) -> Keys | None:
    """The keys of which *node* is true for having one; None where there is more to it."""
    if isinstance(node, Term):
        return frozenset(node.keys) if node.where == "anywhere" and not node.written else None
    if isinstance(node, Or):
        parts = [_choice(part) for part in node.parts]
        return frozenset().union(*[part for part in parts if part is not None]) if None not in parts else None
    return None


def _implied(node: Node, cost: Cost) -> list[Keys]:
    """Choices of keys that an article has whenever *node* is true of it; none where nothing can be said."""
    match node:
        case Term():
            return [frozenset(node.keys)]
        case And(parts) | Near(parts):
            return [keys for part in parts for keys in _implied(part, cost)]
        case Or() | AtLeast():
            count = node.count if isinstance(node, AtLeast) else 1
            best = _rarest(node, cost)
            # Where *count* of the parts hold, one of any len - count + 1 does: of the rarest.
            some = best[: len(best) - count + 1]
            return [frozenset().union(*[keys for keys in some if keys is not None])] if None not in some else []
        case _:
            return []


def _rarest(node: Node, cost: Cost) -> list[Keys | None]:
    """What each part of *node* needs most of all, the rarest first; None for one of which nothing can be said."""
    return sorted((_best(part, cost) for part in children(node)), key=lambda keys: _price(keys, cost))


def _best(node: Node, cost: Cost) -> Keys | None:
    return min(_implied(node, cost), key=lambda keys: _price(keys, cost), default=None)


def _price(keys: Keys | None, cost: Cost) -> float:
    return float("inf") if keys is None else sum(map(cost, keys))
