"""The names of a sentence by their capitals, and whose opinion an article gives. Pure.

A model finds names too, but may find one in an article and miss it in the next.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from consumers.stories.developments.sentence_words import May, Word
from monitor.messages import Claim
from monitor.text.languages import DevelopmentWords
from monitor.text.tokens import tokens

MAX_BEFORE_ANALYST = 2
"""The words of a source among which an analyst is one: of a committee of experts, the committee speaks."""


class Name(NamedTuple):
    """A word that is a name by its capital. *is_pair* is set if another one is beside it."""

    word: Word
    is_pair: bool


def capitalised_names(words: Sequence[Word], lang: DevelopmentWords) -> Iterator[Name]:
    """Yield the names of a sentence. Its first word is one only if another name follows."""
    for place, word in enumerate(words):
        if not word.may & May.NAME:
            continue
        is_before = place > 0 and bool(words[place - 1].may & May.NAME)
        is_after = place + 1 < len(words) and bool(words[place + 1].may & May.NAME)
        is_first = place == 0 or bool(words[place - 1].may & May.OPENING)
        if (is_first and not is_after) or (lang.capitalises_nouns and not (is_before or is_after)):
            continue
        yield Name(word, is_pair=is_before or is_after)


def is_analysis(words: Sequence[Word], claims: Sequence[Claim], lang: DevelopmentWords) -> bool:
    """Return whether an analyst speaks, or is named: the economist Ana Ruiz."""
    if any(each.who and not lang.analysts.isdisjoint(tokens(each.who)[:MAX_BEFORE_ANALYST]) for each in claims):
        return True
    places = [place for place, word in enumerate(words) if word.may & May.ANALYST]
    return any(word.may & May.CAPITAL for place in places for word in words[place + 1 : place + 3])


def gives_opinion(sentences: Sequence[Sequence[Word]]) -> bool:
    """Return whether the author of these *sentences* speaks of himself, outside quotations."""
    is_quoted = False
    for words in sentences:
        for word in words:
            if word.may & May.QUOTE:
                is_quoted = not is_quoted
            elif not is_quoted and word.may & May.SELF:
                return True
    return False
