"""Signs of other query languages whose meaning depends on the operators in the same parentheses: + and |."""

from collections.abc import Sequence
from dataclasses import dataclass

from lark import Token

from consumers.alerts.query.errors import LocatedError

STARTS_OPERAND = frozenset({"WORD", "PHRASE", "CODE", "SET", "FIELD", "ATLEAST", "CASE", "_LPAR"})
ENDS_OPERAND = frozenset({"WORD", "PHRASE", "CODE", "SET", "_RPAR"})
LEVELLED = frozenset({"PLUS", "SIGN_OR"})
"""Signs whose meaning depends on the others in the same parentheses."""


@dataclass
class _Level:
    """What occurs inside one pair of parentheses: the first PLUS and the first SIGN_OR, and what makes them ambiguous."""

    plus: Token | None = None
    pipe: Token | None = None
    has_or: bool = False
    has_and: bool = False
    has_unsigned: bool = False

    def check(self) -> None:
        """Raise LocatedError if a sign could mean two things."""
        if self.pipe and self.has_and:
            message = "| beside other words could mean two things; write OR, and parentheses, as in: Kim (train OR plane)"
            raise LocatedError(self.pipe.start_pos or 0, message)
        if self.plus and (self.has_or or self.has_unsigned):
            message = (
                "a plus before only some of the words could mean that the others may be absent; without OR every word must "
                "occur: remove the plus, and the words that may be absent"
            )
            raise LocatedError(self.plus.start_pos or 0, message)


def check_levels(tokens: Sequence[Token]) -> None:
    """Raise LocatedError if a plus or a | could mean two things."""
    if LEVELLED.isdisjoint([token.type for token in tokens]):
        return
    levels = [_Level()]
    previous: Token | None = None
    for token in tokens:
        level = levels[-1]
        before = previous.type if previous is not None else ""
        _note(level, token, before)
        if token.type in {"_LPAR", "ATLEAST", "CASE"}:
            # Parentheses directly after a word, with a | inside, are a regular expression: Ann(a|e).
            is_glued = before == "WORD" and previous is not None and previous.end_pos == token.start_pos
            levels.append(_Level(has_and=is_glued))
        elif token.type == "_RPAR" and len(levels) > 1:
            levels.pop().check()
        previous = token
    for level in levels:
        level.check()


def _note(level: _Level, token: Token, before: str) -> None:
    """Note in *level* what *token* is, after a token of the type *before*."""
    match token.type:
        case "PLUS":
            level.plus = level.plus or token
        case "SIGN_OR":
            level.pipe, level.has_or = level.pipe or token, True
        case "_OR" | "_COMMA":
            level.has_or = True
        case "_AND" | "SIGN_AND" | "NOT" | "SIGN_NOT" | "MINUS" | "NEAR":
            level.has_and = True
    if token.type in STARTS_OPERAND and before not in {"FIELD", "CASE"}:
        level.has_and = level.has_and or before in ENDS_OPERAND or token.type == "FIELD"
        level.has_unsigned = level.has_unsigned or before not in {"PLUS", "NOT", "SIGN_NOT", "MINUS"}
