"""An index that finds which of many phrases occur in a sequence of words."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Generic, TypeVar

KEY_WORDS = 3
"""A longer phrase is indexed by its first KEY_WORDS words; the rest is then compared."""
Words = tuple[str, ...]
T = TypeVar("T", str, Words)


@dataclass(slots=True)
class ByLength(Generic[T]):
    """Numbers of texts that begin alike, and how many of these have each length.

    What a text continues with is then looked up once for each length, however many there are.
    """

    numbers: dict[T, int] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)

    def add(self, text: T, number: int) -> None:
        """Add *text*, which must not be there yet."""
        self.numbers[text] = number
        self.lengths[len(text)] = self.lengths.get(len(text), 0) + 1

    def remove(self, text: T) -> None:
        """Remove *text*. Raises KeyError if it was never added."""
        del self.numbers[text]
        self.lengths[len(text)] -= 1
        if not self.lengths[len(text)]:
            del self.lengths[len(text)]


class PhraseIndex:
    """Numbers by phrase, in plain dicts, so that adding or removing a phrase takes microseconds."""

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        """The words of all phrases, each with the number of its occurrences."""
        self._one_word: dict[str, int] = {}
        self._two_words: dict[Words, int] = {}
        self._three_words: dict[Words, int] = {}
        self._longer: dict[Words, ByLength[Words]] = {}

    def __len__(self) -> int:
        return len(self._one_word) + len(self._two_words) + len(self._three_words) + len(self._longer)

    def add(self, phrase: Words, number: int) -> None:
        """Index *phrase* under *number*."""
        for word in phrase:
            self.vocabulary[word] = self.vocabulary.get(word, 0) + 1
        match phrase:
            case (word,):
                self._one_word[word] = number
            case (_, _):
                self._two_words[phrase] = number
            case (_, _, _):
                self._three_words[phrase] = number
            case _:
                self._longer.setdefault(phrase[:KEY_WORDS], ByLength()).add(phrase, number)

    def remove(self, phrase: Words) -> None:
        """Remove *phrase*. Raises KeyError if it was never added."""
        for word in phrase:
            self.vocabulary[word] -= 1
            if not self.vocabulary[word]:
                del self.vocabulary[word]
        match phrase:
            case (word,):
                del self._one_word[word]
            case (_, _):
                del self._two_words[phrase]
            case (_, _, _):
                del self._three_words[phrase]
            case _:
                key = phrase[:KEY_WORDS]
                self._longer[key].remove(phrase)
                if not self._longer[key].numbers:
                    del self._longer[key]

    def find(self, words: Sequence[str], numbers: set[int]) -> None:
        """Add the numbers of all phrases that occur in *words* to *numbers*."""
        second, third = words[1:], words[2:]
        numbers.update(map(self._one_word.__getitem__, self._one_word.keys() & words))
        if self._two_words:
            numbers.update(map(self._two_words.__getitem__, self._two_words.keys() & zip(words, second, strict=False)))
        if self._three_words:
            keys = self._three_words.keys() & zip(words, second, third, strict=False)
            numbers.update(map(self._three_words.__getitem__, keys))
        if self._longer:
            self._find_longer(words, self._longer.keys() & zip(words, second, third, strict=False), numbers)

    def find_at_start(self, window: Words, numbers: set[int], occurs: Callable[[Words], bool]) -> None:
        """Add the numbers of all phrases with which *window*, of KEY_WORDS words or fewer, begins to *numbers*.

        A phrase that is longer than *window* is added if *occurs* returns True for it.
        """
        found = (self._one_word.get(window[0]), self._two_words.get(window[:2]), self._three_words.get(window[:3]))
        numbers.update(number for number in found if number is not None)
        for phrase, number in self._longer[window].numbers.items() if window in self._longer else ():
            if number not in numbers and occurs(phrase):
                numbers.add(number)

    def find_continued(
        self, words: Sequence[str], other_words: AbstractSet[str], numbers: set[int], occurs: Callable[[Words], bool]
    ) -> None:
        """Add the numbers of the phrases whose first KEY_WORDS words are in *words*, and a later one in *other_words*.

        Such a phrase is added if *occurs* returns True for it.
        """
        if not self._longer:
            return
        for key in self._longer.keys() & zip(words, words[1:], words[2:], strict=False):
            for phrase, number in self._longer[key].numbers.items():
                if number not in numbers and not other_words.isdisjoint(phrase[KEY_WORDS:]) and occurs(phrase):
                    numbers.add(number)

    def _find_longer(self, words: Sequence[str], keys: set[Words], numbers: set[int]) -> None:
        if not keys:
            return
        for start in range(len(words) - KEY_WORDS):
            if (key := tuple(words[start : start + KEY_WORDS])) in keys:
                longer = self._longer[key]
                for length in longer.lengths:
                    if (number := longer.numbers.get(tuple(words[start : start + length]))) is not None:
                        numbers.add(number)
