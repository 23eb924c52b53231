"""Dictionary forms (lemmas) and cases of words, for languages that inflect names: Путина is a form of Путин.

They come from packages that are optional. To add a language, write one row of LEMMAS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.util import find_spec
from typing import Any, Literal

Lemmatise = Callable[[str], tuple[str, ...]]
"""Takes a word as it is written, and returns its folded dictionary forms: several if it is ambiguous, and the word itself."""
Gender = Literal["masculine", "feminine", "neuter", "plural", "any"]
"""The gender of a nominative in the singular, "any" for a noun of several, or its number."""
FindNominatives = Callable[[str], frozenset[Gender]]
"""Takes a word, and returns the genders in which it is probably a nominative: none if it is a form of another case."""
_GENDERS: Mapping[str | None, Gender] = {"masc": "masculine", "femn": "feminine", "neut": "neuter"}
LIKELY = 0.1
"""The least share of the readings of a word by which it is probably a nominative."""
_NAMES = frozenset(("Surn", "Name", "Patr", "lname", "fname", "pname"))
"""The marks of persons' names in the dictionaries of pymorphy3."""
CACHED_WORDS = 65_536
MAX_WORD = 40
"""The longest word that is looked up."""


@dataclass(frozen=True, slots=True)
class Lemmas:
    """The packages that a language needs, and the functions that load them. *requirement* is what to install with pip."""

    packages: tuple[str, ...]
    requirement: str
    load: Callable[[], Lemmatise]
    load_nominatives: Callable[[], FindNominatives] | None = None

    @property
    def is_installed(self) -> bool:
        """Whether all packages are installed."""
        return all(find_spec(package) for package in self.packages)

    @property
    def lacks(self) -> str | None:
        """What texts in the language lack without the packages, and the remedy; None if they are installed."""
        if self.is_installed:
            return None
        return f"inflected forms of known names are not found (pip install '{self.requirement}' adds a dictionary)"


def lemmatiser(language: str) -> Lemmatise | None:
    """Return the function for the dictionary forms of *language*; None if it has none, or its packages are not installed."""
    lemmas = LEMMAS.get(language)
    return _load(language) if lemmas and lemmas.is_installed else None


@cache
def nominatives(language: str) -> FindNominatives | None:
    """Return the function for the nominatives of *language*; None if it has none, or its packages are not installed."""
    lemmas = LEMMAS.get(language)
    return _load_nominatives(language) if lemmas and lemmas.load_nominatives and lemmas.is_installed else None


@cache
def _load(language: str) -> Lemmatise:
    return LEMMAS[language].load()


@cache
def _load_nominatives(language: str) -> FindNominatives | None:
    load = LEMMAS[language].load_nominatives
    return load() if load else None


@cache
def load_pymorphy(language: str) -> Any:
    """Return pymorphy3's dictionary of *language*, which must be installed."""
    from pymorphy3 import MorphAnalyzer  # An extra.

    return MorphAnalyzer(lang=language)


def _pymorphy_nominatives(language: str) -> FindNominatives:
    analyzer = load_pymorphy(language)

    @lru_cache(maxsize=CACHED_WORDS)
    def look_up(word: str) -> frozenset[Gender]:
        parses = analyzer.parse(word)
        shares: dict[Gender, float] = {}
        for parse in parses:
            if parse.tag.case == "nomn":
                is_any = "GNdr" in parse.tag.grammemes or "ms-f" in parse.tag.grammemes or "Abbr" in parse.tag.grammemes
                gender: Gender = "plural" if parse.tag.number == "plur" else _GENDERS.get(parse.tag.gender, "any")
                gender = "any" if is_any else gender
                shares[gender] = shares.get(gender, 0.0) + parse.score
        total = sum(parse.score for parse in parses) or 1.0
        return frozenset(gender for gender, share in shares.items() if share / total >= LIKELY)

    def find(word: str) -> frozenset[Gender]:
        # As in lemmatise: a long word is no noun.
        return look_up(word.lower()) if len(word) <= MAX_WORD else frozenset({"any"})

    return find


def _pymorphy(language: str) -> Lemmatise:
    from monitor.text.tokens import fold

    analyzer = load_pymorphy(language)

    @lru_cache(maxsize=CACHED_WORDS)
    def look_up(word: str) -> tuple[str, ...]:
        parses = analyzer.parse(word.lower())
        # Ливанов is a surname, although it is also a form of Ливан.
        if any(parse.normal_form == word.lower() and not _NAMES.isdisjoint(parse.tag.grammemes) for parse in parses):
            return (fold(word),)
        # A place has no plural, so that form is of another word.
        forms = (fold(each.normal_form) for each in parses if not {"Geox", "plur"} <= each.tag.grammemes or "Pltm" in each.tag)
        return tuple(dict.fromkeys((fold(word), *forms)))

    def lemmatise(word: str) -> tuple[str, ...]:
        # Not cached: the longest word of an article is as long as the article.
        return look_up(word) if len(word) <= MAX_WORD and word.isalpha() else (fold(word),)

    return lemmatise


LEMMAS: Mapping[str, Lemmas] = {
    "ru": Lemmas(
        ("pymorphy3", "pymorphy3_dicts_ru"),
        "newsmonitor[lemmas]",
        partial(_pymorphy, "ru"),
        partial(_pymorphy_nominatives, "ru"),
    ),
    # These dictionaries are under the GPL, so they have an extra of their own.
    "uk": Lemmas(
        ("pymorphy3", "pymorphy3_dicts_uk"),
        "newsmonitor[lemmas-uk]",
        partial(_pymorphy, "uk"),
        partial(_pymorphy_nominatives, "uk"),
    ),
}
