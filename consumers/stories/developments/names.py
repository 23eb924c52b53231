"""The names of a sentence by their capitals, and whose opinion an article gives. Pure.

A model finds names too, but may find one in an article and miss it in the next.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from consumers.stories.developments.facts import Sentence
from consumers.stories.developments.sentence_words import May, Word
from monitor.messages import ArticleTopics, Claim
from monitor.text.languages import DevelopmentWords
from monitor.text.tokens import tokens

MAX_BEFORE_ANALYST = 2
"""The words of a source among which an analyst is one: of a committee of experts, the committee speaks."""


class Name(NamedTuple):
    """A word that is a name by its capital. *is_pair* is set if another one is next to it."""

    word: Word
    is_pair: bool


class Quotes(NamedTuple):
    """The share of the words of a sentence that are quoted, and whether its author speaks to the readers."""

    share: float
    speaks_to_readers: bool


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


def tells_past_year(sentence: Sentence, lang: DevelopmentWords) -> bool:
    """Return whether a sentence tells of last year, or of what was years ago."""
    if not sentence.may & May.PAST:
        return False
    texts = [word.text for word in sentence.words]
    if not lang.past.isdisjoint(texts) or not lang.past.isdisjoint(map(" ".join, pairwise(texts))):
        return True
    return not lang.ago.isdisjoint(texts) and any(number.counts_years for number in sentence.numbers)


def is_analysis(words: Sequence[Word], claims: Sequence[Claim], lang: DevelopmentWords) -> bool:
    """Return whether an analyst speaks, or is named: the economist Ana Ruiz."""
    if any(each.who and not lang.analysts.isdisjoint(tokens(each.who)[:MAX_BEFORE_ANALYST]) for each in claims):
        return True
    places = [place for place, word in enumerate(words) if word.may & May.ANALYST]
    return any(word.may & May.CAPITAL for place in places for word in words[place + 1 : place + 3])


def read_quotes(sentences: Sequence[Sentence]) -> list[Quotes]:
    """Return what of each sentence is quoted."""
    is_quoted, found = False, list[Quotes]()
    for sentence in sentences:
        if not sentence.may & (May.QUOTE | May.ADDRESS):
            found.append(Quotes(float(is_quoted), speaks_to_readers=False))
            continue
        inside, outside, may = 0, 0, 0
        for word in sentence.words:
            if word.may & May.QUOTE:
                is_quoted = not is_quoted
            elif is_quoted:
                inside += 1
            else:
                outside += 1
                may |= word.may
        found.append(Quotes(inside / max(1, inside + outside), speaks_to_readers=bool(may & May.ADDRESS)))
    return found


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


def known_names(message: ArticleTopics, entities: Collection[str]) -> Iterator[str]:
    """Yield the words of the names of entities that a story names by their ids, and of offices, which may be theirs."""
    texts = {"title": message.article.title, "text": message.article.text}
    for name in (entity.name for entity in message.entities if entity.id in entities):
        yield from tokens(name)
    for each in message.roles:
        yield from tokens(texts[each.at.field][each.at.start : each.at.end])
