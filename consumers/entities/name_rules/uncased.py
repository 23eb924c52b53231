"""Names in a script without capitals: known given names and words of organisations, with what follows them."""

from collections.abc import Iterator, Sequence

from consumers.entities.name_rules.lexicon import Lexicon
from consumers.entities.name_rules.persons import Range
from consumers.entities.name_rules.words import Word, is_joined

MAX_NAME, MAX_COMPLEMENTS = 4, 2
"""The most words of a person's name, and after a word of an organisation."""


def uncased_persons(words: Sequence[Word], lexicon: Lexicon) -> Iterator[Range]:
    """Yield the names of persons among *words*, none of which has a capital."""
    number = 0
    while number < len(words):
        end = _person(words, number, lexicon)
        if end:
            yield number, end
        number = end or number + 1


def _person(words: Sequence[Word], number: int, lexicon: Lexicon) -> int | None:
    """Return the end of the name that begins with the word *number*, a given name, and goes on with one word at least."""
    if words[number].key not in lexicon.given_names or _is_ordinary(words[number], lexicon):
        return None
    end = last = number + 1
    while last < min(len(words), number + MAX_NAME) and is_joined(words, last) and not _is_ordinary(words[last], lexicon):
        word = words[last]
        # A surname that is in no list: one word, after the given name or a particle.
        may_be_surname = last == number + 1 or words[last - 1].key in lexicon.cues.particles
        if word.key not in lexicon.cues.particles:
            if word.key not in lexicon.given_names and not (may_be_surname and _is_possible(word, lexicon)):
                break
            end = last + 1
        last += 1
    return end if end > number + 1 else None


def _is_possible(word: Word, lexicon: Lexicon) -> bool:
    """Return whether *word*, which is in no list, may be a surname: it does not begin as verbs and joined words do."""
    return len(word.key) > 1 and not word.key.startswith(lexicon.cues.ordinary_beginnings)


def _is_ordinary(word: Word, lexicon: Lexicon) -> bool:
    known = (lexicon.stopwords, lexicon.roles, lexicon.cues.ordinary_words, lexicon.cues.heads, lexicon.cues.speech)
    return any(word.key in each for each in known)


def uncased_organisations(words: Sequence[Word], lexicon: Lexicon) -> Iterator[Range]:
    """Yield the names of organisations among *words*: a word such as ministry, with the words that say which."""
    for number, word in enumerate(words):
        if word.key in lexicon.cues.bodies:
            yield number, number + 1
        elif word.key in lexicon.cues.heads:
            end = number + 1
            while end < min(len(words), number + 1 + MAX_COMPLEMENTS) and _completes(words, end, lexicon):
                end += 1
            if end > number + 1:
                yield number, end


def _completes(words: Sequence[Word], number: int, lexicon: Lexicon) -> bool:
    if not is_joined(words, number) or _is_ordinary(words[number], lexicon):
        return False
    return lexicon.is_definite(words[number]) or lexicon.is_place(words[number])
