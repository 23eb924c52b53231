"""The names of a sentence by their capitals, and the words of those that a story knows. Pure.

A model finds names too, but may find one in an article and miss it in the next.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from consumers.stories.developments.facts import Sentence
from consumers.stories.developments.sentence_words import May, Word, bits_of, stem_of
from monitor.messages import ArticleTopics
from monitor.text import gazetteer
from monitor.text.languages import DevelopmentWords, LanguagePack
from monitor.text.tokens import tokens

MIN_LETTERS, MAX_STEP = 3, 2
"""The fewest words of a name that is abbreviated by their first letters, and the most from one of them to the next."""


class Name(NamedTuple):
    """A word that is a name by its capital.

    *is_pair* is set if another one is next to it, and *is_placed* if it is a place by the word before it: in Lomo.
    """

    word: Word
    is_pair: bool
    is_placed: bool


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
        is_of_place = place > 1 and words[place - 1].text in lang.genitive and words[place - 2].text in lang.place_nouns
        is_placed = is_of_place or (place > 0 and bool(words[place - 1].may & May.PLACE_CUE))
        yield Name(word, is_pair=is_before or is_after, is_placed=is_placed)


def abbreviations(words: Sequence[Word]) -> Iterator[tuple[str, Sequence[Word]]]:
    """Yield the first letters of each name of MIN_LETTERS words or more, with its words. One other may be between: of."""
    places = [place for place, word in enumerate(words) if word.may & May.NAME]
    starts = [at for at, place in enumerate(places) if not at or not _goes_on(words, places[at - 1], place)]
    for start, end in pairwise([*starts, len(places)]):
        if end - start >= MIN_LETTERS:
            found = [words[place] for place in places[start:end]]
            yield "".join(word.text[0] for word in found), found


def _goes_on(words: Sequence[Word], name: int, other: int) -> bool:
    """Return whether the words at *name* and *other* may be of one name: National Institute of Justice, and not in Lomo."""
    return other - name == 1 or (
        other - name == MAX_STEP and not words[name + 1].may & (May.PLACE_CUE | May.QUOTE | May.OPENING)
    )


class KnownNames(NamedTuple):
    """What tells whether a name of an article is new to its story.

    *words* are the words of the story, as `KnownFacts.word_table` has them. *names* are the words of other names that it knows.
    *are_in_titles* is unset if all words of the title have capitals.
    """

    words: bytes
    names: frozenset[str]
    language: LanguagePack
    are_in_titles: bool

    def all_of(self, sentence: Sentence) -> Sequence[Name]:
        """Return the names of *sentence*."""
        has_names = sentence.may & May.NAME and (sentence.at.field == "text" or self.are_in_titles)
        return list(capitalised_names(sentence.words, self.language.developments)) if has_names else []

    def new_of(self, sentence: Sentence) -> Sequence[Name]:
        """Return the names of *sentence* that the story does not know."""
        words = sentence.words
        if not any(word.may & May.NAME and not self._knows(word.bits) for word in words):
            return []
        spelled_out = {
            word.text
            for letters, found in abbreviations(words)
            if letters not in self.language.stopwords and self._knows(bits_of(stem_of(letters)))
            for word in found
        }
        return [each for each in self.all_of(sentence) if each.word.text not in spelled_out and self._is_new(each.word)]

    def _is_new(self, word: Word) -> bool:
        if self._knows(word.bits) or word.text in self.names:
            return False
        # Another article may name the country by its people, or by a place in it.
        entry = gazetteer.resolve(word.text, "place")
        return entry is None or entry.kind != "country"

    def _knows(self, bits: tuple[int, int]) -> bool:
        return bool(self.words[bits[0]] and self.words[bits[1]])


def known_names(message: ArticleTopics, language: LanguagePack, words: bytes, entities: Collection[str]) -> KnownNames:
    """Return the names that a story knows, with its *words* and the ids of its *entities*, to compare those of *message*."""
    are_in_titles = not (language.developments.capitalises_nouns or language.names.is_headline_case(message.article.title))
    return KnownNames(words, frozenset(_known_words(message, entities)), language, are_in_titles)


def _known_words(message: ArticleTopics, entities: Collection[str]) -> Iterator[str]:
    """Yield the words of the names of entities that a story names by their ids, and of offices, which may be theirs."""
    texts = {"title": message.article.title, "text": message.article.text}
    for name in (entity.name for entity in message.entities if entity.id in entities):
        yield from tokens(name)
    for each in message.roles:
        yield from tokens(texts[each.at.field][each.at.start : each.at.end])
