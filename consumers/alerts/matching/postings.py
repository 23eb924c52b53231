"""The indexes at which each word of an article occurs."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

FEW_WORDS = 8
"""At most this many words are searched for one by one. For more it is faster to list the indexes of all words at once."""
MAX_INDEXES = 8_000
"""The most indexes of one word: twice as many as the most frequent word of the longest article has in ordinary text."""


class Postings(dict[str, Sequence[int]]):
    """The indexes of each of *words* by word, in order; empty for another word. They are found on demand.

    A word that occurs more often has only its first MAX_INDEXES.
    """

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words = words
        self._is_complete = False

    def __missing__(self, word: str) -> Sequence[int]:
        if len(self) >= FEW_WORDS:
            return self.complete().setdefault(word, ())
        indexes: list[int] = []
        for _ in range(min(self._words.count(word), MAX_INDEXES)):
            indexes.append(self._words.index(word, indexes[-1] + 1 if indexes else 0))
        self[word] = indexes
        return indexes

    def possible_starts(self, phrase: Sequence[str]) -> list[int]:
        """Return the indexes at which the words *phrase* may start, from those of its rarest word."""
        complete = self.complete()
        offset = min(range(len(phrase)), key=lambda index: len(complete.get(phrase[index], ())))
        before = complete.get(phrase[0], ())
        starts = [index - offset for index in complete.get(phrase[offset], ())]
        return [start for start in starts if (at := bisect_left(before, start)) < len(before) and before[at] == start]

    def complete(self) -> "Postings":
        """Return these postings after adding all words."""
        if not self._is_complete:
            postings: dict[str, list[int]] = {}
            for index, word in enumerate(self._words):
                postings.setdefault(word, []).append(index)
            if len(self._words) > MAX_INDEXES:
                postings = {word: indexes[:MAX_INDEXES] for word, indexes in postings.items()}
            self.update(postings)
            self._is_complete = True
        return self


def beginning_with(stem: str, words: Sequence[str]) -> Sequence[str]:
    """Return those of the sorted *words* that begin with *stem*."""
    return words[bisect_left(words, stem) : bisect_right(words, stem, key=lambda word: word[: len(stem)])]
