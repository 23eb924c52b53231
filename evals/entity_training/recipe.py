"""What a model learns from, and how: a corpus, and the recipe of a language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from evals.spans import Sample
from monitor.text.languages import NerModel

Read = Callable[[Path], Iterator[Sample]]
LABELS: Mapping[str, str] = {"person": "PER", "org": "ORG", "place": "LOC"}
"""The label of each type of entity that is learned."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The *files* of a *repository* at a *commit*. The model learns from them, and is scored on those that are *held_out*.

    In a corpus that does not separate the two, each *share*-th sentence is held out. The model learns *times* from each.
    """

    repository: str
    commit: str
    licence: str
    read: Read
    files: Sequence[str] = ()
    held_out: Sequence[str] = ()
    share: int = 0
    times: int = 1

    def samples(self, folder: Path, *, held_out: bool) -> Iterator[Sample]:
        """Yield the sentences of the corpus, a clone of which is in *folder*. Raises OSError for a file that is not there."""
        files = self.held_out if held_out and not self.share else self.files
        read = (each for file in files for each in self.read(folder / self.repository.partition("/")[2] / file))
        for number, sample in enumerate(read):
            if not self.share or (number % self.share == 0) is held_out:
                yield sample


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a model learns: the *rate*, and the share of the features of a token that it does not see (*dropout*).

    *first* is the number of texts in the first batch, *largest* that in the largest. A rate that *falls* is nearly nothing at
    the end.
    """

    rate: float = 0.001
    dropout: float = 0.3
    first: int = 2
    largest: int = 8
    falls: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the model of a language learns from, and the *licence* that the texts' licences require of it.

    *tokenizer* is the code of the spaCy language whose tokenizer the model uses. That of Chinese has a token for each letter,
    which suits all languages without spaces between words. *rows* are those of the tables of features of a token: its norm,
    prefix, suffix and shape. *epochs* are the times through the texts. *window* is the number of
    neighbours that each of the layers adds on each side. The *library* "sudachi" is a CRF over the words of a morphological
    analyser, which has none of these.

    A model with a *base* begins as that one, whose tokenizer, rows and window it has, and keeps its other labels
    (evals/entity_training/further.py). It also learns from the *partial* corpora, in which only some types of names are marked.
    """

    tokenizer: str
    corpora: Sequence[Corpus]
    licence: str = "CC BY-SA 4.0"
    rows: Sequence[int] = (5000, 1000, 1500, 500)
    window: int = 1
    epochs: int = 5
    library: Literal["spacy", "sudachi"] = "spacy"
    pace: Pace = Pace()
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)
    base: NerModel | None = None
    partial: Sequence[Corpus] = ()

    def samples(self, folder: Path, *, held_out: bool = False) -> list[Sample]:
        """Return the sentences of *corpora*, whose clones are in *folder*. Raises OSError for a file that is not there."""
        return [
            sample
            for corpus in self.corpora
            for sample in list(corpus.samples(folder, held_out=held_out)) * (1 if held_out else corpus.times)
        ]

    def partial_samples(self, folder: Path) -> list[Sample]:
        """Return the sentences of *partial*. Raises OSError for a file that is not there."""
        return [sample for corpus in self.partial for sample in corpus.samples(folder, held_out=False)]
