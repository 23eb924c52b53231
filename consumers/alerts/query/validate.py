"""What the grammar cannot say: a query must ask for something, of bounded depth, near what can be near."""

import re

from consumers.alerts.query.ast import (
    FILTERS,
    AliasSet,
    And,
    AtLeast,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Value,
    children,
    leaves,
)
from consumers.alerts.query.errors import Fault
from monitor.text.tokens import tokens

DEEPEST = 50
"""The most parentheses within each other."""
FARTHEST = 100
"""The most words that NEAR may leave between."""
STEM = 4
"""The fewest letters before a star: shorter stems match a good part of a language's words."""
_SIGNS = re.compile(r'"[^"]*"|[()]')


def too_deep(query: str) -> None:
    """Raises Fault where the parentheses of *query* go too deep."""
    depth = 0
    for sign in _SIGNS.finditer(query):
        depth += {"(": 1, ")": -1}.get(sign.group(), 0)
        if depth > DEEPEST:
            raise Fault(sign.start(), f"the query is too deep; at most {DEEPEST} parentheses may stand within each other")


def unfit(node: Node) -> None:
    """Raises Fault where *node* can never match, or would match nearly everything."""
    for leaf in leaves(node):
        _leaf(leaf)
    for part in _all(node):
        if isinstance(part, Near):
            _near(part)
        if isinstance(part, AtLeast) and not 1 <= part.count <= len(part.parts):
            raise Fault(part.at, f"atleast {part.count} of {len(part.parts)} can never hold; give a number from 1 to that")
    if loose := _unanchored(node):
        what = "a filter" if isinstance(loose, Value) else "NOT"
        raise Fault(loose.at, f"{what} alone matches nearly every article; say what must be there, as in: Kim NOT sport")


def hints(query: str, node: Node) -> list[tuple[int, str]]:
    """Where *query*, whose tree is *node*, may mean something else than it says, and what."""
    return [
        (leaf.at, f"{leaf.text!r} is looked for as a word; the operator is {leaf.text.upper()}, in upper case")
        for leaf in leaves(node)
        if isinstance(leaf, Phrase) and leaf.text in {"or", "and", "not"} and query.startswith(leaf.text, leaf.at)
    ]


def _leaf(leaf: Node) -> None:
    match leaf:
        case Prefix(stem):
            if len(tokens(stem)) > 1:
                raise Fault(leaf.at, f"{stem}* is several words; a star goes with one word alone (and with no ideographs)")
            if sum(map(len, tokens(stem))) < STEM:
                raise Fault(leaf.at, f"{stem}* is too short; give {STEM} letters or more before the star")
        case Phrase(text) | Value(_, text) if not tokens(text):
            raise Fault(leaf.at, f"{text!r} holds no word to look for; give letters or digits")
        case _:
            pass


def _near(node: Near) -> None:
    places = {leaf.where for leaf in leaves(node) if isinstance(leaf, Phrase | Prefix | AliasSet)}
    for link in node.links:
        if link.gap > FARTHEST:
            raise Fault(node.at, f"NEAR/{link.gap} is too far; at most {FARTHEST} words may stand between")
    for part in node.parts:
        for inner in _all(part):
            if not isinstance(inner, Or | Phrase | Prefix | AliasSet):
                raise Fault(inner.at, "NEAR joins words, phrases, prefixes, and (a OR b) of them, nothing else")
    if len(places) > 1:
        raise Fault(node.at, "what is near must stand in one field; write title:(a NEAR/3 b)")


def _all(node: Node) -> list[Node]:
    return [node, *(inner for part in children(node) for inner in _all(part))]


def _unanchored(node: Node) -> Node | None:
    """The part that lets *node* hold without anything being there; None where something must be."""
    match node:
        case Not():
            return node
        case Value(attribute) if attribute in FILTERS:
            return node
        case And(parts):
            loose = [found for part in parts if (found := _unanchored(part))]
            return loose[0] if len(loose) == len(parts) else None
        case Or(parts):
            return next((found for part in parts if (found := _unanchored(part))), None)
        case AtLeast(count, parts):
            loose = [found for part in parts if (found := _unanchored(part))]
            return loose[0] if len(loose) >= count else None
        case _:
            return None
