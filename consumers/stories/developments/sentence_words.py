"""The words of a sentence as they are written and folded, with the numbers and signs that folding leaves out. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.text.tokens import fold

MAX_CACHED = 65_536
MAX_WORD = 40
"""The code points of a word that are read: the rest of a longer one is left out."""
STEM = 5
"""The letters at the beginning of a word by which it is known again: most endings come after them."""
WORD = re.compile(
    r"\d{1,15}(?:[.,:\u202f\xa0 ]\d{1,15}){0,5}"
    r"|(?:[^\W\d_]\.){2,4}"
    r"|[^\W\d_]+(?:['’][^\W\d_]{1,3}(?![^\W\d_]))?"
    r"|[%€$£¥°“”„«»\"(]"
)
"""A number, an abbreviation such as p.m., a word, or a sign that matters. A space may join the parts of a number: 1 200."""
SPACED = re.compile(r"\d{1,3}(?:[ \xa0\u202f]\d{3})+")
"""A number whose thousands are set apart by spaces. Others with spaces are several numbers."""
CONTRACTED = ("n't", "n’t")


class Word(NamedTuple):
    """A word as the article has it, and folded. Numbers and signs are not folded."""

    raw: str
    text: str

    @property
    def is_capitalised(self) -> bool:
        """Whether the word begins with a capital."""
        return self.raw[0].isupper()

    @property
    def is_contracted_not(self) -> bool:
        """Whether the word ends with a "not"."""
        return self.raw.endswith(CONTRACTED)


def split_words(sentence: str) -> list[Word]:
    """Return the words of *sentence*, with its numbers and signs."""
    return list(_words(WORD.findall(sentence)))


def stem(word: str) -> str:
    """Return the letters by which a folded word is known again."""
    return word[:STEM]


def around(words: Sequence[Word], start: int, end: int) -> set[str]:
    """Return the folded words from *start* up to *end*, which may be outside the sentence."""
    return {word.text for word in words[max(0, start) : max(0, end)]}


def _words(found: Sequence[str]) -> Iterator[Word]:
    for raw in found:
        if not raw[0].isdigit():
            yield Word(raw, _fold(raw[:MAX_WORD]))
        elif " " in raw and not SPACED.fullmatch(raw):
            yield from (Word(part, part) for part in raw.split(" "))
        else:
            yield Word(raw, raw)


@lru_cache(MAX_CACHED)
def _fold(word: str) -> str:
    if not word[0].isalpha():
        return word
    return fold(word.replace(".", "") if "." in word else word.replace("’", "'").partition("'")[0])
