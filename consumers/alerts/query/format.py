"""From a tree to the text that says it: parsing that gives the same tree."""

from collections.abc import Sequence

from consumers.alerts.query.ast import (
    AliasSet,
    And,
    AtLeast,
    Leaf,
    Link,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Where,
)


def show(node: Node) -> str:
    """*node* as a query."""
    match node:
        case Near(parts, links):
            return _near(parts, links)
        case And(parts):
            return " AND ".join(_within(part, And, Or) for part in parts)
        case Or(parts):
            return " OR ".join(_within(part, Or) for part in parts)
        case Not(part):
            return f"NOT {_within(part, And, Or, Not)}"
        case AtLeast(count, parts):
            return f"atleast {count} ({', '.join(map(show, parts))})"
        case _:
            return _leaf(node)


def _leaf(node: Leaf | Term) -> str:
    match node:
        case Phrase(text, where, exact):
            return f'{_field(where)}case("{text}")' if exact else f'{_field(where)}"{text}"'
        case Prefix(stem, where):
            return f"{_field(where)}{stem}*"
        case AliasSet(name, where):
            return f"{_field(where)}@{name}"
        case Value(attribute, text):
            return f'{attribute}:"{text}"'
        case Term(_, text):
            return f'"{text}"'


def _near(parts: Sequence[Node], links: Sequence[Link]) -> str:
    operators = (f"{'ONEAR' if link.ordered else 'NEAR'}/{link.gap}" for link in links)
    rest = (f"{operator} {_within(part, Or)}" for operator, part in zip(operators, parts[1:], strict=True))
    return " ".join((_within(parts[0], Or), *rest))


def _within(node: Node, *looser: type[Node]) -> str:
    return f"({show(node)})" if isinstance(node, looser) else show(node)


def _field(where: Where) -> str:
    return "" if where == "anywhere" else f"{where}:"
