"""The words of a text, as the rules for names see them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.text.tokens import fold

_WORD = re.compile(r"[a-zà-ÿ]{1,6}['’](?=[A-ZÀ-Þ])|[^\W\d_](?:[\w’'ʼ-]*[^\W_])?")
"""A word; an elided one (dell') is apart from the name after it."""
_SENTENCE_END = re.compile(r"[.!?…:\n|•]")
SPACES = frozenset((" ", "\xa0", "\u202f"))
MAX_GAP = 4
"""The most code points between two words of a name."""


@dataclass(frozen=True)
class Word:
    """A word of a text, from code point *start* to *end*. *gap* is the text between it and the word before it."""

    text: str
    start: int
    end: int
    gap: str
    is_first: bool

    @cached_property
    def key(self) -> str:
        """The folded word."""
        return fold(self.text)

    @cached_property
    def last_part(self) -> str:
        """What follows the last hyphen, folded: prasident in US-Präsident."""
        return self.key.rpartition("-")[2]

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()

    @property
    def is_initial(self) -> bool:
        """Whether it is one capital letter, which may stand for a given name."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def is_roman(self) -> bool:
        """Whether it is a Roman numeral, as after the name of a king."""
        return set(self.text) <= set("IVXLCDM")

    @property
    def is_acronym(self) -> bool:
        """Whether it has capital letters alone."""
        return len(self.text) > 1 and self.text.isupper()


def split(text: str) -> list[Word]:
    """Return the words of *text*, in order."""
    words: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        after_initial = bool(words) and words[-1].is_initial and gap.startswith(".") and "\n" not in gap
        is_first = not words or (not after_initial and bool(_SENTENCE_END.search(gap)))
        # A long gap is no part of a name, and need not be kept.
        words.append(Word(match.group(), match.start(), match.end(), gap if len(gap) <= MAX_GAP else "\0", is_first))
        end = match.end()
    return words


def is_joined(words: Sequence[Word], number: int) -> bool:
    """Return whether the word *number* may go on the name that ends with the word before it."""
    if not 0 < number < len(words):
        return False
    gap, before = words[number].gap, words[number - 1]
    if before.is_initial and gap.startswith(".") and "\n" not in gap:
        return gap[1:] == "" or gap[1:] in SPACES
    return gap in SPACES or (not gap and before.text[-1] in "'’")
