"""Hints: what a valid query may not mean as its author intended, and how the operators of other languages in it are read."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from lark import Token

from consumers.alerts.query import foreign, signs
from consumers.alerts.query.ast import And, Node, Phrase, children, leaves
from consumers.alerts.query.fields import Fields
from consumers.alerts.query.format import format_query
from consumers.alerts.query.levels import ENDS_OPERAND, STARTS_OPERAND
from consumers.alerts.query.parse import lex, parse

HintKind: TypeAlias = Literal["foreign", "literal", "lower-case", "unknown"]
MAX_SHOWN = 300
"""The most characters of a query in our own spelling to show."""
MIN_LINES = 3
"""The fewest lines of one term each that look like a list."""
_LOWER_CASE = {
    **dict.fromkeys(("and", "und", "et"), "AND"),
    **dict.fromkeys(("or", "oder", "ou"), "OR"),
    **dict.fromkeys(("not", "nicht"), "NOT"),
    "near": "NEAR/5",
}
_OWN_SIGNS = {"_LPAR": "(", "_RPAR": ")", "_COMMA": ",", "MINUS": "-", "_AND": "AND", "_OR": "OR", "NOT": "NOT"}
_OWN_QUOTES = '"“„«'
_OPERATOR_INSIDE = re.compile(r"\s(AND|OR|NOT|O?NEAR/\d+)\s")
_GLUED = re.compile(r"([^\W\d_]{3,})([&+])([^\W\d_]{3,})")


_SHORT_OPERATORS = {**dict.fromkeys(("Y", "E", "EN", "OG", "VE", "JA"), "AND"), **dict.fromkeys(("O", "OF", "TAI"), "OR")}
"""Operators in other languages that are so short that they may well be words or a part of a name: Vitamin E."""


class Hint(NamedTuple):
    """What may not be meant, at an offset of a query. *kind* is one of the kinds of `newsmonitor watch lint`."""

    kind: HintKind
    offset: int
    message: str


def find_hints(query: str, fields: Fields) -> list[Hint]:
    """Return the hints for *query*, which must be valid, in order of their offset."""
    node, tokens = parse(query, fields), lex(query)
    found = (
        *_lower_case(query, node),
        *_foreign(node, tokens),
        *_literal(tokens),
        *_short_operators(tokens),
        *_lines(query, node),
    )
    return sorted(found, key=lambda hint: hint.offset)


def phrase_hint(text: str) -> str | None:
    """Return a hint if *text*, which a list of a watch has as a phrase, looks like a query; None if it does not."""
    if text[-1:] in signs.STARS or text[:1] in signs.DASHES or _OPERATOR_INSIDE.search(text) or text[:1] in {*signs.QUOTES}:
        return f"{text!r} is one phrase, in which operators, stars and quotation marks mean nothing; write it as a query"
    return None


def _lower_case(query: str, node: Node) -> Iterator[Hint]:
    for leaf in leaves(node):
        if isinstance(leaf, Phrase) and query.startswith(leaf.text, leaf.offset) and leaf.text.isascii():
            operator = _LOWER_CASE.get(leaf.text.lower())
            if operator and not leaf.text.isupper():
                message = f"{leaf.text!r} is searched for as a word; the operator is {operator}, in upper case"
                yield Hint("lower-case", leaf.offset, message)


def _foreign(node: Node, tokens: Sequence[Token]) -> Iterator[Hint]:
    """Yield one hint if *tokens* have operators or signs of other languages, with the query in our spelling."""
    read = {token.start_pos: token for token in foreign.read(tokens)}
    others = [token for token in tokens if not _is_ours(token, read.get(token.start_pos))]
    if others:
        ours = format_query(node)
        shown = ours if len(ours) <= MAX_SHOWN else f"{ours[:MAX_SHOWN]}..."
        names = ", ".join(dict.fromkeys(_shown(token) for token in others))
        message = f"signs or operators of other query languages ({names}); the query is read as: {shown}"
        yield Hint("foreign", others[0].start_pos or 0, message)


def _is_ours(token: Token, read: Token | None) -> bool:
    """Return whether *token*, which is read as *read*, is as docs/watches.md writes it."""
    if read is None or str(read) != str(token):
        return False
    match read.type:
        case "PHRASE":
            return token[0] in _OWN_QUOTES
        case "FIELD":
            return token.strip()[-1] == ":" and token.strip()[:-1].lower() not in foreign.FIELD_ALIASES
        case "WORD":
            return token[-1] == "*" or token[-1] not in signs.STARS
        case "SET" | "ATLEAST" | "CASE" | "NEAR":
            return token.isascii()
        case kind:
            return str(token) == _OWN_SIGNS.get(kind, str(token))


def _shown(token: Token) -> str:
    return f"{token[0]}...{token[-1]}" if token.type == "PHRASE" else str(token).strip()


def _literal(tokens: Sequence[Token]) -> Iterator[Hint]:
    """Yield a hint for each operator or sign that is read as a part of a word or a phrase."""
    for token in tokens:
        offset = token.start_pos or 0
        if token.type == "PHRASE" and (found := _OPERATOR_INSIDE.search(token)) and not token.isupper():
            message = f"{found[1]} inside quotation marks is a word; to use the operator, quote each part by itself"
            yield Hint("literal", offset, message)
        if token.type == "WORD" and token[-1] in "!！":
            yield Hint(
                "literal", offset, f"{str(token)!r} is read as a name with its sign; for every ending write {token[:-1]}*"
            )
        if token.type == "WORD" and (found := _GLUED.fullmatch(token)):
            message = f"{str(token)!r} is read as one name; for both words, anywhere, write {found[1]} AND {found[3]}"
            yield Hint("literal", offset, message)


def _short_operators(tokens: Sequence[Token]) -> Iterator[Hint]:
    """Yield a hint for each word between two others that is an operator in another language."""
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        operator = _SHORT_OPERATORS.get(token) if token.type == "WORD" else None
        is_between = before.type in ENDS_OPERAND and after.type in STARTS_OPERAND
        if operator and is_between and not (before.isupper() and after.isupper()):
            message = f"{str(token)!r} is searched for as a word; the operator is {operator}; put a name in quotes as a whole"
            yield Hint("literal", token.start_pos or 0, message)


def _lines(query: str, node: Node) -> Iterator[Hint]:
    """Yield a hint if *query* is a list of terms, each on a line of its own."""
    lines = [line for line in query.splitlines() if line.strip()]
    is_list = isinstance(node, And) and len(node.parts) == len(lines) >= MIN_LINES and not any(map(children, node.parts))
    if is_list and _OPERATOR_INSIDE.search(f" {' '.join(query.split())} ") is None:
        message = "the lines are joined with AND, so that all of them must occur; write OR between them if one is enough"
        yield Hint("literal", 0, message)
