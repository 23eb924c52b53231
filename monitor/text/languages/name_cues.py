"""The words by which rules find names, beside a model or where a language has none (consumers/entities/name_rules)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.text.tokens import fold


@dataclass(frozen=True, slots=True)
class NameCues:
    """Words that show names. All are folded, but for *forms* and *quoted_forms*.

    *given_names* and *places* are files of monitor.text.data, with a name on each line; a place with a "?" at its end is also
    another word, and counts after *place_before* alone. *more_places* are further ones. *needs_dictionary* is whether the kinds
    of words come from a dictionary of forms (monitor/text/languages/word_kinds.py), without which the rules are off.
    *beside_model* is whether the rules find names beside the language's model too.

    A person's name follows one of *roles* or of the verbs of *speech*, or has a known given name; *particles* may stand
    before a surname. An organisation has one of *heads*, or a word with one of *head_endings*, beside other words with a
    capital, which *links* and *conjunctions* may join. *bodies* are organisations by themselves, and *body_endings* the
    ends of such words. *office_bodies* are in the names of offices, and no name of a person goes on theirs (presidente della
    Repubblica Sergio Mattarella). *forms* stand after the name of a company, *quoted_forms* before one in quotation marks.
    *ordinary_acronyms* are abbreviations of other things. *place_heads* stand before the name of a place, and *place_ends*
    after one. *guesses* is whether an unknown name after one of *place_before* is a place.

    In a script without capitals (*has_capitals*), a name ends before *ordinary_words*. Words with one of
    *ordinary_beginnings* are no surnames, and words with the prefix *article* may say which organisation is meant.
    """

    given_names: Sequence[str] = ()
    places: str | None = None
    more_places: frozenset[str] = frozenset()
    needs_dictionary: bool = False
    beside_model: bool = False
    roles: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    speech: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    head_endings: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    conjunctions: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    body_endings: tuple[str, ...] = ()
    office_bodies: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    quoted_forms: frozenset[str] = frozenset()
    ordinary_acronyms: frozenset[str] = frozenset()
    place_before: frozenset[str] = frozenset()
    place_heads: frozenset[str] = frozenset()
    place_ends: frozenset[str] = frozenset()
    guesses: bool = False
    has_capitals: bool = True
    article: str = ""
    ordinary_words: frozenset[str] = frozenset()
    ordinary_beginnings: tuple[str, ...] = ()


@cache
def name_list(file: str) -> frozenset[str]:
    """Return the names in a *file* of monitor.text.data."""
    lines = (files("monitor.text.data") / file).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


_AS_WRITTEN = frozenset({"forms", "quoted_forms"})
_PARTS = frozenset({"head_endings", "body_endings", "ordinary_beginnings"})


def read_name_cues(package: str, **others: Any) -> NameCues:
    """Return the cues with the lists in the file name_cues.txt of *package*, and *others*.

    A line that ends with a colon names a list; the lines after it have its words, separated by white space.
    """
    lists: dict[str, list[str]] = {}
    words: list[str] = []
    for line in (files(package) / "name_cues.txt").read_text(encoding="utf-8").splitlines():
        if line.endswith(":"):
            words = lists.setdefault(line[:-1], [])
        elif not line.startswith("#"):
            words += line.split()
    return NameCues(**others, **{name: _read_list(name, each) for name, each in lists.items()})


def _read_list(name: str, words: Sequence[str]) -> Any:
    if name in _AS_WRITTEN:
        return frozenset(words)
    return tuple(map(fold, words)) if name in _PARTS else frozenset(map(fold, words))
