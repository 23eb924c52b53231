"""The words of an article and their variants as a graph. A phrase occurs where a path has its words."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from consumers.alerts.matching.reading import BREAK, Reading
from monitor.text.tokens import tokens

TokenRange = tuple[int, int]
"""Consecutive words of Document.tokens: indexes from start to end (exclusive)."""
Path = tuple[TokenRange, ...]
"""The place of each word of a phrase."""
PlacedVariant = tuple[tuple[str, ...], TokenRange]
"""The words of a variant, and the words of the article in whose place they stand."""


class WordGraph:
    """A node for each place between two words. An edge is a word of the article, or one of a variant.

    The nodes inside a variant of several words are negative. The words of an article stand between the nodes *i* and *i + 1*.
    A phrase continues at one of *breaks*, where a sentence ends, only with the word BREAK.
    """

    def __init__(self, words: Sequence[str], breaks: frozenset[int], variants: Iterable[PlacedVariant]) -> None:
        self._words, self._breaks = words, breaks
        self._edges: dict[int, list[tuple[str, int, TokenRange]]] = {}
        self._before: dict[int, list[int]] = {}
        self._starts: dict[str, list[int]] = {}
        self._variants: list[tuple[tuple[str, ...], list[int]]] = []
        inner = 0
        for variant, place in variants:
            nodes = [place[0], *range(inner - 1, inner - len(variant), -1), place[1]]
            inner -= len(variant) - 1
            self._variants.append((variant, nodes))
            for word, node, following in zip(variant, nodes, nodes[1:], strict=False):
                self._add(node, word, following, place)

    def _add(self, node: int, word: str, following: int, place: TokenRange) -> None:
        self._edges.setdefault(node, []).append((word, following, place))
        self._before.setdefault(following, []).append(node)
        self._starts.setdefault(word, []).append(node)

    def paths(self, phrase: Sequence[str], starts: Sequence[int], behind_prefix: Sequence[int] = ()) -> list[Path]:
        """Return the paths that have the words *phrase*. *starts* are the indexes of its first word in the article.

        *behind_prefix* are the indexes of the words that are its first one together with a prefix.
        """
        nodes = dict.fromkeys((*starts, *self._starts.get(phrase[0], ())))
        paths: list[tuple[int, Path]] = [(node, ()) for node in nodes]
        for previous, word in zip(("", *phrase), phrase, strict=False):
            if word == BREAK:
                paths = [(node, path) for node, path in paths if node in self._breaks]
                continue
            if previous not in {"", BREAK}:
                paths = [(node, path) for node, path in paths if node not in self._breaks]
            paths = [
                (following, (*path, place))
                for node, path in paths
                for other, following, place in self._following(node)
                if other == word
            ]
            if not previous:
                paths += [(start + 1, ((start, start + 1),)) for start in behind_prefix]
            if not paths:
                break
        return [path for _, path in paths]

    def windows(self, vocabulary: AbstractSet[str], length: int) -> set[tuple[str, ...]]:
        """Return the words of all paths of at most *length* words that may go through a variant with a word of *vocabulary*."""
        starts: set[int] = set()
        for variant, nodes in self._variants:
            if vocabulary.isdisjoint(variant):
                continue
            frontier = set(nodes[:-1])
            starts |= frontier
            for _ in range(length - 1):
                frontier = {before for node in frontier for before in self._preceding(node)} - starts
                starts |= frontier
        return {window for node in starts for window in self._windows(node, length, is_start=True) if window}

    def _windows(self, node: int, length: int, *, is_start: bool) -> Iterator[tuple[str, ...]]:
        if length == 0:
            yield ()
        elif not is_start and node in self._breaks:
            yield from ((BREAK, *rest) for rest in self._windows(node, length - 1, is_start=True))
        else:
            edges = list(self._following(node))
            for word, following, _ in edges:
                yield from ((word, *rest) for rest in self._windows(following, length - 1, is_start=False))
            if not edges:
                yield ()

    def _following(self, node: int) -> Iterator[tuple[str, int, TokenRange]]:
        if 0 <= node < len(self._words):
            yield self._words[node], node + 1, (node, node + 1)
        yield from self._edges.get(node, ())

    def _preceding(self, node: int) -> Iterator[int]:
        if node > 0:
            yield node - 1
        yield from self._before.get(node, ())


def place_variants(reading: Reading, index: int) -> Iterator[PlacedVariant]:
    """Yield the variants of *reading* with their places in an article. *index* is that of the reading's first word."""
    position = 0
    # In order, so that the words between them are counted once.
    for variant in sorted(reading.variants, key=lambda variant: variant.start):
        index += len(tokens(reading.plain[position : variant.start]))
        position = variant.start
        end = index + 1 + len(tokens(reading.plain[position : variant.end])) if variant.end >= position else index
        yield variant.words, (index - 1, end)
