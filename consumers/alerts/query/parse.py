"""From a query's text to its tree."""

from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from consumers.alerts.query import errors
from consumers.alerts.query.ast import (
    ATTRIBUTES,
    WHERE,
    AliasSet,
    And,
    AtLeast,
    Link,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Value,
    changed,
    place,
)
from consumers.alerts.query.errors import BadQuery, Fault
from consumers.alerts.query.validate import too_deep, unfit

_NOWHERE = Token("$END", "")
LONGEST = 65536
"""The longest query, in code points; ten times what media-monitoring services take."""


KEPT = 131_072
"""The most queries whose trees are kept: after an edit only what differs is parsed, and once, for the check and the matcher."""


@lru_cache(maxsize=KEPT)
def parse(query: str) -> Node:
    """The tree that *query* says. Raises BadQuery; no other exception, whatever the text."""
    if len(query) > LONGEST:
        raise BadQuery(query, LONGEST, f"the query has {len(query):,} characters; at most {LONGEST:,} are taken: use several")
    if not query.strip():
        raise BadQuery(query, 0, 'the query is empty; give what to look for, as in "Kim Jong Un" AND summit')
    try:
        too_deep(query)
        node: Node = _grammar().parse(query)  # type: ignore[assignment]  # what the transformer makes
        unfit(node)
    except UnexpectedInput as error:
        raise errors.explain(query, getattr(error, "token", _NOWHERE), _grammar()) from error
    except Fault as fault:
        raise BadQuery(query, fault.at, fault.said) from fault
    return node


@v_args(inline=True)
class _ToTree(Transformer[Token, Node]):
    """One method for each rule of the grammar. Raises Fault."""

    def start(self, node: Node) -> Node:
        return node

    def any_of(self, *parts: Node) -> Node:
        return Or(parts, parts[0].at)

    def all_of(self, *parts: Node) -> Node:
        return And(parts, parts[0].at)

    def negation(self, sign: Token, part: Node) -> Node:
        return Not(part, _at(sign))

    def near(self, *parts: Node | Token) -> Node:
        joined = [part for part in parts if not isinstance(part, Token)]
        links = [Link(int(part.split("/")[1]), part.startswith("O")) for part in parts if isinstance(part, Token)]
        return Near(tuple(joined), tuple(links), joined[0].at)

    def at_least(self, head: Token, *parts: Node) -> Node:
        count = int("".join(char for char in head if char.isdigit())[:9])
        return AtLeast(count, parts, _at(head))

    def case(self, head: Token, text: Token) -> Node:
        return Phrase(_written(text), exact=True, at=_at(head))

    def phrase(self, text: Token) -> Node:
        return Phrase(_written(text), at=_at(text))

    def word(self, text: Token) -> Node:
        if said := errors.misused(text):
            raise Fault(_at(text), said)
        return Prefix(text[:-1], at=_at(text)) if text.endswith("*") else Phrase(str(text), at=_at(text))

    def alias_set(self, text: Token) -> Node:
        return AliasSet(text[1:], at=_at(text))

    def field(self, head: Token, node: Node) -> Node:
        name = head.strip().removesuffix(":").lower()
        if name not in (*WHERE, *ATTRIBUTES):
            close = get_close_matches(name, (*WHERE, *ATTRIBUTES), n=1)
            hint = f"did you mean {close[0]}:?" if close else f"known: {', '.join((*WHERE, *ATTRIBUTES))}; else use quotes"
            raise Fault(_at(head), f"there is no field {name!r}; {hint}")
        return _inside(node, name, head)


def _inside(node: Node, name: str, head: Token) -> Node:
    """*node* with the field *name* put on each leaf, so that nothing above a leaf need know of fields."""
    match node:
        case Phrase(text, "anywhere", exact, at) if name in WHERE:
            return Phrase(text, place(name), exact, at)
        case Prefix(stem, "anywhere", at) if name in WHERE:
            return Prefix(stem, place(name), at)
        case AliasSet(text, "anywhere", at) if name in WHERE:
            return AliasSet(text, place(name), at)
        case Phrase(text, "anywhere", False, at):
            return Value(next(each for each in ATTRIBUTES if each == name), text, at)
        case Near() if name not in WHERE:
            raise Fault(node.at, f"NEAR stands in title:, lead: and text:, not in {head.strip()}")
        case And() | Or() | Not() | AtLeast() | Near():
            return changed(node, lambda part: _inside(part, name, head))
        case Value() | Phrase(exact=False) | AliasSet(where="title" | "lead" | "text"):
            raise Fault(node.at, f"a field within {head.strip()} says two places at once; join them with AND instead")
        case _:
            raise Fault(node.at, f"{head.strip()} takes words and phrases, no star, set or case(")


def _written(text: Token) -> str:
    """What stands between the quotation marks of *text*, if it has any."""
    if text.type != "PHRASE":
        return str(text)
    if "*" in text:
        raise Fault(_at(text), 'a star within quotes is no wildcard; write "climate" ONEAR/0 chang* for words in a row')
    return text[1:-1].replace('"', " ")


def _at(token: Token) -> int:
    return token.start_pos or 0


@cache
def _grammar() -> Lark:
    text = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer="basic", transformer=_ToTree())
