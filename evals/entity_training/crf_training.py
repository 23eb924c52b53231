"""The training of a CRF over the words of a morphological analyser (consumers/entities/sudachi.py), by CRFsuite."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from consumers.entities import crf, sudachi
from consumers.entities.sequences import OUTSIDE, named
from consumers.entities.sudachi import Morpheme
from evals.entity_training.recipe import LABELS, Recipe
from evals.sets import f1_score
from evals.spans import Sample

PARAMETERS: Mapping[str, Any] = {"c1": 0.05, "c2": 0.01, "max_iterations": 120, "feature.possible_transitions": True}
"""The weights of the penalties on large weights (L1 and L2), the most steps, and that steps that were not seen count too."""
Analyse = Callable[[str], list[Morpheme]]


def build(recipe: Recipe, folder: Path, model: Path, meta: Mapping[str, object], analyse: Analyse) -> None:
    """Train a CRF by *recipe* on the corpora in *folder*, write the folder *model*, and print its score on what is held out.

    *meta* says where the model is from. *analyse* returns the words of a sentence. Raises OSError.
    """
    samples, held_out = recipe.samples(folder), recipe.samples(folder, held_out=True)
    model.mkdir(parents=True, exist_ok=True)
    info = _train(samples, analyse)
    labels = sorted(info.labels)
    steps = np.array([[info.transitions.get((first, second), 0.0) for second in labels] for first in labels], np.float32)
    features = sorted({feature for feature, _ in info.state_features})
    rows = {feature: row for row, feature in enumerate(features)}
    weights = np.zeros((len(features), len(labels)), np.float32)
    for (feature, label), weight in info.state_features.items():
        weights[rows[feature], labels.index(label)] = weight
    crf.write(model, labels, steps, features, weights)
    (model / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    print(f"{len(samples)} sentences, {len(features)} features")
    print(score(crf.read(model), analyse, held_out))


def _train(samples: Sequence[Sample], analyse: Analyse) -> Any:
    """Return what CRFsuite tells of the model that it trains on *samples*: labels, transitions and state_features."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False, params=dict(PARAMETERS))
    for sample in samples:
        words = analyse(sample.text)
        trainer.append(list(sudachi.features(words)), labels_of(words, sample))
    with tempfile.TemporaryDirectory() as folder:
        trained = str(Path(folder) / "model")
        trainer.train(trained)
        tagger = pycrfsuite.Tagger()
        tagger.open(trained)
        return tagger.info()


def labels_of(words: Sequence[Morpheme], sample: Sample) -> list[str]:
    """Return the label of each of *words* by the names of *sample*. One that begins or ends within a word is left out."""
    labels = [OUTSIDE] * len(words)
    starts, ends = ({getattr(word, side): number for number, word in enumerate(words)} for side in ("start", "end"))
    for name in sample.gold:
        if name.start in starts and name.end in ends:
            first, last = starts[name.start], ends[name.end]
            labels[first : last + 1] = [f"{'I' if number else 'B'}-{LABELS[name.type]}" for number in range(last + 1 - first)]
    return labels


def score(model: crf.Crf, analyse: Analyse, samples: Sequence[Sample]) -> dict[str, float]:
    """Return the precision, recall and F1 of *model* on *samples*."""
    right = found = marked = 0
    for sample in samples:
        words = analyse(sample.text)
        names = set(named(model.label(list(sudachi.features(words))), [(word.start, word.end) for word in words]))
        gold = {(each.start, each.end, LABELS[each.type]) for each in sample.gold}
        right, found, marked = right + len(names & gold), found + len(names), marked + len(gold)
    precision, recall = right / max(found, 1), right / max(marked, 1)
    figures = {"precision": precision, "recall": recall, "f1": f1_score(precision, recall)}
    return {name: round(figure, 4) for name, figure in figures.items()}
