"""Errors in a query: what is wrong, where (with a caret), and how to fix it."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from lark import Token
from lark.exceptions import UnexpectedCharacters

from consumers.alerts.query import signs

CONTEXT_WIDTH = 60
"""The most characters of the query's line that an error shows around its position."""
_OPENING = {"_LPAR", "ATLEAST", "CASE"}
_CONNECTIVES = {"_AND": "AND", "_OR": "OR", "NOT": "NOT", "MINUS": "-"}
_ILLEGAL_CHARACTERS = {
    signs.COLONS: "a colon can only follow a field name, as in title:; put the whole text in quotes",
    signs.ATS: "@ names a set from [sets] in the config, as in @leaders; put it in quotes otherwise",
    signs.STARS: "a star is only allowed at the end of a word of four letters or more, as in sanction*",
    signs.DASHES: "a dash is only allowed before what must not occur, as in -sport; remove it or put it in quotes",
    signs.BANGS: "! is only allowed before what must not occur, as in !sport; write NOT, or put it in quotes",
    signs.PLUSES: "a plus is only allowed between words or before one; remove it or put it in quotes",
    signs.SEMICOLONS: "a semicolon separates nothing; write OR or AND, or put it in quotes",
    "[]{}［］｛｝": "there are no ranges and no patterns; write round parentheses to group, or put it in quotes",
    "【】〔〕": "write round parentheses to group, or put it in quotes",
    signs.QUOTES: "this quotation mark has no other one; add it, of the same kind on both sides",
}
_WORD_PROBLEMS = (
    (r"\^[\d.]+$", "words have no weight; remove it"),
    (
        r"^/.+/[a-z]*$|\\|\.[*+]|^\^|\$\*",
        "there are no regular expressions; write words joined with OR, or a star at the end",
    ),
    (r"^[~～]", 'write proximity as a NEAR/5 b; "a b"~5 is not supported'),
    (r"\w[~～]\d*$", "there is no search for similar words; join the spellings with OR"),
    (
        rf"[{signs.STARS}].*[^{signs.STARS}]|[{signs.STARS}]{{2}}",
        "a star is only allowed once, at the end of a word, as in sanction*",
    ),
    (r"\w[?？]\w", "? is not a wildcard; join the spellings with OR, or put a star at the end"),
    (r"^[?？]|[?？]$", "? is not a wildcard; remove it, or put the word in quotes"),
    (
        r"[^\W\d_A-Z][$%＄％]$",
        "there are no other wildcards than a star; write it, as in sanction*, or put the word in quotes",
    ),
    (r"[^\W\d_]#[^\W\d_]", "# is not a wildcard; join the spellings with OR, or put it in quotes"),
    (r"[&＆]$", "write AND between words, or put it in quotes"),
    (r"^[^\W\d_]{2,}=.", "a field has a colon, as in title:summit; write it, or put the word in quotes"),
    (r"%(?:2[0-9A-C]|3A|7C)", "this is text from a web address; write its signs and spaces themselves, or put it in quotes"),
    (r"^[<=>]", 'this sign has no meaning here; remove it, or put it in quotes; case("WHO") is exact about case'),
)
"""Patterns of what a word cannot contain outside quotes, each with the remedy."""


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


def syntax_error(query: str, token: Token, lex: Callable[[str], list[Token]]) -> InvalidQuery:
    """Return an error that explains to the query's author why parsing failed at *token*."""
    try:
        tokens = lex(query)
    except UnexpectedCharacters as error:
        return _illegal_character(query, error.pos_in_stream or 0)
    if not tokens:
        return InvalidQuery(query, 0, "the query has only characters that are not visible; say what to search for")
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
    if token.type == "_COMMA":
        return InvalidQuery(
            query, offset, "a comma can only separate the parts of atleast n (a, b); write OR or AND, or put it in quotes"
        )
    return InvalidQuery(query, offset, f"{str(token)!r} is not allowed here; put it in quotes to search for it as a word")


def _illegal_character(query: str, offset: int) -> InvalidQuery:
    char = query[offset]
    if char == '"' or char in "“„«":
        return InvalidQuery(query, offset, "this quotation mark is not closed; add the closing one")
    default = f"{char!r} is not allowed here; put it in quotes"
    return InvalidQuery(query, offset, next((text for chars, text in _ILLEGAL_CHARACTERS.items() if char in chars), default))


def _unbalanced(query: str, tokens: Sequence[Token]) -> InvalidQuery | None:
    """Return an error if a parenthesis is unmatched or a pair is empty, or None."""
    unclosed: list[Token] = []
    for previous, token in zip((None, *tokens), tokens, strict=False):
        if token.type in _OPENING:
            unclosed.append(token)
        elif token.type == "_RPAR":
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


def word_problem(word: str) -> str | None:
    """Return how to write *word* in this language if it has a wildcard or a sign of another query language, or None."""
    if word.isalpha() and not word.isupper():
        return None
    if re.fullmatch(r"(?i)o?near(/.*)?", word) and (word.isupper() or "/" in word):
        return "NEAR takes a number of words, in upper case, as in: Kim NEAR/5 Putin"
    if word.isalnum():
        return None
    if word[-1] in "!！" and not word.lstrip("¡")[0].isupper():
        return f'write {word[:-1]}* for every ending, or "{word}" in quotes for the name with its sign'
    return next((message for pattern, message in _WORD_PROBLEMS if re.search(pattern, word)), None)


def _start(token: Token) -> int:
    return token.start_pos or 0


def _display_width(text: str) -> int:
    """Return the number of terminal columns that *text* occupies."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)
