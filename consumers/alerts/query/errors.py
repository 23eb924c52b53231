"""Errors in a query: what is wrong, where (with a caret), and how to fix it."""

import re
import unicodedata
from collections.abc import Sequence

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters

CONTEXT_WIDTH = 60
"""The most characters of the query's line that an error shows around its position."""
_OPENING = {"LPAR", "ATLEAST", "CASE"}
_CONNECTIVES = {"_AND": "AND", "_OR": "OR", "NOT": "NOT", "MINUS": "-"}
_ILLEGAL_CHARACTERS = {
    ":": "a colon can only follow a field name, as in title:; put the whole text in quotes",
    "@": "@ names a set from [sets] in the config, as in @leaders; put it in quotes otherwise",
    "*": "a star is only allowed at the end of a word of four letters or more, as in sanction*",
    "-": "a dash is only allowed before what must not occur, as in -sport; remove it or put it in quotes",
}


class InvalidQuery(ValueError):
    """A query cannot be used. *line* and *column* count from 1; *message* says what is wrong and how to fix it."""

    def __init__(self, query: str, offset: int, message: str) -> None:
        self.query, self.offset, self.message = query, offset, message
        self.line = query.count("\n", 0, offset) + 1
        self.column = offset - (query.rfind("\n", 0, offset) + 1) + 1
        super().__init__(f"line {self.line}, column {self.column}: {message}\n{self.context}")

    @property
    def context(self) -> str:
        """The query's line, and a second line with a caret under the position."""
        line = self.query.split("\n")[self.line - 1]
        start = max(0, self.column - 1 - CONTEXT_WIDTH // 2)
        excerpt = "".join(char if char.isprintable() else " " for char in line[start : start + CONTEXT_WIDTH])
        return f"    {excerpt}\n    {' ' * _display_width(excerpt[: self.column - 1 - start])}^"


class LocatedError(Exception):
    """An error at an offset of a query. The parser turns it into an InvalidQuery, which also has the query's text."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset, self.message = offset, message


def syntax_error(query: str, token: Token, grammar: Lark) -> InvalidQuery:
    """Return an error that explains to the query's author why parsing failed at *token*."""
    try:
        tokens = list(grammar.lex(query))
    except UnexpectedCharacters as error:
        return _illegal_character(query, error.pos_in_stream or 0)
    if unbalanced := _unbalanced(query, tokens):
        return unbalanced
    offset = _start(token) if token.type != "$END" else len(query)
    previous = next((each for each in reversed(tokens) if _start(each) < offset), None)
    if previous is not None and previous.type == token.type == "FIELD":
        message = f"a second field follows {previous.strip()}; put the search text in quotes"
        return InvalidQuery(query, _start(token), message)
    if previous is not None and (missing := _missing_operand(previous)):
        return InvalidQuery(query, _start(previous), missing)
    if token.type in {"NEAR", "_OR", "_AND"}:
        return InvalidQuery(query, offset, f"{token} needs something before it, as in: Kim {token} Putin")
    if token.type == "COMMA":
        return InvalidQuery(query, offset, "a comma can only separate the parts of atleast n (a, b); else put it in quotes")
    return InvalidQuery(query, offset, f"{str(token)!r} is not allowed here; put it in quotes to search for it as a word")


def _illegal_character(query: str, offset: int) -> InvalidQuery:
    char = query[offset]
    default = f"{char!r} is not allowed here; put it in quotes"
    if char in '"“”„«»':
        default = "this quotation mark is not closed; add the closing one"
    return InvalidQuery(query, offset, _ILLEGAL_CHARACTERS.get(char, default))


def _unbalanced(query: str, tokens: Sequence[Token]) -> InvalidQuery | None:
    """Return an error if a parenthesis is unmatched or a pair is empty, or None."""
    unclosed: list[Token] = []
    for previous, token in zip((None, *tokens), tokens, strict=False):
        if token.type in _OPENING:
            unclosed.append(token)
        elif token.type == "RPAR":
            if not unclosed:
                return InvalidQuery(query, _start(token), "this parenthesis closes nothing; remove it, or add the opening one")
            if previous is unclosed[-1]:
                return InvalidQuery(query, _start(token), "these parentheses are empty; put a word or a phrase between them")
            unclosed.pop()
    if unclosed:
        return InvalidQuery(query, _start(unclosed[-1]), "this parenthesis is not closed; add the closing one")
    return None


def _missing_operand(operator: Token) -> str | None:
    """Return the message for an operator without an operand after it; None if *operator* needs none."""
    if operator.type == "NEAR":
        return f"{operator} needs a word or a phrase after it, as in: Kim {operator} Putin"
    if operator.type in _CONNECTIVES:
        return f"{operator} needs a word or a phrase after it"
    if operator.type == "FIELD":
        return f"{operator.strip()} needs something to search for after it, as in title:summit"
    if operator.type == "CASE":
        return 'case( takes one word or one phrase, as in case("WHO")'
    return None


def foreign_operator(word: str) -> str | None:
    """Return how to write *word* in this language if it looks like an operator of another query language, or None."""
    if re.fullmatch(r"(?i)o?near(/.*)?", word) and (word.isupper() or "/" in word):
        return "NEAR takes a number of words, in upper case, as in: Kim NEAR/5 Putin"
    if word.startswith("~"):
        return 'write proximity as a NEAR/5 b; "a b"~5 is not supported'
    if "|" in word or word in {"&", "&&"}:
        return "write AND and OR as words, or put this in quotes"
    if "*" in word.rstrip("*") or word.endswith("**"):
        return "a star is only allowed once, at the end of a word, as in sanction*"
    if re.search(r"\w\?\w", word):
        return "? is not a wildcard; join the spellings with OR, or put a star at the end"
    return None


def _start(token: Token) -> int:
    return token.start_pos or 0


def _display_width(text: str) -> int:
    """Return the number of terminal columns that *text* occupies."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)
