"""Parsing a query's text into a syntax tree."""

import re
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from consumers.alerts.query import errors, foreign, signs
from consumers.alerts.query.ast import (
    SCOPES,
    AliasSet,
    And,
    AtLeast,
    FieldValue,
    Near,
    NearOperator,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Scope,
    map_children,
)
from consumers.alerts.query.errors import InvalidQuery, LocatedError
from consumers.alerts.query.fields import FIELDS, Field, Fields, get_field
from consumers.alerts.query.validate import validate
from monitor.text.scripts.joins import mark_hebrew_joins

MAX_LENGTH = 65536
"""The longest query, in code points: ten times what media-monitoring services accept."""
CACHE_SIZE = 131_072
"""The most syntax trees to cache. After an edit only changed queries are parsed, and once for both validation and matching."""
_END = Token("$END", "")
_STAR = frozenset(signs.STARS)
_CURLY = "“”„‟〝〞〟"
_UNLIKE_PHRASE = re.compile(rf"\b(?:AND|OR|NOT|O?NEAR)\b|[{signs.OPENING}{signs.CLOSING}{signs.COLONS}]")
"""What a phrase in single quotation marks does not contain: two apostrophes further apart would look the same."""


def lex(query: str) -> list[Token]:
    """Return the tokens of *query* as they are written. Raises UnexpectedInput."""
    return list(_lexer().lex(query))


def parse(query: str, fields: Fields = FIELDS) -> Node:
    """Return the syntax tree of *query*. Raises InvalidQuery, and no other exception, whatever the text."""
    return _parse(mark_hebrew_joins(query), fields)


@lru_cache(maxsize=CACHE_SIZE)
def _parse(query: str, fields: Fields) -> Node:
    if len(query) > MAX_LENGTH:
        message = f"the query has {len(query):,} characters; use several queries of at most {MAX_LENGTH:,}"
        raise InvalidQuery(query, MAX_LENGTH, message)
    if not query.strip():
        raise InvalidQuery(query, 0, 'the query is empty; say what to search for, as in "Kim Jong Un" AND summit')
    try:
        node: Node = _grammar(fields).parse(query)  # type: ignore[assignment]  # the transformer returns nodes
        validate(node, fields)
    except UnexpectedInput as error:
        raise errors.syntax_error(query, getattr(error, "token", _END), lambda text: foreign.read(lex(text))) from error
    except LocatedError as error:
        raise InvalidQuery(query, error.offset, error.message) from error
    return node


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Node]):
    """One method for each rule of the grammar. The methods raise LocatedError."""

    def __init__(self, fields: Fields) -> None:
        super().__init__()
        self._fields = fields
        self._names = (*SCOPES, *(field.name for field in fields if field.in_queries))

    def start(self, node: Node) -> Node:
        return node

    def any_of(self, *parts: Node) -> Node:
        return Or(parts, parts[0].offset)

    def all_of(self, *parts: Node) -> Node:
        return And(parts, parts[0].offset)

    def negation(self, sign: Token, part: Node) -> Node:
        return Not(part, _offset(sign))

    def near(self, *parts: Node | Token) -> Node:
        operands = [part for part in parts if not isinstance(part, Token)]
        signs = [part for part in parts if isinstance(part, Token)]
        operators = (NearOperator(int(sign.split("/")[1]), sign.startswith("O")) for sign in signs)
        return Near(tuple(operands), tuple(operators), operands[0].offset)

    def at_least(self, head: Token, *parts: Node) -> Node:
        count = int("".join(char for char in head if char.isdigit())[:9])
        return AtLeast(count, parts, _offset(head))

    def case(self, head: Token, text: Token) -> Node:
        return Phrase(_unquoted(text), exact=True, offset=_offset(head))

    def phrase(self, text: Token) -> Node:
        return Phrase(_unquoted(text), offset=_offset(text))

    def word(self, text: Token) -> Node:
        if message := errors.word_problem(text):
            raise LocatedError(_offset(text), message)
        is_prefix = text[-1] in signs.STARS
        return Prefix(text[:-1], offset=_offset(text)) if is_prefix else Phrase(str(text), offset=_offset(text))

    def alias_set(self, text: Token) -> Node:
        return AliasSet(text[1:], offset=_offset(text))

    def field(self, head: Token, node: Node) -> Node:
        name = head.strip()[:-1].lower()
        if name not in self._names:
            name = foreign.FIELD_ALIASES.get(name, name)
        if name not in self._names:
            raise LocatedError(_offset(head), f"there is no field {name!r}; {self._remedy(name)}")
        scope = next((each for each in SCOPES if each == name), None)
        return _with_scope(node, scope, head) if scope else _with_field(node, get_field(name, self._fields), head)

    def _remedy(self, name: str) -> str:
        if remedy := foreign.FIELD_REMEDIES.get(name):
            return remedy
        close = get_close_matches(name, self._names, n=1)
        return f"did you mean {close[0]}:?" if close else f"known: {', '.join(self._names)}; else use quotes"


def _with_scope(node: Node, scope: Scope, head: Token) -> Node:
    """Return *node* with *scope* on each leaf, so that only leaves have a scope. *head* is the scope's name in the query."""
    match node:
        case Phrase(text, "anywhere", exact, offset):
            return Phrase(text, scope, exact, offset)
        case Prefix(stem, "anywhere", offset):
            return Prefix(stem, scope, offset)
        case AliasSet(name, "anywhere", offset):
            return AliasSet(name, scope, offset)
        case And() | Or() | Not() | AtLeast() | Near():
            return map_children(node, lambda child: _with_scope(child, scope, head))
        case _:
            raise _wrong_operand(node, head)


def _with_field(node: Node, field: Field, head: Token) -> Node:
    """Return *node* with each phrase turned into a value of *field*. *head* is the field's name in the query."""
    match node:
        case Phrase(text, "anywhere", False, offset):
            return FieldValue(field.name, text, offset)
        case Near():
            raise LocatedError(node.offset, f"NEAR can be used in title:, lead: and text:, not in {head.strip()}")
        case And() | Or() | Not() | AtLeast():
            return map_children(node, lambda child: _with_field(child, field, head))
        case _:
            raise _wrong_operand(node, head)


def _wrong_operand(node: Node, head: Token) -> LocatedError:
    match node:
        case FieldValue() | Phrase(exact=False) | AliasSet(scope="title" | "lead" | "text"):
            message = f"a field inside {head.strip()} names two fields at once; join them with AND instead"
        case _:
            message = f"{head.strip()} takes words and phrases, not a star, a set or case("
    return LocatedError(node.offset, message)


def _unquoted(text: Token) -> str:
    """Return *text* without its quotation marks, if it has any."""
    if text.type != "PHRASE":
        return str(text)
    width = 2 if text.startswith(("''", "``")) else 1
    content = text[width:-width]
    if not _STAR.isdisjoint(content):
        message = 'a star inside quotes is not a wildcard; write "climate" ONEAR/0 chang* for consecutive words'
        raise LocatedError(_offset(text), message)
    if _is_mixed(text[0], content):
        raise LocatedError(_offset(text), "the quotation marks here differ; use the same kind on both sides of a phrase")
    if text[0] in signs.APOSTROPHES and _UNLIKE_PHRASE.search(content):
        message = f"{str(text)!r} may be one phrase or several; write double quotation marks, or remove the single ones"
        raise LocatedError(_offset(text), message)
    return content.replace('"', " ")


def _is_mixed(quote: str, content: str) -> bool:
    """Return whether *content*, between two marks like *quote*, has marks of another kind that do not enclose a part of it."""
    inner = '["＂]' if quote in _CURLY else f"[{_CURLY}]" if quote in '"＂' else "(?!)"
    marks = [mark.start() for mark in re.finditer(inner, content)]
    return bool(marks) and (len(marks) % 2 == 1 or not f" {content}"[marks[0]].isspace())


def _offset(token: Token) -> int:
    return token.start_pos or 0


@cache
def _grammar(fields: Fields) -> Lark:
    return Lark(
        _grammar_text(), parser="lalr", lexer="basic", transformer=_TreeBuilder(fields), postlex=foreign.ForeignOperators()
    )


@cache
def _lexer() -> Lark:
    """Return a parser that only splits a query into tokens, as they are written."""
    return Lark(_grammar_text(), parser=None, lexer="basic")


def _grammar_text() -> str:
    text = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    for name, characters in signs.SIGNS.items():
        text = text.replace(f"<<{name}>>", characters)
    return text
