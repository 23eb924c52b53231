"""A conditional random field (CRF) over the words of a sentence, as evals/entity_training trains it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from consumers.entities.sequences import Floats, best_path

LABELS_FILE, STEPS_FILE, KEYS_FILE, WEIGHTS_FILE = "labels.txt", "steps.npy", "keys.npy", "weights.npy"


def key_of(feature: str) -> int:
    """Return the number by which a model knows a *feature*, so that it need not contain the words of its texts."""
    return crc32(feature.encode())


@dataclass(frozen=True, slots=True)
class Crf:
    """The *labels*, the score of each after each other one, and the row of *weights* for each feature, by its key."""

    labels: Sequence[str]
    steps: Floats
    rows: dict[int, int]
    weights: Floats

    def label(self, sentence: Sequence[Iterable[str]]) -> list[str]:
        """Return the label of each word of a *sentence*, given as the features of its words."""
        if not sentence:
            return []
        rows = [[row for feature in word if (row := self.rows.get(key_of(feature))) is not None] for word in sentence]
        scores = np.array([self.weights[word].sum(axis=0) for word in rows], dtype=np.float32)
        return [self.labels[number] for number in best_path(scores, self.steps)]


def read(folder: Path) -> Crf:
    """Return the model in *folder*."""
    keys = np.load(folder / KEYS_FILE, allow_pickle=False)
    labels = (folder / LABELS_FILE).read_text(encoding="utf-8").split()
    steps, weights = (np.load(folder / file, allow_pickle=False).astype(np.float32) for file in (STEPS_FILE, WEIGHTS_FILE))
    return Crf(labels, steps, {int(key): row for row, key in enumerate(keys)}, weights)


def write(folder: Path, labels: Sequence[str], steps: Floats, features: Sequence[str], weights: Floats) -> None:
    """Write a model to *folder*: *weights* has a row for each of *features*. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    keys: NDArray[np.uint32] = np.array([key_of(feature) for feature in features], dtype=np.uint32)
    (folder / LABELS_FILE).write_text("\n".join(labels) + "\n", encoding="utf-8")
    np.save(folder / STEPS_FILE, steps.astype(np.float32))
    np.save(folder / KEYS_FILE, keys)
    np.save(folder / WEIGHTS_FILE, weights.astype(np.float16))
