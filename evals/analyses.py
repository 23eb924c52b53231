"""The analysis of texts by the functions of the entities service, with the models that are installed."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from consumers.entities.analysis import Analysis, Texts, make_analyser
from consumers.entities.models import LoadModel, ModelNotLoaded
from monitor.text.languages import pack
from monitor.text.languages.coverage import has_model

BATCH = 64
WITHOUT_MODEL, RULES = "without a model", "rules"
Analyse = Callable[[list[Texts] | LoadModel], list[Analysis]]


def analyse(texts: Iterable[Texts]) -> tuple[list[Analysis], float]:
    """Return the analyses of *texts*, and the seconds of processor time that they took. Raises ValueError for no text."""
    waiting, analyses = list(texts), list[Analysis]()
    if not waiting:
        raise ValueError("there is no text in it")
    analyser = _analyser()
    started = time.process_time()
    for first in range(0, len(waiting), BATCH):
        analyses += with_models(analyser, waiting[first : first + BATCH])
    return analyses, time.process_time() - started


def with_models(analyser: Analyse, texts: list[Texts]) -> list[Analysis]:
    """Return the analyses of *texts*, after the installed models that they need are loaded."""
    while True:
        try:
            return analyser(texts)
        except ModelNotLoaded as error:
            analyser(LoadModel(str(error)))


def model_of(analyses: Sequence[Analysis]) -> str:
    """Return the package of the model that read most of the texts, by their detected languages; WITHOUT_MODEL if none did."""
    return Counter(map(_model, analyses)).most_common(1)[0][0]


def _model(analysis: Analysis) -> str:
    language = pack(analysis.language.code)
    if "names" in analysis.lacks:
        return WITHOUT_MODEL
    return language.ner_model.files.package if has_model(language, "auto") and language.ner_model else RULES


@cache
def _analyser() -> Analyse:
    return make_analyser("auto")
