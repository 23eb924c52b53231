"""All that any watch asks for, numbered, and which of it an article has."""

from collections.abc import Iterable

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.phrase_index import PhraseIndex
from consumers.alerts.query.ast import Key
from consumers.alerts.query.validate import STEM

ALWAYS = 0
"""The number of what every article has."""


class TermIndex:
    """Keys in use; one comes or goes in microseconds."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self._uses: dict[Key, int] = {}
        self._next = ALWAYS + 1
        self._phrases, self._alike = PhraseIndex(), PhraseIndex()
        self._stems: dict[str, dict[str, int]] = {}
        self._facts: dict[Key, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def take(self, keys: Iterable[Key]) -> frozenset[int]:
        """The numbers of *keys*, each used once more."""
        return frozenset([self._take(key) for key in keys])

    def drop(self, keys: Iterable[Key]) -> None:
        """Use *keys*, all of them taken before, once less; what nobody uses is looked for no more."""
        for key in keys:
            self._uses[key] -= 1
            if not self._uses[key]:
                del self._uses[key], self._numbers[key]
                self._forget(key)

    def find(self, reading: Document) -> set[int]:
        """The numbers of what the article has."""
        found = {ALWAYS}
        self._phrases.find(reading.words, found)
        if self._alike:
            self._alike.find(reading.alike, found)
        if self._stems:
            self._find_stems(reading.words, found)
        if self._facts:
            found.update(map(self._facts.__getitem__, self._facts.keys() & reading.facts.keys()))
        return found

    def _take(self, key: Key) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._next
            self._next += 1
            self._learn(key, number)
        self._uses[key] = self._uses.get(key, 0) + 1
        return number

    def _learn(self, key: Key, number: int) -> None:
        match key.kind:
            case "phrase":
                self._phrases.add(key.value, number)
            case "alike":
                self._alike.add(key.value, number)
            case "prefix":
                self._stems.setdefault(key.value[0][:STEM], {})[key.value[0]] = number
            case _:
                self._facts[key] = number

    def _forget(self, key: Key) -> None:
        match key.kind:
            case "phrase":
                self._phrases.remove(key.value)
            case "alike":
                self._alike.remove(key.value)
            case "prefix":
                stem = key.value[0]
                del self._stems[stem[:STEM]][stem]
                if not self._stems[stem[:STEM]]:
                    del self._stems[stem[:STEM]]
            case _:
                del self._facts[key]

    def _find_stems(self, row: Iterable[str], found: set[int]) -> None:
        for word in set(row):
            for stem, number in self._stems.get(word[:STEM], {}).items():
                if word.startswith(stem):
                    found.add(number)
