"""An inverted index of the open stories by word, or by entity, with tf-idf weights. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
INITIAL_TERMS = 1024
MAX_LEFT = 16
"""Removed stories by which the list of a term may be longer than it has stories. Then all of them are taken out of it."""


@dataclass(frozen=True, slots=True)
class Vector:
    """The terms of a story: their numbers in the index, and their counts."""

    numbers: Integers
    counts: Floats


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of an article, with their numbers in the index (-1 if no story has the term) and their tf-idf weights."""

    terms: Sequence[str]
    numbers: Integers
    weights: Floats

    def heaviest(self, count: int) -> list[tuple[str, float]]:
        """Return the *count* terms with the highest weights, and these, the highest first."""
        order = np.argsort(-self.weights, kind="stable")[:count]
        return [(self.terms[position], float(self.weights[position])) for position in order]


@dataclass
class InvertedIndex:
    """The stories that have a term, by term. The story that was added last comes last.

    *stories* has the story ids, by the numbers of their additions. Each addition has a higher number than those before.

    A term that a story has is numbered. By number, *terms* has the terms, *sizes* the number of stories that have the term,
    *logs* the logarithm of one more than that, and *additions* those of these stories. A story that is removed leaves its
    number behind in *additions*, since to find it there would take long; *left* counts these by term. *unused* are the numbers
    of terms that no story has any more.
    """

    stories: Mapping[int, str]
    numbers: dict[str, int] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    additions: list[list[int]] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)
    sizes: Integers = field(default_factory=lambda: np.zeros(INITIAL_TERMS, np.int32))
    left: Integers = field(default_factory=lambda: np.zeros(INITIAL_TERMS, np.int32))
    logs: Floats = field(default_factory=lambda: np.zeros(INITIAL_TERMS))

    def add(self, addition: int, counts: Mapping[str, float]) -> Vector:
        """Add a story with its terms and their counts. Return its vector."""
        numbers = self.numbers
        for term in counts:
            if term not in numbers:
                self._number(term)
        vector, additions = self.vector(counts), self.additions
        for number in vector.numbers.tolist():
            additions[number].append(addition)
        self._count(vector, 1)
        return vector

    def vector(self, counts: Mapping[str, float]) -> Vector:
        """Return the vector of terms that stories have, with these *counts*."""
        return Vector(np.fromiter(map(self.numbers.__getitem__, counts), np.int32, len(counts)), _values(counts))

    def remove(self, vector: Vector) -> None:
        """Remove the story for which `add` returned *vector*. Its addition must not be in *stories* any more."""
        self._count(vector, -1)
        self.left[vector.numbers] += 1
        sizes = self.sizes[vector.numbers]
        for number in vector.numbers[sizes == 0].tolist():
            del self.numbers[self.terms[number]]
            self.additions[number], self.left[number] = [], 0
            self.unused.append(number)
        for number in vector.numbers[self.left[vector.numbers] > sizes + MAX_LEFT].tolist():
            self.additions[number] = [each for each in self.additions[number] if each in self.stories]
            self.left[number] = 0

    def counts(self, vector: Vector) -> dict[str, float]:
        """Return the terms and their counts with which the story with *vector* was added, in the same order."""
        return dict(zip([self.terms[number] for number in vector.numbers], vector.counts.tolist(), strict=True))

    def query(self, counts: Mapping[str, float], log_stories: float) -> Query:
        """Return the weights of the terms with these *counts*. *log_stories* is the logarithm of the number of stories."""
        numbers = np.fromiter((self.numbers.get(term, -1) for term in counts), np.int32, len(counts))
        logs = np.where(numbers >= 0, self.logs[numbers], 0.0)
        return Query(tuple(counts), numbers, _damped(_values(counts)) * (log_stories - logs))

    def newest(self, term: str, count: int) -> Sequence[int]:
        """Return the additions of up to *count* stories that have *term*, the latest first."""
        if (number := self.numbers.get(term)) is None:
            return ()
        additions = self.additions[number]
        if not self.left[number]:
            return additions[: -count - 1 : -1]
        return list(islice((each for each in reversed(additions) if each in self.stories), count))

    def cosines(self, query: Query, vectors: Sequence[Vector], log_stories: float, *parts: Floats) -> list[Floats]:
        """Return the cosine of the tf-idf weights of *query* and those of each of *vectors*; 0 if one of them has no weight.

        The same follows for each of *parts*: other weights of the terms of *query*, such as 0 for some of them.
        """
        numbers = np.concatenate([vector.numbers for vector in vectors] or [np.empty(0, np.int32)])
        counts = np.concatenate([vector.counts for vector in vectors] or [np.empty(0)])
        owners = all_owners = np.repeat(np.arange(len(vectors)), [len(vector.numbers) for vector in vectors])
        weights = _damped(counts) * (log_stories - self.logs[numbers])
        order = np.argsort(query.numbers)
        known = query.numbers[order]
        places = np.minimum(np.searchsorted(known, numbers), max(0, len(known) - 1))
        is_known = known[places] == numbers if len(known) else np.zeros(len(numbers), np.bool_)
        owners, places, shared = owners[is_known], places[is_known], weights[is_known]
        lengths = np.bincount(all_owners, weights * weights, len(vectors))
        cosines = []
        for query_weights in (query.weights, *parts):
            products = np.bincount(owners, query_weights[order][places] * shared, len(vectors))
            squares = lengths * np.dot(query_weights, query_weights)
            cosines.append(np.where(squares > 0, products / np.sqrt(np.where(squares > 0, squares, 1.0)), 0.0))
        return cosines

    def _number(self, term: str) -> None:
        """Number the new *term*."""
        if self.unused:
            number = self.unused.pop()
            self.terms[number] = term
        else:
            number = len(self.terms)
            self.terms.append(term)
            self.additions.append([])
            if number == len(self.logs):
                more = np.zeros(number)
                self.logs = np.concatenate([self.logs, more])
                self.sizes, self.left = (np.concatenate([each, more.astype(np.int32)]) for each in (self.sizes, self.left))
        self.numbers[term] = number

    def _count(self, vector: Vector, change: int) -> None:
        """Add *change* to the number of stories that have each term of *vector*, none of which occurs twice."""
        sizes = self.sizes[vector.numbers] + change
        self.sizes[vector.numbers] = sizes
        self.logs[vector.numbers] = np.log1p(sizes)


def _values(counts: Mapping[str, float]) -> Floats:
    return np.fromiter(counts.values(), np.float64, len(counts))


def _damped(counts: Floats) -> Floats:
    """Return the sublinear term frequencies: 1 + log(count); 0 for a count that is not positive."""
    positive = counts > 0
    return np.where(positive, 1 + np.log(np.where(positive, counts, 1.0)), 0.0)
