"""The training of a model: spaCy's recogniser of names, with its own convolutional network over hashed features of tokens."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from evals.entity_training.recipe import LABELS, Recipe
from evals.spans import Sample

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

MAX_SENTENCES = 5
"""The most sentences of a text that the model learns from. News has more than one, and few have a name at the start of all."""
DECAY = 0.01
GROWTH = 1.002
"""By how much a batch is larger than the one before."""
WARM_UP, LEAST = 100, 0.05
"""The batches in which a rate that falls first rises, and the least share of it that is left at the end."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, and the start, end and label of each name in it."""

    text: str
    names: tuple[tuple[int, int, str], ...]


def texts_of(samples: Sequence[Sample], between: str, random: Random, labels: Mapping[str, str] = LABELS) -> list[Marked]:
    """Return texts of one to MAX_SENTENCES consecutive sentences of *samples*, with *between* between two."""
    texts, first = [], 0
    while first < len(samples):
        last = first + random.randint(1, MAX_SENTENCES)
        texts.append(_joined(samples[first:last], between, labels))
        first = last
    return texts


def _joined(samples: Sequence[Sample], between: str, labels: Mapping[str, str]) -> Marked:
    text, names = "", []
    for sample in samples:
        text += between if text else ""
        names += [(len(text) + each.start, len(text) + each.end, labels[each.type]) for each in sample.gold]
        text += sample.text
    return Marked(text, tuple(names))


def blank(recipe: Recipe) -> "Language":
    """Return a pipeline that has not learned yet."""
    import spacy

    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 96,
        "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
        "rows": list(recipe.rows),
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": 96,
        "depth": 4,
        "window_size": recipe.window,
        "maxout_pieces": 3,
    }
    parser = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
    }
    nlp = spacy.blank(recipe.tokenizer)
    nlp.add_pipe("ner", config={"model": parser})
    return nlp


def train(nlp: "Language", examples: Sequence["Example"], recipe: Recipe, seed: int) -> Iterator[tuple[float, dict[Any, Any]]]:
    """Teach *nlp* by *recipe*, and yield the loss and the averages of the weights after each time through the *examples*."""
    from thinc.api import Adam, fix_random_seed

    fix_random_seed(seed)
    random = Random(seed)
    waiting, pace = list(examples), recipe.pace
    if recipe.base is None:
        nlp.initialize(lambda: waiting)
    optimizer = Adam(pace.rate, L2=DECAY, grad_clip=1.0, L2_is_weight_decay=True, use_averages=True)
    size, total, step = float(pace.first), recipe.epochs * len(waiting) / pace.largest, 0
    for _ in range(recipe.epochs):
        random.shuffle(waiting)
        losses: dict[str, float] = {}
        first = 0
        while first < len(waiting):
            batch = waiting[first : first + int(size)]
            if pace.falls:
                optimizer.learn_rate = pace.rate * min(1, step / WARM_UP) * max(LEAST, 1 - step / total)
            nlp.update(batch, sgd=optimizer, drop=pace.dropout, losses=losses)
            first, step = first + len(batch), step + 1
            size = min(pace.largest, size * GROWTH)
        yield losses["ner"], optimizer.averages


def score(nlp: "Language", examples: Sequence["Example"]) -> dict[str, Any]:
    """Return the precision, recall and F1 of *nlp* on *examples*, in all and by label."""
    scores = nlp.evaluate(examples)
    return {
        "precision": round(scores["ents_p"], 4),
        "recall": round(scores["ents_r"], 4),
        "f1": round(scores["ents_f"], 4),
        **{label: round(each["f"], 4) for label, each in sorted(scores["ents_per_type"].items())},
    }


def examples_of(nlp: "Language", texts: Sequence[Marked]) -> list["Example"]:
    """Return what spaCy learns from: each of *texts* in words, with its names."""
    from spacy.training import Example

    with warnings.catch_warnings():
        # spaCy warns about names that begin or end within a token, of which the model then learns nothing.
        warnings.simplefilter("ignore", UserWarning)
        return [Example.from_dict(nlp.make_doc(each.text), {"entities": list(each.names)}) for each in texts]
