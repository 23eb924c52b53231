"""Figures over documents with confidence intervals of 95 %, by bootstrap over the documents.

A scorer counts in each document, and a figure is a function of the sums of these counts. The counts are a matrix with a
row for each document. The rows of the report have an interval as two more keys: NAME_low and NAME_high.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

SAMPLES = 1000
"""Samples of the documents for an interval."""
LEVELS = (2.5, 97.5)
"""The percentiles between which an interval of 95 % lies."""
Matrix = NDArray[np.float64]
Random = np.random.Generator


def make_random(seed: int = 0) -> Random:
    """Return a generator of random numbers, the same ones for the same *seed*."""
    return np.random.default_rng(seed)


def draw(counts: Matrix, random: Random, samples: int = SAMPLES) -> Matrix:
    """Return the sums of *counts* over as many documents, drawn with replacement; one row for each sample.

    Raises ValueError if there is no document.
    """
    documents = len(counts)
    if not documents:
        raise ValueError("there is no document in it")
    times_drawn = random.multinomial(documents, np.full(documents, 1 / documents), size=samples)
    return times_drawn.astype(np.float64) @ counts


def with_interval(name: str, figure: float, sampled: Matrix) -> dict[str, float]:
    """Return the *figure* as *name*, with the interval of the same figure of the samples."""
    low, high = np.percentile(sampled, LEVELS)
    return {name: float(figure), f"{name}_low": float(low), f"{name}_high": float(high)}


def precision_recall(counts: Sequence[Sequence[float]] | Matrix, random: Random) -> dict[str, float]:
    """Return precision, recall and F1 of the documents.

    The columns of *counts* are: found and right, found; marked by a person and found, marked by a person.
    """
    matrix = np.asarray(counts, dtype=np.float64).reshape(-1, 4)
    return score_sums(matrix.sum(axis=0), draw(matrix, random))


def score_sums(total: Matrix, sampled: Matrix) -> dict[str, float]:
    """Return precision, recall and F1 of the sums *total*, with the intervals of the *sampled* sums."""
    figures = zip(("precision", "recall", "f1"), _scores(total[np.newaxis]), _scores(sampled), strict=True)
    return {key: value for name, (figure,), samples in figures for key, value in with_interval(name, figure, samples).items()}


def share(name: str, counts: Sequence[Sequence[float]] | Matrix, random: Random) -> dict[str, float]:
    """Return the first column of *counts* over the second as *name*; 0 if there is nothing to count."""
    matrix = np.asarray(counts, dtype=np.float64).reshape(-1, 2)
    (figure,), sampled = _ratio(matrix.sum(axis=0)[np.newaxis]), _ratio(draw(matrix, random))
    return with_interval(name, figure, sampled)


def mean(name: str, values: Sequence[float], random: Random) -> dict[str, float]:
    """Return the mean of *values*, one of each document, as *name*."""
    return share(name, [(value, 1.0) for value in values], random)


def mean_scores(scores: Sequence[tuple[float, float]], groups: Sequence[object], random: Random) -> dict[str, float]:
    """Return the means of the precisions and recalls *scores*, and their F1. Samples are drawn of whole *groups*."""
    sums: dict[object, Matrix] = {}
    for (precision, recall), group in zip(scores, groups, strict=True):
        sums[group] = sums.get(group, np.zeros(4)) + np.array([precision, 1.0, recall, 1.0])
    return precision_recall(np.array(list(sums.values())), random)


def spread(name: str, values: Sequence[float]) -> Mapping[str, float]:
    """Return the least and the most of *values* as NAME_least and NAME_most."""
    return {f"{name}_least": min(values), f"{name}_most": max(values)}


def _scores(sums: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    precision, recall = _ratio(sums[:, :2]), _ratio(sums[:, 2:])
    together = precision + recall
    f1 = np.divide(2 * precision * recall, together, out=np.zeros_like(together), where=together > 0)
    return precision, recall, f1


def _ratio(sums: Matrix) -> Matrix:
    return np.divide(sums[:, 0], sums[:, 1], out=np.zeros(len(sums)), where=sums[:, 1] > 0)
