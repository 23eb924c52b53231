"""The operators of other query languages. Those whose meaning is plain are understood; the others are errors with a remedy.

The grammar knows only our own operators. read() stands between its lexer and its parser: it turns `w/5`, `&&`, `ODER` or
`ANDNOT` into ours, and raises LocatedError for what could mean two things. No operator is ever read as a word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from lark import Token
from lark.lark import PostLex

from consumers.alerts.query import signs
from consumers.alerts.query.ast import SCOPES
from consumers.alerts.query.errors import LocatedError
from consumers.alerts.query.levels import ENDS_OPERAND, STARTS_OPERAND, check_levels
from consumers.alerts.query.validate import check_depth

_SIGNS = {"SIGN_AND": ("_AND", "AND"), "SIGN_OR": ("_OR", "OR"), "SIGN_NOT": ("NOT", "NOT")}
_OURS = {"AND": "_AND", "OR": "_OR", "NOT": "NOT"}
_COMPOUND = dict.fromkeys(("ANDNOT", "AND-NOT", "AND_NOT", "BUTNOT", "BUT-NOT", "BUT_NOT"), "NOT")
_TRANSLATED = (
    dict.fromkeys(("UND", "ET", "OCH", "И"), "_AND")
    | dict.fromkeys(("ODER", "OU", "ELLER", "ИЛИ"), "_OR")
    | dict.fromkeys(("NICHT", "SAUF", "НЕ"), "NOT")
)
"""German, French, Swedish and Russian operators. In a query in capitals they may be words."""
_EXCLUDING = frozenset(
    """
    BUT WITHOUT EXCEPT EXCLUDING EXCLUDE NO NON SANS OHNE AUSSER PAS SIN NIET NÃO INTE IKKE NIE DEĞİL EXCEPTO SALVO MENO
    """.split()  # noqa: SIM905  (so many words)
)
_CONNECTING = dict.fromkeys(("ORAZ", "SEKÄ"), "AND") | dict.fromkeys(("VEYA", "LUB", "OPPURE", "NEBO", "АБО", "ATAU"), "OR")
"""Operators of further languages. They stand in fewer queries, so their meaning is asked for."""
_POSITIONAL = frozenset(("SAME", "SENTENCE", "PARAGRAPH", "BEFORE", "AFTER", "FOLLOWED", "ADJACENT", "WITHIN", "PRECEDES"))
_OPERATOR_WORDS = frozenset({*_OURS, *_COMPOUND, "NEAR", "ONEAR"})
_NEAR = re.compile(r"(?:(?P<name>O?NEAR|DNEAR|WITHIN)[/:~_=-]?|(?P<short>W|N|P|PRE)/|/)(?P<count>\d+)", re.IGNORECASE)
_ORDERED = frozenset({"ONEAR", "DNEAR", "P", "PRE"})
_UNCLEAR_NEAR = re.compile(r"(?:[NW]|[Aa][Dd][Jj]/?|\+)(?P<count>\d{1,3})")
_SENTENCE = re.compile(r"(?:(?:W|N|PRE)?/|\+)(?:S|P|SENT|PARA|SEG|SENTENCE|PARAGRAPH)", re.IGNORECASE)
_OTHER_NEAR = re.compile(r"(?:(?:NOT|[FWXY])NEAR|NOTW|BEFORE|AFTER|FBY)[/:]?\d*", re.IGNORECASE)
_WITHOUT = re.compile(r"W/(?:O|OUT)?", re.IGNORECASE)
_INVISIBLE = re.compile(f"[{signs.INVISIBLE}]")
_HOMOGLYPHS = str.maketrans("АВЕНІКМОРСТХаеорсхΑΒΕΗΙΚΜΝΟΡΤΧο", "ABEHIKMOPCTXaeopcxABEHIKMNOPTXo")
"""Cyrillic and Greek letters that look like Latin ones."""

FIELD_ALIASES: Mapping[str, str] = {
    "intitle": "title",
    "headline": "title",
    "intext": "text",
    "body": "text",
    "content": "text",
    "language": "lang",
    "organization": "org",
    "organisation": "org",
}
"""The fields of other query languages that are the same as one of ours."""
FIELD_REMEDIES: Mapping[str, str] = {
    **dict.fromkeys(("allintitle", "allintext"), "write title:(a b) or text:(a b), with parentheses"),
    **dict.fromkeys(("inurl", "url", "domain", "host", "link"), "write site:example.org for the host of an article"),
    **dict.fromkeys(("author", "byline", "by"), "authors cannot be searched; write source: for the name of the outlet"),
    **dict.fromkeys(("hashtag", "tag"), 'write the sign as a word in quotes, as in "#summit"'),
    **dict.fromkeys(("near", "onear", "around"), "write the number of words after a slash, as in Kim NEAR/5 Putin"),
    **dict.fromkeys(("location", "loc"), "write place: for a place that an article names, country: for where the outlet is"),
    **dict.fromkeys(
        ("subject", "main", "salience", "entity"),
        "write about: for what an article is about, person: and the like if it is named",
    ),
    **dict.fromkeys(("publication", "publisher", "outlet"), "write source: for the name of the outlet"),
    **dict.fromkeys(
        ("date", "since", "until", "after", "before", "daterange"),
        "a watch sees new articles only; for older ones use newsmonitor backtest --since",
    ),
}
"""How to write what the fields of other query languages mean."""


_FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys((*SCOPES, *FIELD_ALIASES, "hlead", "atl", "ti", "section", "title-abs-key"), ""),
    **dict.fromkeys(("around", "near", "onear"), "write the number of words after a slash, as in Kim NEAR/5 Putin"),
    **dict.fromkeys(("caps", "allcaps", "nocaps"), 'write case("WHO") for exactly these letters'),
    **dict.fromkeys(("singular", "plural"), "write the word as it is; only these letters match"),
}
"""What other query languages write directly before parentheses, with the remedy. It is a field if there is none."""


class ForeignOperators(PostLex):
    """Calls read() between lark's lexer and its parser."""

    always_accept = ("PLUS", *_SIGNS)

    def process(self, stream: Iterable[Token]) -> Iterator[Token]:
        """Return the tokens of *stream* in our own language."""
        tokens = list(stream)
        check_depth(tokens)
        return iter(read(tokens))


def read(tokens: Sequence[Token]) -> list[Token]:
    """Return *tokens* with the operators of other languages replaced by ours. Raises LocatedError if one is not plain."""
    if _is_ours(tokens):
        return list(tokens)
    check_levels(tokens)
    joined = list(_join(tokens))
    result: list[Token] = []
    for token, following in zip_longest(joined, joined[1:]):
        if token.type == "WORD":
            result.append(_read_word(token, result[-1] if result else None, following))
        elif token.type in _SIGNS:
            result.append(_replace(token, *_SIGNS[token.type]))
        elif token.type != "PLUS":
            result.append(token)
    return result


def plain(text: str) -> str:
    """Return *text* with Latin letters and ASCII signs instead of those that look the same."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return text.translate(_HOMOGLYPHS) if any("A" <= char <= "z" for char in text) else text


def _is_ours(tokens: Sequence[Token]) -> bool:
    """Return whether *tokens*, like those of most queries, have nothing that read() would have to look at more closely."""
    previous = ""
    for token in tokens:
        match token.type:
            case "WORD" if token.isupper() or not token.isalpha():
                return False
            case "_LPAR" if previous == "WORD":
                return False
            case "PLUS" | "SIGN_AND" | "SIGN_OR" | "SIGN_NOT" | "FIELD":
                return False
        previous = token.type
    return True


def _join(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield *tokens* with the operators that are written as several words joined: NEAR 5, near:5, BUT NOT."""
    position = 0
    while position < len(tokens):
        token, following = tokens[position], tokens[position + 1] if position + 1 < len(tokens) else None
        position += 1
        if following is not None and token.type in {"WORD", "FIELD"} and (operator := _joined(token, following)):
            position += 1
            yield operator
        else:
            yield token


def _joined(token: Token, following: Token) -> Token | None:
    """Return the operator that *token* and *following* are together, or None."""
    name = plain(token).strip()
    if name.endswith((":", "/")):
        name = name[:-1].upper()
    if name == "BUT" and following.type == "NOT":
        return following
    if name not in {"NEAR", "ONEAR"} or following.type != "WORD":
        return None
    count = plain(following).removeprefix("/")
    return _near(token, count, ordered=name.startswith("O")) if count.isdecimal() else None


def _read_word(token: Token, previous: Token | None, following: Token | None) -> Token:
    """Return *token* as the operator that it is, or unchanged if it is a word."""
    if (remedy := _call_remedy(token, following)) is not None:
        raise LocatedError(token.start_pos or 0, remedy)
    text = plain(token)
    if (text.isalpha() and not text.isupper()) or (previous is not None and previous.type in {"CASE", "FIELD"}):
        return token
    is_infix = _is_infix(previous, following)
    if kind := _OURS.get(text) or _COMPOUND.get(text):
        return _replace(token, kind, kind.removeprefix("_"))
    if is_infix and (kind := _TRANSLATED.get(text)):
        if _in_capitals(previous) and _in_capitals(following):
            raise _unclear(token, f"write {kind.removeprefix('_')}")
        return _replace(token, kind, kind.removeprefix("_"))
    if found := _NEAR.fullmatch(text):
        ordered = (found["name"] or found["short"] or "").upper() in _ORDERED
        return _near(token, found["count"], ordered=ordered)
    if is_infix and text == "ADJ":
        return _near(token, "0", ordered=True)
    if problem := _problem(text, is_infix=is_infix, in_capitals=_in_capitals(previous) and _in_capitals(following)):
        raise _unclear(token, problem)
    return token


def _problem(text: str, *, is_infix: bool, in_capitals: bool) -> str | None:
    """Return the remedy if *text* may be an operator but is not plain, or None."""
    parts = [part for part in re.split(r"[\W_]+", text) if part]
    if not text.isalpha() and parts and (_OPERATOR_WORDS.issuperset(parts) or re.fullmatch(r"\.(and|or|not|near)\.", text)):
        return "write one of AND, OR and NOT"
    if _SENTENCE.fullmatch(text):
        return "there is no operator for sentences and paragraphs; write NEAR/15 for about a sentence"
    if _WITHOUT.fullmatch(text):
        return "write NOT to exclude what follows"
    if not is_infix:
        return None
    if text in _EXCLUDING:
        return "write NOT to exclude what follows"
    if text in _CONNECTING:
        return f"write {_CONNECTING[text]}"
    if text in {"XOR", "NOR", "NAND"}:
        return "write it with AND, OR and NOT"
    if found := _UNCLEAR_NEAR.fullmatch(text):
        return f"write NEAR/{found['count']} for any order or ONEAR/{found['count']} for this order"
    if _OTHER_NEAR.fullmatch(text) and not text.isalpha():
        return "write NEAR/5 for any order or ONEAR/5 for this order"
    return "write NEAR/5 for any order or ONEAR/5 for this order" if text in _POSITIONAL and not in_capitals else None


def _call_remedy(token: Token, following: Token | None) -> str | None:
    """Return the remedy if *token* is used like a function of other query languages, as in headline(summit), or None."""
    if following is None or following.type != "_LPAR" or following.start_pos != token.end_pos:
        return None
    remedy = _FUNCTIONS.get(token.lower())
    return remedy if remedy != "" else f"write a field with a colon, as in title:(summit OR talks), not {token}("


def _unclear(token: Token, remedy: str) -> LocatedError:
    return LocatedError(
        token.start_pos or 0, f"{str(token)!r} may be an operator: {remedy}, or put it in quotes if it is a word"
    )


def _is_infix(previous: Token | None, following: Token | None) -> bool:
    """Return whether there is something before and after, so that an operator may stand between."""
    if previous is None or following is None:
        return False
    starts = STARTS_OPERAND | {"NOT", "MINUS", "PLUS", "SIGN_NOT"}
    return previous.type in ENDS_OPERAND | {"_AND", "_OR"} and following.type in starts


def _in_capitals(token: Token | None) -> bool:
    return token is not None and token.type == "WORD" and token.isupper()


def _near(token: Token, count: str, *, ordered: bool) -> Token:
    # Nine digits are more than MAX_DISTANCE, and few enough for int().
    return _replace(token, "NEAR", f"{'ONEAR' if ordered else 'NEAR'}/{int(count[:9])}")


def _replace(token: Token, kind: str, text: str) -> Token:
    return Token.new_borrow_pos(kind, text, token)
