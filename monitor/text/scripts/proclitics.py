"""Prefixes that Arabic and Hebrew write together with the next word: and, in, to, from, as, that, the."""

from collections.abc import Iterable, Iterator
from itertools import product

MIN_LETTERS = 3
"""The fewest letters of a term that may have a prefix. A shorter one would be found inside too many other words."""
MIN_STEM = 2
"""The fewest letters that a prefix leaves of a word."""
_ARABIC = frozenset(map("".join, product(("", "و", "ف"), ("", "ب", "ك", "ل"), ("", "ال")))) - {""}
_ARABIC_TO_THE = frozenset(["لل", "ولل", "فلل"])
"""The prefix ل joined with the article ال, which loses its first letter."""
_ARABIC_FUTURE = frozenset(["س", "وس", "فس"])
_ARABIC_VERB = frozenset("يتنا")
"""The letters with which a verb begins after the prefix of the future."""
_HEBREW = frozenset(map("".join, product(("", "ו"), ("", "ש", "כש", "לכש", "מש"), ("", "ב", "כ", "ל", "מ"), ("", "ה")))) - {""}
MARKERS = "وفبكلسובהכלמש"
"""Letters of which every word with a prefix contains at least one."""
_LONGEST = max(map(len, (*_ARABIC, *_ARABIC_TO_THE, *_HEBREW)))


def stems(word: str) -> tuple[str, ...]:
    """Return what *word*, a folded one, may be without its prefixes: 'وبالبحر' may be بالبحر, البحر or بحر. Often empty."""
    return tuple(dict.fromkeys(stem for stem in _stems(word) if len(stem) >= MIN_STEM)) if word[:1] in _FIRST else ()


def takes_prefix(words: tuple[str, ...]) -> bool:
    """Return whether a term of the folded *words* may be written with a prefix: it is Arabic or Hebrew, and long enough."""
    return sum(map(len, words)) >= MIN_LETTERS and is_arabic_or_hebrew(words[0])


def is_arabic_or_hebrew(word: str) -> bool:
    """Return whether *word* begins with a letter of the Arabic or the Hebrew script."""
    return "\u0620" <= word[:1] <= "\u06d3" or "\u05d0" <= word[:1] <= "\u05ea"


def stem_positions(words: Iterable[str]) -> dict[str, list[int]]:
    """Return the indexes in *words* at which each stem occurs behind a prefix."""
    positions: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        for stem in stems(word):
            positions.setdefault(stem, []).append(index)
    return positions


def _stems(word: str) -> Iterator[str]:
    for length in range(1, min(_LONGEST, len(word) - MIN_STEM) + 1):
        prefix, rest = word[:length], word[length:]
        if prefix in _ARABIC or prefix in _HEBREW or (prefix in _ARABIC_FUTURE and rest[0] in _ARABIC_VERB):
            yield rest
        if prefix in _ARABIC_TO_THE:
            yield rest
            yield f"ال{rest}"
            yield f"الل{rest}"  # A noun that begins with ل is written with two of them, not three: للجنة from اللجنة.


_FIRST = frozenset(prefix[0] for prefix in (*_ARABIC, *_ARABIC_FUTURE, *_HEBREW))
