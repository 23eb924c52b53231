"""Numbered phrases, and which of them stand in a row of words: an index of the row's one, two and three words."""

from collections.abc import Sequence

INDEXED = 3
"""Longer phrases are found by their first words, this many, and then looked at."""
Words = tuple[str, ...]


class PhraseIndex:
    """PhraseIndex in plain dicts, so that one comes or goes in microseconds."""

    def __init__(self) -> None:
        self._one: dict[str, int] = {}
        self._two: dict[Words, int] = {}
        self._three: dict[Words, int] = {}
        self._longer: dict[Words, dict[Words, int]] = {}

    def __len__(self) -> int:
        return len(self._one) + len(self._two) + len(self._three) + len(self._longer)

    def add(self, phrase: Words, number: int) -> None:
        """Let *phrase* be found as *number*."""
        match phrase:
            case (word,):
                self._one[word] = number
            case (_, _):
                self._two[phrase] = number
            case (_, _, _):
                self._three[phrase] = number
            case _:
                self._longer.setdefault(phrase[:INDEXED], {})[phrase] = number

    def remove(self, phrase: Words) -> None:
        """Let *phrase*, which was added, be found no more."""
        match phrase:
            case (word,):
                del self._one[word]
            case (_, _):
                del self._two[phrase]
            case (_, _, _):
                del self._three[phrase]
            case _:
                begin = phrase[:INDEXED]
                del self._longer[begin][phrase]
                if not self._longer[begin]:
                    del self._longer[begin]

    def find(self, row: Sequence[str], found: set[int]) -> None:
        """Put the numbers of all phrases that stand in *row* into *found*."""
        second, third = row[1:], row[2:]
        found.update(map(self._one.__getitem__, self._one.keys() & row))
        if self._two:
            found.update(map(self._two.__getitem__, self._two.keys() & zip(row, second, strict=False)))
        if self._three:
            found.update(map(self._three.__getitem__, self._three.keys() & zip(row, second, third, strict=False)))
        if self._longer:
            self._find_longer(row, self._longer.keys() & zip(row, second, third, strict=False), found)

    def _find_longer(self, row: Sequence[str], begins: set[Words], found: set[int]) -> None:
        if not begins:
            return
        for at in range(len(row) - INDEXED):
            if (begin := tuple(row[at : at + INDEXED])) in begins:
                for phrase, number in self._longer[begin].items():
                    if tuple(row[at : at + len(phrase)]) == phrase:
                        found.add(number)
