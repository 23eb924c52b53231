"""Which numbers of a sentence the story does not know, not even rounded, in another unit, or as a difference. Pure."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from consumers.stories.developments.facts import ArticleFacts, Sentence
from consumers.stories.developments.known import YEAR, KnownFacts
from consumers.stories.developments.numbers import COUNT, DAYS, SHARE, Number
from consumers.stories.developments.rounding import is_known_number
from consumers.stories.developments.sentence_words import Word
from consumers.stories.developments.tolls import count_one

MAX_TO_SUM = 12
"""The most words between a difference and the number that it leads to."""
MAX_COUNT = 20
"""The most measures that are told as one sum without saying how many they are."""


class KnownNumbers(NamedTuple):
    """The *values* that a story knows, by what they measure, and what follows from them.

    *bare* are those numbers of an article without their units that the story knows with them: a title may leave out the unit.
    *spans* are the years between two known years: 2021 to 2024 is three years.
    """

    values: Mapping[str, Sequence[float]]
    bare: frozenset[float]
    spans: frozenset[float]

    def new_of(self, sentence: Sentence) -> list[Number]:
        """Return the new numbers of *sentence*."""
        # Pounds may be a weight or money: such a number is known if one of them is.
        known = {each.place for each in sentence.numbers if is_known_number(each, self.values)}
        parts = [each for each in sentence.numbers if each.place in known]
        return [
            each
            for each in sentence.numbers
            if not (
                each.is_weak
                or each.place in known
                or self._is_bare_or_span(each)
                or self._is_difference(each, parts, sentence.words)
                or self._is_product(each)
            )
        ]

    def _is_bare_or_span(self, number: Number) -> bool:
        return number.value in self.bare if number.bare is None else number.counts_years and number.bare in self.spans

    def _is_difference(self, number: Number, known: Sequence[Number], words: Sequence[Word]) -> bool:
        """Return whether one of the *known* numbers near *number* differs by it from another: up by 8 to 56 from 48."""
        near = [each for each in known if 0 < abs(each.place - number.place) <= MAX_TO_SUM and count_one(words, each, number)]
        sums = {other.bare_value + sign * number.bare_value for other in near for sign in (-1, 1)}
        return any(is_known_number(Number(each, COUNT, "", 0), self.values) for each in sums)

    def _is_product(self, number: Number) -> bool:
        """Return whether a known count of known measures gives *number*: six turbines of 600 megawatts are 3.6 gigawatts."""
        if number.kind in {COUNT, SHARE, DAYS}:
            return False
        counts = [each for each in self.values.get(COUNT, ()) if 1 < each <= MAX_COUNT]
        return any(
            is_known_number(number, {number.kind: [each * value for each in counts]})
            for value in self.values.get(number.kind, ())
        )


def known_numbers(article: ArticleFacts, known: KnownFacts) -> KnownNumbers:
    """Return the numbers that a story with the facts *known* knows, to compare those of *article* with them."""
    values = known.values()
    measured = (each for sentence in article.sentences for each in sentence.numbers if each.bare is not None)
    bare = frozenset(abs(each.bare_value) for each in measured if is_known_number(each, values))
    years = sorted({article.appeared.year, *map(int, filter(str.isdecimal, known.names(YEAR)))})
    return KnownNumbers(values, bare, frozenset(float(later - earlier) for earlier, later in combinations(years, 2)))
