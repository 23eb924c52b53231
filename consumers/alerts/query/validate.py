"""Rules that the grammar cannot express: bounded depth, valid operands of NEAR, and queries that are not too broad."""

from collections.abc import Iterable

from lark import Token

from consumers.alerts.query.ast import (
    AliasSet,
    And,
    AtLeast,
    FieldValue,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    leaves,
    walk,
)
from consumers.alerts.query.errors import LocatedError
from consumers.alerts.query.fields import Fields, get_field, text_problem
from monitor.text.scripts.clusters import is_clustered
from monitor.text.tokens import tokens

MAX_DEPTH = 50
"""The most nested parentheses."""
MAX_OPERANDS = 100
"""The most operands of one chain of NEARs."""
MAX_DISTANCE = 100
"""The most words that NEAR may leave between its operands."""
MIN_PREFIX = 4
"""The fewest letters before a star. A shorter stem matches too many of a language's words."""
_OPENS = frozenset({"_LPAR", "ATLEAST", "CASE"})


def check_depth(tokens: Iterable[Token]) -> None:
    """Raise LocatedError if the parentheses among *tokens* are nested so deep that the tree could not be walked."""
    depth = 0
    for token in tokens:
        depth += (token.type in _OPENS) - (token.type == "_RPAR")
        if depth > MAX_DEPTH:
            message = f"the query is nested too deep; use at most {MAX_DEPTH} levels of parentheses"
            raise LocatedError(token.start_pos or 0, message)


def validate(node: Node, fields: Fields) -> None:
    """Raise LocatedError if *node* can never match, or would match nearly every article."""
    for leaf in leaves(node):
        _validate_leaf(leaf)
    for each in walk(node):
        if isinstance(each, Near):
            _validate_near(each)
        if isinstance(each, AtLeast) and not 1 <= each.count <= len(each.parts):
            message = f"atleast {each.count} of {len(each.parts)} can never hold; give a number from 1 to {len(each.parts)}"
            raise LocatedError(each.offset, message)
    if broad := _too_broad(node, fields):
        subject = "a filter" if isinstance(broad, FieldValue) else "NOT"
        message = f"{subject} alone matches nearly every article; add what must occur, as in: Kim NOT sport"
        raise LocatedError(broad.offset, message)


def _validate_leaf(leaf: Leaf) -> None:
    match leaf:
        case Prefix(stem):
            if len(tokens(stem)) > 1 and not is_clustered(stem):
                message = f"{stem}* is several words; a star can only follow a single word (and no ideographs)"
                raise LocatedError(leaf.offset, message)
            if sum(map(len, tokens(stem))) < MIN_PREFIX:
                raise LocatedError(leaf.offset, f"{stem}* is too short; give {MIN_PREFIX} letters or more before the star")
        case Phrase(text) | FieldValue(_, text):
            if problem := text_problem(text):
                raise LocatedError(leaf.offset, problem)
        case _:
            pass


def _validate_near(node: Near) -> None:
    if len(node.parts) > MAX_OPERANDS:
        message = f"NEAR joins {len(node.parts):,} operands; use at most {MAX_OPERANDS}, and AND between the chains"
        raise LocatedError(node.offset, message)
    for operator in node.operators:
        if operator.distance > MAX_DISTANCE:
            raise LocatedError(node.offset, f"NEAR/{operator.distance} is too far; allow at most {MAX_DISTANCE} words between")
    for part in node.parts:
        for each in walk(part):
            if not isinstance(each, Or | Phrase | Prefix | AliasSet):
                message = "NEAR joins words, phrases, prefixes, sets, and (a OR b) of them, nothing else"
                raise LocatedError(each.offset, message)
    scopes = {leaf.scope for leaf in leaves(node) if isinstance(leaf, Phrase | Prefix | AliasSet)}
    if len(scopes) > 1:
        raise LocatedError(node.offset, "the operands of NEAR must be in one field; write title:(a NEAR/3 b)")


def _too_broad(node: Node, fields: Fields) -> Node | None:
    """Return a part of *node* that can hold for nearly any article; None if *node* requires some content."""
    match node:
        case Not():
            return node
        case FieldValue(name):
            return node if get_field(name, fields).is_filter else None
        case And(parts):
            broad = [each for part in parts if (each := _too_broad(part, fields))]
            return broad[0] if len(broad) == len(parts) else None
        case Or(parts):
            return next((each for part in parts if (each := _too_broad(part, fields))), None)
        case AtLeast(count, parts):
            broad = [each for part in parts if (each := _too_broad(part, fields))]
            return broad[0] if len(broad) >= count else None
        case _:
            return None
