"""What the models of Chinese, Japanese and Korean share: sentences, and the best labels for a sequence. Pure."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from consumers.entities.ner import NerSpan

Floats = NDArray[np.float32]
MAX_SENTENCE = 120
"""The most letters that are read as one sentence."""
OUTSIDE = "O"
"""The label of what is no part of a name."""
_SENTENCE = re.compile(r"[^。!?！？\n]+[。!?！？\n]*|[。!?！？\n]+")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each sentence of *text*, of at most MAX_SENTENCE letters."""
    for match in _SENTENCE.finditer(text):
        for start in range(match.start(), match.end(), MAX_SENTENCE):
            yield start, min(start + MAX_SENTENCE, match.end())


def best_path(scores: Floats, steps: Floats, first: Floats | float = 0.0, last: Floats | float = 0.0) -> list[int]:
    """Return the labels with the highest sum of *scores* and *steps*, by Viterbi's algorithm.

    *scores* has a row for each place and a column for each label, *steps* the score of each label after each other one.
    *first* and *last* are those of a label at the beginning and the end.
    """
    total = scores[0] + first
    before = np.empty(scores.shape, dtype=np.int64)
    columns = np.arange(scores.shape[1])
    for place in range(1, len(scores)):
        sums = total[:, None] + steps
        before[place] = sums.argmax(axis=0)
        total = sums[before[place], columns] + scores[place]
    path = [int((total + last).argmax())]
    for place in range(len(scores) - 1, 0, -1):
        path.append(int(before[place, path[-1]]))
    return path[::-1]


def named(labels: Sequence[str], places: Sequence[tuple[int, int]]) -> list[NerSpan]:
    """Return the names of a sentence from the *labels* of its words, such as B-PER; *places* are their starts and ends."""
    found: list[NerSpan] = []
    before = OUTSIDE
    for label, (start, end) in zip(labels, places, strict=True):
        position, _, kind = label.partition("-")
        if position == "I" and before.endswith(f"-{kind}"):
            found[-1] = found[-1]._replace(end=end)
        elif label != OUTSIDE:
            found.append(NerSpan(start, end, kind))
        before = label
    return found
