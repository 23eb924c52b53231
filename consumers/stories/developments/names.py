"""The names of a sentence by their capitals, and the words of those that a story knows. Pure.

A model finds names too, but may find one in an article and miss it in the next.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from consumers.stories.developments.sentence_words import May, Word
from monitor.messages import ArticleTopics
from monitor.text.languages import DevelopmentWords
from monitor.text.tokens import tokens


class Name(NamedTuple):
    """A word that is a name by its capital. *is_pair* is set if another one is next to it."""

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


def known_names(message: ArticleTopics, entities: Collection[str]) -> Iterator[str]:
    """Yield the words of the names of entities that a story names by their ids, and of offices, which may be theirs."""
    texts = {"title": message.article.title, "text": message.article.text}
    for name in (entity.name for entity in message.entities if entity.id in entities):
        yield from tokens(name)
    for each in message.roles:
        yield from tokens(texts[each.at.field][each.at.start : each.at.end])
