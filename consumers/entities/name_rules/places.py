"""Names of places: those of a list, and names beside words such as town."""

from collections.abc import Iterator, Sequence
from itertools import product

from consumers.entities.name_rules.lexicon import Lexicon
from consumers.entities.name_rules.persons import Range
from consumers.entities.name_rules.words import Word, is_joined
from monitor.text.tokens import tokens

MAX_WORDS, MAX_FORMS = 3, 3
"""The most words of a place's name, and the most dictionary forms of each that are looked up."""


def places(words: Sequence[Word], lexicon: Lexicon) -> Iterator[Range]:
    """Yield the names of places among *words*."""
    for number, word in enumerate(words):
        if lexicon.cues.has_capitals and not word.is_capital:
            continue
        found = _listed(words, number, lexicon) or _after_head(words, number, lexicon) or _guessed(words, number, lexicon)
        if found:
            yield found
        if _is_before_end(words, number, lexicon):
            yield number, number + 2


def _listed(words: Sequence[Word], number: int, lexicon: Lexicon) -> Range | None:
    """Return the longest name of the list that begins with the word *number*."""
    for count in range(MAX_WORDS, 0, -1):
        end = number + count
        if end > len(words) or not all(is_joined(words, each) for each in range(number + 1, end)):
            continue
        is_other = _look_up(words[number:end], lexicon)
        if is_other is False or (is_other and _follows(words, number, lexicon, "place_before")):
            return number, end
    return None


def _look_up(found: Sequence[Word], lexicon: Lexicon) -> bool | None:
    """Return whether the words *found* are also something else than the name of a place; None if they are no place."""
    forms = [lexicon.forms(word)[:MAX_FORMS] for word in found]
    for choice in product(*forms):
        is_other = lexicon.places.get(tuple(part for form in choice for part in tokens(form)))
        if is_other is not None:
            return is_other
    return None


def _follows(words: Sequence[Word], number: int, lexicon: Lexicon, kind: str) -> bool:
    return is_joined(words, number) and lexicon.is_listed(words[number - 1], kind)


def _after_head(words: Sequence[Word], number: int, lexicon: Lexicon) -> Range | None:
    """Return the name after a word such as town (місто Бровари)."""
    before = number
    while before > number - 2 and is_joined(words, before) and words[before - 1].key.rstrip("'’") in lexicon.cues.links:
        before -= 1
    if not _follows(words, before, lexicon, "place_heads") or words[number].key in lexicon.stopwords:
        return None
    end = number + 1
    while end < number + MAX_WORDS and is_joined(words, end) and words[end].is_capital:
        end += 1
    return number, end


def _guessed(words: Sequence[Word], number: int, lexicon: Lexicon) -> Range | None:
    """Return an unknown name after a preposition of place."""
    word = words[number]
    if not lexicon.cues.guesses or not _follows(words, number, lexicon, "place_before") or word.key in lexicon.stopwords:
        return None
    if word.is_acronym or lexicon.is_given(word) or lexicon.is_role(word) or lexicon.is_head(word) or lexicon.is_body(word):
        return None
    end = number + 1
    while end < number + MAX_WORDS and is_joined(words, end) and words[end].is_capital:
        end += 1
    return number, end


def _is_before_end(words: Sequence[Word], number: int, lexicon: Lexicon) -> bool:
    """Return whether a word such as region follows the word *number*, which tells which one (Київська область)."""
    if not is_joined(words, number + 1) or not lexicon.is_listed(words[number + 1], "place_ends"):
        return False
    return not words[number].is_first or "adjective" in lexicon.kinds(words[number])
