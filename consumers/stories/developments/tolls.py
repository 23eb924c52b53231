"""Which numbers of a sentence count parts of the same people or things. Pure."""

from collections.abc import Sequence

from consumers.stories.developments.numbers import Number
from consumers.stories.developments.sentence_words import Word
from consumers.stories.developments.steps import TOLLS


def count_one(words: Sequence[Word], one: Number, other: Number) -> bool:
    """Return whether two numbers may be parts of one: four women and three men died; but not killed 7 and injured 23."""
    first, last = sorted((one.place, other.place))
    return all(word.steps.isdisjoint(TOLLS) for word in words[first:last])
