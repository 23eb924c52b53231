"""What a dictionary of forms says of a word: whether it is a given name, a surname, an adjective or a genitive."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from monitor.text.languages.lemmas import CACHED_WORDS, LEMMAS, MAX_WORD, load_pymorphy
from monitor.text.tokens import fold

WordKind = Literal["given", "surname", "patronymic", "place", "common", "adjective", "genitive"]
"""A word that is *common* is in the dictionary, and is no name."""


class Entry(NamedTuple):
    """What the dictionary has of a word: its kinds, none if the dictionary lacks it, and its folded dictionary forms."""

    kinds: frozenset[WordKind]
    forms: tuple[str, ...]


LookUp = Callable[[str], Entry]
"""Takes a word as it is written."""
_KINDS: tuple[tuple[frozenset[str], WordKind], ...] = (
    (frozenset({"Name", "fname"}), "given"),
    (frozenset({"Surn", "lname"}), "surname"),
    (frozenset({"Patr", "pname"}), "patronymic"),
    (frozenset({"Geox"}), "place"),
)
"""The marks of names in the dictionaries of pymorphy3."""


@cache
def dictionary(language: str) -> LookUp | None:
    """Return the function that looks up words of *language*; None if it has no dictionary, or that is not installed."""
    lemmas = LEMMAS.get(language)
    return _pymorphy(language) if lemmas and lemmas.is_installed else None


def _pymorphy(language: str) -> LookUp:
    analyzer = load_pymorphy(language)

    @lru_cache(maxsize=CACHED_WORDS)
    def look_up(word: str) -> Entry:
        kinds: set[WordKind] = set()
        parses = analyzer.parse(word)
        for parse in parses:
            marks = parse.tag.grammemes
            names = {kind for own, kind in _KINDS if not own.isdisjoint(marks)}
            kinds |= names
            if not names and parse.is_known:
                kinds.add("common")
            if parse.tag.POS in {"ADJF", "PRTF"}:
                kinds.add("adjective")
            if "gent" in marks and parse.tag.POS in {"NOUN", "ADJF", "PRTF"}:
                kinds.add("genitive")
        return Entry(frozenset(kinds), tuple(dict.fromkeys((fold(word), *(fold(each.normal_form) for each in parses)))))

    return lambda word: look_up(word.lower()) if len(word) <= MAX_WORD else Entry(frozenset(), (fold(word),))
