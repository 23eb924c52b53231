"""How a query is found: keys of which it needs one each, keys that rule it out, and what only a look at the words decides."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consumers.alerts.query.tree import And, AtLeast, Key, Near, Node, Not, Or, Term, children

Keys = frozenset[Key]
Cost = Callable[[Key], float]
"""How often a key is met, in whatever unit."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An article matches if it has one of each of *needs*, none of *none*, and all of *rest* hold of it."""

    needs: tuple[Keys, ...]
    none: Keys
    rest: tuple[Node, ...]


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
    needs.sort(key=lambda keys: _price(keys, cost))
    return Plan(tuple(dict.fromkeys(needs)), frozenset(none), tuple(rest))


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
            best = sorted((_best(part, cost) for part in children(node)), key=lambda keys: _price(keys, cost))
            # Where *count* of the parts hold, one of any len - count + 1 does: of the rarest.
            some = best[: len(best) - count + 1]
            return [frozenset().union(*[keys for keys in some if keys is not None])] if None not in some else []
        case _:
            return []


def _best(node: Node, cost: Cost) -> Keys | None:
    return min(_implied(node, cost), key=lambda keys: _price(keys, cost), default=None)


def _price(keys: Keys | None, cost: Cost) -> float:
    return float("inf") if keys is None else sum(map(cost, keys))
