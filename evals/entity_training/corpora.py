"""The texts from which the models learn: where each is had, under which licence, and how its files are read.

A corpus is a repository of GitHub. The folder CORPORA has a clone of each, by the repository's name without its owner. None
of them is the text of an evaluation set (evals/sets.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from evals import spans
from evals.entity_training.uner import CONTRACTIONS, read_uner
from evals.spans import Columns, Sample

Read = Callable[[Path], Iterator[Sample]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The *files* of a *repository* at a *commit*. The model learns from them, and is scored on those that are *held_out*.

    In a corpus that does not separate the two, each *share*-th sentence is held out.
    """

    repository: str
    commit: str
    licence: str
    read: Read
    files: Sequence[str] = ()
    held_out: Sequence[str] = ()
    share: int = 0

    def samples(self, folder: Path, *, held_out: bool) -> Iterator[Sample]:
        """Yield the sentences of the corpus, a clone of which is in *folder*. Raises OSError for a file that is not there."""
        files = self.held_out if held_out and not self.share else self.files
        read = (each for file in files for each in self.read(folder / self.repository.partition("/")[2] / file))
        for number, sample in enumerate(read):
            if not self.share or (number % self.share == 0) is held_out:
                yield sample


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the model of a language learns from, and the *licence* that the texts' licences require of it.

    *tokenizer* is the code of the spaCy language whose tokenizer the model uses. That of Chinese has a token for each letter,
    which suits all languages without spaces between words. *rows* are those of the tables of features of a token: its norm,
    prefix, suffix and shape. *epochs* are the times through the texts. *window* is the number of
    neighbours that each of the layers adds on each side. The *library* "sudachi" is a CRF over the words of a morphological
    analyser, which has none of these.
    """

    tokenizer: str
    corpora: Sequence[Corpus]
    licence: str = "CC BY-SA 4.0"
    rows: Sequence[int] = (5000, 1000, 1500, 500)
    window: int = 1
    epochs: int = 5
    library: Literal["spacy", "sudachi"] = "spacy"

    def samples(self, folder: Path, *, held_out: bool = False) -> list[Sample]:
        """Return the sentences of all corpora, whose clones are in *folder*. Raises OSError for a file that is not there."""
        return [sample for corpus in self.corpora for sample in corpus.samples(folder, held_out=held_out)]


def _uner(
    name: str,
    commit: str,
    language: str,
    files: Sequence[str],
    held_out: Sequence[str] = (),
    licence: str = "CC BY-SA 4.0",
) -> Corpus:
    """Return the corpus of Universal NER with the *name*, whose names are marked in sentences of Universal Dependencies."""
    read = partial(read_uner, language=language, contractions=CONTRACTIONS.get(language, {}))
    return Corpus(f"UniversalNER/UNER_{name}", commit, licence, read, files, held_out)


POLISH_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("nam_liv_person", "nam_liv_character"), "person"),
    **{f"nam_{each}": "place" for each in ("loc", "loc_country_region", "loc_historical_region", "loc_astronomical")},
    **{f"nam_loc_gpe_{each}": "place" for each in ("admin1", "admin2", "admin3", "city", "conurbation", "country", "district")},
    "nam_loc_gpe_subdivision": "place",
    **{f"nam_loc_hydronym{each}": "place" for each in ("", "_lake", "_ocean", "_river", "_sea")},
    **{f"nam_loc_land{each}": "place" for each in ("", "_continent", "_island", "_mountain", "_peak", "_region")},
    **{f"nam_fac_{each}": "place" for each in ("bridge", "goe", "goe_stop", "park", "road", "square", "system")},
    **{f"nam_org_{each}": "org" for each in ("company", "group", "group_band", "group_team", "institution", "organization")},
    **{f"nam_org_{each}": "org" for each in ("organization_sub", "political_party")},
    **{f"nam_pro_media{each}": "org" for each in ("", "_periodic", "_radio", "_tv", "_web")},
}
"""The labels of names in KPWr. Nations, adjectives and products are no entities."""


RECIPES: Mapping[str, Recipe] = {
    "ja": Recipe(
        "ja",
        [
            # Megagon Labs marked the names of this corpus in its repository.
            Corpus(
                "UniversalDependencies/UD_Japanese-GSD",
                "919f52cc042579935e4a105014cb4650c1cd46f4",
                "CC BY-SA 4.0",
                partial(spans.read_separately, language="ja", columns=Columns(0, 1, "\t", joined=True)),
                ["stanza/train.bio", "stanza/dev.bio"],
                ["stanza/test.bio"],
            )
        ],
        library="sudachi",
    ),
    "pl": Recipe(
        "pl",
        [
            # The corpus KPWr, which its authors license (clarin-pl/kpwr-ner); the repository's own licence is for its program.
            Corpus(
                "CLARIN-PL/PolDeepNer",
                "1cb82101c4dffc38c1dc1fef290f640cf46109fe",
                "CC BY 3.0",
                partial(
                    spans.read_separately,
                    language="pl",
                    columns=Columns(0, 3, "\t", comment="-DOCSTART", types=POLISH_TYPES),
                ),
                ["poldeepner/data/kpwr-ner-n82-test.iob"],
                share=10,
            )
        ],
        licence="CC BY 3.0",
        epochs=8,
    ),
    "pt": Recipe(
        "pt",
        [
            _uner(
                "Portuguese-Bosque",
                "f2c2ad67aed900385fbe5d655af41f439c9b3333",
                "pt",
                ["pt_bosque-ud-train.iob2", "pt_bosque-ud-dev.iob2"],
                ["pt_bosque-ud-test.iob2"],
            ),
            _uner(
                "Portuguese-PUD",
                "cda2cf86b68d45e896aab97ceca5e91d43a86db7",
                "pt",
                ["pt_pud-ud-test.iob2"],
                licence="CC BY-SA 3.0",
            ),
        ],
    ),
}
"""The recipe of each language, by code. CC BY-SA 3.0 allows adaptations under CC BY-SA 4.0."""
