"""Formatting a syntax tree as query text. Parsing the result gives an equal tree."""

from collections.abc import Sequence

from consumers.alerts.query.ast import (
    AliasSet,
    And,
    AtLeast,
    FieldValue,
    Leaf,
    Near,
    NearOperator,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Scope,
    Term,
)


def format_query(node: Node) -> str:
    """Return *node* as query text."""
    match node:
        case Near(parts, operators):
            return _near(parts, operators)
        case And(parts):
            return " AND ".join(_operand(part, And, Or) for part in parts)
        case Or(parts):
            return " OR ".join(_operand(part, Or) for part in parts)
        case Not(part):
            return f"NOT {_operand(part, And, Or, Not)}"
        case AtLeast(count, parts):
            return f"atleast {count} ({', '.join(map(format_query, parts))})"
        case _:
            return _leaf(node)


def _leaf(node: Leaf | Term) -> str:
    match node:
        case Phrase(text, scope, exact):
            return f'{_scope(scope)}case("{text}")' if exact else f'{_scope(scope)}"{text}"'
        case Prefix(stem, scope):
            return f"{_scope(scope)}{stem}*"
        case AliasSet(name, scope):
            return f"{_scope(scope)}@{name}"
        case FieldValue(name, text):
            return f'{name}:"{text}"'
        case Term(_, text):
            return f'"{text}"'


def _near(parts: Sequence[Node], operators: Sequence[NearOperator]) -> str:
    names = (f"{'ONEAR' if operator.ordered else 'NEAR'}/{operator.distance}" for operator in operators)
    rest = (f"{name} {_operand(part, Or)}" for name, part in zip(names, parts[1:], strict=True))
    return " ".join((_operand(parts[0], Or), *rest))


def _operand(node: Node, *weaker: type[Node]) -> str:
    """Return *node* as text, in parentheses if its operator is one of those that bind more weakly."""
    return f"({format_query(node)})" if isinstance(node, weaker) else format_query(node)


def _scope(scope: Scope) -> str:
    return "" if scope == "anywhere" else f"{scope}:"
