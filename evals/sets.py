"""The evaluation sets, and the functions that score the monitor on them.

The files of a set are in the folder DATA/SET/PART. The set's function takes that folder and yields the rows of the report.
A row has figures (floats) by name, such as precision, each with the ends of its interval as NAME_low and NAME_high, numbers
of what was counted (integers), and texts that say of what the figures are. A row without figures is a remark.
"""

import csv
import tarfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path

Row = Mapping[str, str | int | float]
"""Figures by name, such as those of one method."""
Evaluate = Callable[[Path], Iterable[Row]]
"""Takes the set's folder. Raises one of UNREADABLE if a file is missing, damaged or of another format."""
UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,  # of XML
    csv.Error,
    tarfile.TarError,
    zlib.error,
)
"""The errors of files that cannot be read as the set's format."""
SETS: Mapping[str, str] = {
    "alerts_gold": "evals.alerts_gold.evaluate:alerts_gold",
    "alerts_wikinews": "evals.story_alerts:wikinews",
    "attribution_polnear": "evals.attribution:polnear",
    "cluster_ecbplus": "evals.stories:ecbplus",
    "cluster_uci_headlines": "evals.stories:uci_headlines",
    "cluster_wikinews": "evals.stories:wikinews",
    "developments": "evals.developments.evaluate:developments",
    "el_aida": "evals.linking:aida",
    "el_n3": "evals.linking:n3",
    "ner_bsnlp2019": "evals.entities:numbered_words",
    "ner_conll0203": "evals.entities:conll0203",
    "ner_factrueval_ru": "evals.entities:factrueval_ru",
    "ner_germeval14": "evals.entities:germeval14",
    "ner_hipe2020": "evals.entities:hipe2020",
    "ner_ja_wiki": "evals.entities:japanese_wiki",
    "ner_klue_ko": "evals.entities:klue",
    "ner_masakhaner2": "evals.entities:words",
    "ner_nerel_ru": "evals.entities:nerel",
    "ner_norne": "evals.entities:norne",
    "ner_transfer_misc": "evals.entities:words",
    "ner_uk": "evals.entities:ner_uk",
    "ner_wikineural": "evals.entities:numbered_words",
    "ner_wnut17": "evals.entities:wnut17",
    "ner_zh_news": "evals.entities:chinese_news",
    "offices": "evals.offices.evaluate:offices",
    "origins": "evals.origins.evaluate:origins",
    "pages_aeb": "evals.pages:aeb",
    "pages_fundus": "evals.pages:fundus",
    "pages_newspaper4k": "evals.pages:newspaper4k",
    "pages_trafilatura": "evals.pages:trafilatura",
    "salience": "evals.salience.evaluate:salience",
    "sayings": "evals.sayings:sayings",
    "topics_agnews": "evals.topics:ag_news",
    "topics_masakhanews": "evals.topics:masakha_news",
    "topics_reuters21578": "evals.topics:reuters",
}
"""MODULE:FUNCTION of each set. The module is imported only when the set is evaluated."""
FOLDERS: Mapping[str, str] = {"alerts_wikinews": "cluster_wikinews"}
"""The folders of the sets that have the files of another one."""
NOT_SCORED: Mapping[str, str] = {
    "alerts_names": "lists of names, without texts in which they are marked",
    "feeds": "captured feeds, in which nothing is marked",
    "seed": "one article, in which nothing is marked",
    "topics_iptc": "the taxonomy itself; one of its example articles has a topic",
}
"""Why folders that may be among the data have no function."""


def load(name: str) -> Evaluate:
    """Return the function of the set *name*. Raises KeyError if there is no such set, and ImportError from its module."""
    module, _, function = SETS[name].partition(":")
    evaluate: Evaluate = getattr(import_module(module), function)
    return evaluate


def not_scored(language: str, reason: str) -> Row:
    """Return the row of files in a *language* that are not scored."""
    return {"language": language, "not_scored": reason}


def f1_score(precision: float, recall: float) -> float:
    """Return the harmonic mean of *precision* and *recall*; 0 if both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
