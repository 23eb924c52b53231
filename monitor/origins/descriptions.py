"""The words that matter of a description of a source: what tells it from another."""

from collections.abc import Sequence
from functools import lru_cache

from monitor.origins.vocabulary import vocabulary
from monitor.text import gazetteer
from monitor.text.tokens import tokens

MAX_CACHED = 4096
"""The most sources of which something is remembered."""
MAX_PHRASE = 3
"""The most words of the name of a country in a description."""
MAX_WORDS = 30
"""The most words of a description that tell it from another: describing 40 of 512 code points would take 100 ms."""
MIN_PLURAL = 4
"""The shortest word that loses the ending of a plural."""


@lru_cache(MAX_CACHED)
def describe(who: str) -> frozenset[str]:
    """Return the words that matter of a description, with countries by their code, and without numbers and plurals.

    Nouns of bodies and documents are left out if words of the language remain: the health department's report is health.
    """
    return describe_words(tokens(who))


def describe_words(words: Sequence[str]) -> frozenset[str]:
    """Return what describe() returns for the folded *words*."""
    known, found, position, words = vocabulary(), set[str](), 0, tuple(words[:MAX_WORDS])
    while position < len(words):
        length, code = _country(words[position : position + MAX_PHRASE])
        if code:
            found.add(code)
        elif words[position] not in known.fillers and not words[position].isdigit():
            found.add(_stem(words[position]))
        position += length
    found = found - known.documents or found
    found = found - known.government or found
    shorter = found - known.bodies
    return frozenset(shorter if any(not is_country(word) for word in shorter) else found)


@lru_cache(MAX_CACHED)
def describe_people(who: str) -> frozenset[str]:
    """Return the words that matter of unnamed people: whose they are and what they do, and not what they know."""
    known, words = vocabulary(), tokens(who)
    end = next((place for place, word in enumerate(words) if place and word in known.knowledge), len(words))
    return describe_words(words[:end]) - known.anybody - known.government


def is_country(word: str) -> bool:
    """Return whether *word* of a description is the code of a country."""
    return word.isupper()


@lru_cache(MAX_CACHED)
def head_of(role: str) -> str:
    """Return the noun of *role*, in the singular: engineer in "a former engineer at the dam"."""
    words = tokens(role)
    end = next(
        (place for place, word in enumerate(words) if word in vocabulary().prepositions | vocabulary().clauses), len(words)
    )
    return singular(words[end - 1]) if end else ""


def names_of(who: str) -> tuple[str, ...]:
    """Return the folded words of the name *who*, without articles."""
    return tuple(word for word in tokens(who) if word not in vocabulary().articles)


def singular(word: str) -> str:
    """Return *word* without the ending of a plural."""
    for ending in vocabulary().plural_endings:
        if len(word) > MIN_PLURAL and word.endswith(ending) and not word.endswith(2 * ending):
            return word.removesuffix(ending)
    return word


def _stem(word: str) -> str:
    known, word = vocabulary(), singular(word)
    for ending, country in known.stems.items():
        if len(word) > MIN_PLURAL + len(ending) and word.endswith(ending):
            word = word.removesuffix(ending) + country
    return known.synonyms.get(word, word)


@lru_cache(MAX_CACHED)
def _country(words: tuple[str, ...]) -> tuple[int, str | None]:
    """Return how many of *words* name a country, its capital or its people, and its code; one and None if none do."""
    known = vocabulary()
    for length in range(len(words), 0, -1):
        phrase = " ".join(words[:length])
        if phrase in known.peoples:
            return length, known.peoples[phrase]
        shorter = [phrase.removesuffix(ending) for ending in known.people_endings] if len(phrase) > MIN_PLURAL else []
        for name in (phrase, *shorter):
            if (entry := gazetteer.resolve(name, "place")) and entry.kind in {"country", "capital"}:
                return length, entry.country
    return 1, None
