"""`python -m evals.topic_training EVENTS WEIGHTS`: train the classifier of topics, in a minute or two of CPU time.

Two models are trained on the vectors of texts, and the mean of both is written. One learns from words.txt: its texts are
mixtures of phrases of one concept. The other learns from the events too (events.py), which have real sentences but only ten
of the 17 concepts, and hardly any consumer technology. The mean was better than either on both sets of docs/performance.md.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from consumers.topics.classifier import CLASSES
from consumers.topics.embedding import Embed, load_embedding
from evals.topic_training.events import read_events

MAX_EVENTS = 1500
"""Events of one concept to learn from."""
MIN_EVENTS = 300
"""A concept with fewer events has as much less weight."""
MIXTURES = 400
"""Mixtures of phrases for each concept."""
PHRASES = (3, 8)
"""The fewest and the most phrases in a mixture."""
MAX_FILLER = 0.7
"""The largest share of a mixture that is the mean of all events, which stands for what all news has in common."""
FEW_EVENTS = (5, 6, 8, 9, 10, 12, 14, 17)
FEW_EVENTS_WEIGHT = 0.4
"""The weight of the concepts that news is seldom about."""
STEPS, RATE, DECAY = 250, 0.1, 1e-5
SEED = 3

Floats = NDArray[np.float32]
Samples = tuple[Floats, NDArray[np.int64], NDArray[np.float64]]
"""Vectors of shape (samples, dimensions), and the class and the weight of each."""


@click.command()
@click.argument("events", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("weights", type=click.Path(dir_okay=False, path_type=Path))
def main(events: Path, weights: Path) -> None:
    """Train on the EVENTS, a folder of YEAR/MONTH/DAY.yaml, and write the file WEIGHTS."""
    embed, random = load_embedding(), np.random.default_rng(SEED)
    of_events = event_samples(events, embed, random)
    of_words = word_samples(embed, of_events[0].mean(0), random)
    flat = np.ones(CLASSES)
    seldom = flat.copy()
    seldom[list(FEW_EVENTS)] = FEW_EVENTS_WEIGHT
    both = (
        np.concatenate([of_events[0], of_words[0]]),
        np.concatenate([of_events[1], of_words[1]]),
        np.concatenate([of_events[2], 2 * of_words[2]]),
    )
    models = [train(of_words, flat), train(both, seldom)]
    np.save(weights, np.mean(models, axis=0).astype(np.float16))


def event_samples(folder: Path, embed: Embed, random: np.random.Generator) -> Samples:
    """Return the samples of the events in *folder*, at most MAX_EVENTS of each class."""
    by_class: dict[int, list[str]] = {}
    for number, text in read_events(folder):
        by_class.setdefault(number, []).append(text)
    chosen = [
        (number, text)
        for number, texts in sorted(by_class.items())
        for text in random.choice(np.array(texts, dtype=object), min(len(texts), MAX_EVENTS), replace=False)
    ]
    classes = np.array([number for number, _ in chosen])
    counts = np.bincount(classes, minlength=CLASSES)
    return np.stack([embed(text) for _, text in chosen]), classes, 1 / np.maximum(counts, MIN_EVENTS)[classes]


def word_samples(embed: Embed, filler: Floats, random: np.random.Generator) -> Samples:
    """Return mixtures of the phrases of each class in words.txt. *filler* is mixed into those that are news."""
    mixtures = [
        (mixture, number)
        for number, phrases in read_words()
        for mixture in _mixtures(np.stack([embed(phrase) for phrase in phrases]), filler if number else None, random)
    ]
    classes = np.array([number for _, number in mixtures])
    return np.stack([mixture for mixture, _ in mixtures]), classes, np.full(len(classes), 1 / MIXTURES)


def read_words() -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each class, 0 for what is no news, and its phrases."""
    for line in (files("evals.topic_training") / "words.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            number, phrases = line.split("\t")
            yield int(number), phrases.split(", ")


def _mixtures(vectors: Floats, filler: Floats | None, random: np.random.Generator) -> Iterator[Floats]:
    for _ in range(MIXTURES):
        chosen = random.integers(len(vectors), size=random.integers(PHRASES[0], PHRASES[1] + 1))
        mixture = _unit(vectors[chosen].mean(0))
        if filler is not None:
            share = random.uniform(0, MAX_FILLER)
            mixture = _unit((1 - share) * mixture + share * _unit(filler))
        yield mixture


def _unit(vector: Floats) -> Floats:
    return vector / np.float32(np.linalg.norm(vector))


def train(samples: Samples, shares: NDArray[np.float64]) -> Floats:
    """Return the weights of a softmax regression, of shape (dimensions + 1, CLASSES); the last row is the bias.

    *shares* are the weights of the classes. The optimiser is Adam (Kingma and Ba 2015), on all samples at once.
    """
    vectors, classes, weights = samples
    weights = weights * (shares / np.bincount(classes, weights, CLASSES))[classes]
    inputs = np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], axis=1)
    expected, share = np.eye(CLASSES, dtype=np.float32)[classes], (weights / weights.sum()).astype(np.float32)[:, None]
    result = np.zeros((inputs.shape[1], CLASSES), np.float32)
    mean, square = np.zeros_like(result), np.zeros_like(result)
    for step in range(1, STEPS + 1):
        logits = inputs @ result
        exponentials = np.exp(logits - logits.max(1, keepdims=True))
        gradient = inputs.T @ ((exponentials / exponentials.sum(1, keepdims=True) - expected) * share) + DECAY * result
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        result -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return result


if __name__ == "__main__":
    main(prog_name="python -m evals.topic_training")
