"""What is wrong with a query: the place, shown with a caret, and a remedy."""

import re
import unicodedata
from collections.abc import Sequence

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters

SHOWN = 60
"""The most characters of a query's line that are shown round a place."""
_OPENS = {"LPAR", "ATLEAST", "CASE"}
_JOINS = {"_AND": "AND", "_OR": "OR", "NOT": "NOT", "MINUS": "-"}


class BadQuery(ValueError):
    """A query that cannot be used. *line* and *column* count from 1; *said* is what is wrong and what to do."""

    def __init__(self, query: str, at: int, said: str) -> None:
        self.query, self.at, self.said = query, at, said
        self.line = query.count("\n", 0, at) + 1
        self.column = at - (query.rfind("\n", 0, at) + 1) + 1
        super().__init__(f"line {self.line}, column {self.column}: {said}\n{self.shown}")

    @property
    def shown(self) -> str:
        """The query's line, and below it a caret under the place."""
        line = self.query.split("\n")[self.line - 1]
        start = max(0, self.column - 1 - SHOWN // 2)
        part = "".join(char if char.isprintable() else " " for char in line[start : start + SHOWN])
        return f"    {part}\n    {' ' * _width(part[: self.column - 1 - start])}^"


class Fault(Exception):
    """Something wrong at the offset *at* of a query that is still being read."""

    def __init__(self, at: int, said: str) -> None:
        super().__init__(said)
        self.at, self.said = at, said


def explain(query: str, token: Token, grammar: Lark) -> BadQuery:
    """Why *query* could not be read on at *token*, for who wrote it."""
    try:
        tokens = list(grammar.lex(query))
    except UnexpectedCharacters as unreadable:
        return _unreadable(query, unreadable.pos_in_stream or 0)
    if wrong := _unbalanced(query, tokens):
        return wrong
    at = _start(token) if token.type != "$END" else len(query)
    last = next((each for each in reversed(tokens) if _start(each) < at), None)
    if last is not None and last.type == token.type == "FIELD":
        return BadQuery(query, _start(token), f"a second field behind {last.strip()}; put what is looked for in quotes")
    if last is not None and (dangling := _dangling(last)):
        return BadQuery(query, _start(last), dangling)
    if token.type in {"NEAR", "_OR", "_AND"}:
        return BadQuery(query, at, f"{token} has nothing before it; give what it joins, as in: Kim {token} Putin")
    if token.type == "COMMA":
        return BadQuery(query, at, "a comma stands only between the parts of atleast n (a, b); put it in quotes otherwise")
    return BadQuery(query, at, f"{str(token)!r} cannot stand here; put it in quotes if it is a word to look for")


def _unreadable(query: str, at: int) -> BadQuery:
    char = query[at]
    said = {
        ":": "a colon stands only behind a field's name, as in title:; put the whole in quotes",
        "@": "@ names a set of the config's [sets], as in @leaders; put it in quotes otherwise",
        "*": "a star stands only at the end of a word of four letters or more, as in sanction*",
        "-": "a dash stands only before what must not be there, as in -sport; remove it or put it in quotes",
    }.get(char, "this quotation mark is not closed; add the other one" if char in '"“”„«»' else "")
    return BadQuery(query, at, said or f"{char!r} cannot stand here; put it in quotes")


def _unbalanced(query: str, tokens: Sequence[Token]) -> BadQuery | None:
    opened: list[Token] = []
    for before, token in zip((None, *tokens), tokens, strict=False):
        if token.type in _OPENS:
            opened.append(token)
        elif token.type == "RPAR":
            if not opened:
                return BadQuery(query, _start(token), "this parenthesis closes none; remove it, or add the one that opens")
            if before is opened[-1]:
                return BadQuery(query, _start(token), "there is nothing between the parentheses; give a word or a phrase")
            opened.pop()
    return BadQuery(query, _start(opened[-1]), "this parenthesis is not closed; add the other one") if opened else None


def _dangling(last: Token) -> str | None:
    """What to say where nothing usable follows *last*."""
    if last.type == "NEAR":
        return f"{last} has nothing behind it; give the word or phrase that it is to be near to, as in: Kim {last} Putin"
    if last.type in _JOINS:
        return f"{last} has nothing behind it that it can join; give a word or a phrase"
    if last.type == "FIELD":
        return f"{last.strip()} has nothing behind it; give what to look for there, as in title:summit"
    if last.type == "CASE":
        return 'case( takes one word or one phrase, as in case("WHO")'
    return None


def misused(word: str) -> str | None:
    """What is wrong with *word* as a word of a query, if it looks like an operator of another language."""
    if re.fullmatch(r"(?i)o?near(/.*)?", word) and (word.isupper() or "/" in word):
        return "NEAR takes a number of words, in upper case, as in: Kim NEAR/5 Putin"
    if word.startswith("~"):
        return 'write nearness as a NEAR/5 b; "a b"~5 is not known here'
    if "|" in word or word in {"&", "&&"}:
        return "write AND and OR as words, or put this in quotes"
    if "*" in word.rstrip("*") or word.endswith("**"):
        return "a star stands only at the end of a word, once, as in sanction*"
    if re.search(r"\w\?\w", word):
        return "? is no wildcard here; join the spellings with OR, or use a star at the end"
    return None


def _start(token: Token) -> int:
    return token.start_pos or 0


def _width(text: str) -> int:
    """The columns that *text* takes on a terminal."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)
