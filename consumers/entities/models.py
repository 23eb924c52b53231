"""The NER models of a worker process: which languages have one, and when each is loaded.

The required model is loaded at the start. The others take seconds and hundreds of megabytes each, so they are loaded when
the first article in their language comes, in a call of their own: loading takes longer than the analysis of an article may.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from consumers.entities.name_rules import name_finder
from consumers.entities.ner import GAZETTEER_ONLY, NerSpan, Recogniser, find_model, load_recogniser
from monitor.text.languages import LanguagePack, NerModel, pack
from monitor.text.languages.coverage import has_rules, is_installed
from monitor.text.languages.models import NER_MODELS
from monitor.text.tokens import fold

LOAD_SECONDS = 120.0
"""The most seconds that loading a model may take: it takes 7 of CPU time, and other programs may use the CPU too."""


class ModelNotLoaded(RuntimeError):
    """The article needs a model that is not loaded yet. The text is the code of its language."""


@dataclass(frozen=True, slots=True)
class LoadModel:
    """The order to load the model of the *language*; if it is not *usable*, to do without it from now on."""

    language: str
    usable: bool = True


class Models:
    """The models that ``entities.model =`` *setting* names. Raises ModelUnavailable if the required one cannot be used."""

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._recognisers: dict[str, Recogniser] = {}
        self._chosen: dict[str, Recogniser | None] = {}
        self._waiting = {code for code, model in optional_models(setting).items() if is_installed(model)}
        for code, model in NER_MODELS.items():
            if model.required and (found := find_model(setting, model)):
                self._recognisers[code] = load_recogniser(found, model)

    def load(self, order: LoadModel) -> None:
        """Load a model that waits. Raises ModelUnavailable if its files are damaged; it then goes on waiting."""
        model = pack(order.language).ner_model
        if order.usable and order.language in self._waiting and model and (found := find_model(self._setting, model)):
            self._recognisers[order.language] = load_recogniser(found, model)
        self._waiting.discard(order.language)

    def recogniser(self, code: str) -> Recogniser | None:
        """Return the loaded model of the language *code*, or else its rules; None if it has neither.

        Raises ModelNotLoaded if a model waits.
        """
        if code in self._waiting:
            raise ModelNotLoaded(code)
        if code not in self._chosen:
            self._chosen[code] = self._choose(pack(code))
        return self._chosen[code]

    def _choose(self, language: LanguagePack) -> Recogniser | None:
        """Return the model of *language*, with its rules if they stand beside a model; the rules if there is no model."""
        model = self._recognisers.get(language.code)
        cues = language.name_cues
        if cues is None or not has_rules(language, self._setting) or (model and not cues.beside_model):
            return model
        rules = name_finder(language, cues)
        return with_rules(model, rules, cues.office_bodies) if model else rules


def with_rules(model: Recogniser, rules: Recogniser, office_bodies: Collection[str] = ()) -> Recogniser:
    """Return the function that finds the names of both; find_mentions chooses among those that overlap.

    A model's name that is one of the rules with words in lower case around it (Sanne de Wit sprak) is left out, and so is
    one that begins with one of *office_bodies* (Repubblica Sergio Mattarella).
    """

    def is_too_long(span: NerSpan, ruled: Sequence[NerSpan], text: str) -> bool:
        return _is_too_long(span, ruled, text) or _begins_with_office(span, ruled, text, office_bodies)

    def recognise(texts: list[str]) -> list[list[NerSpan]]:
        found = zip(texts, model(texts), rules(texts), strict=True)
        return [[*(each for each in spans if not is_too_long(each, ruled, text)), *ruled] for text, spans, ruled in found]

    return recognise


def _is_too_long(span: NerSpan, ruled: Sequence[NerSpan], text: str) -> bool:
    """Return whether *span* is the first of *ruled*, which are in order, in it, and other words without a capital."""
    number = bisect_left(ruled, span.start, key=lambda each: each.start)
    if number == len(ruled) or ruled[number].label != span.label or ruled[number].end > span.end:
        return False
    inner = ruled[number]
    around = text[span.start : inner.start] + text[inner.end : span.end]
    return any(map(str.isalpha, around)) and not any(map(str.isupper, around))


def _begins_with_office(span: NerSpan, ruled: Sequence[NerSpan], text: str, office_bodies: Collection[str]) -> bool:
    """Return whether *span* is one of *office_bodies* and then a person's name of *ruled*, which are in order."""
    number = bisect_left(ruled, span.end, key=lambda each: each.end)
    if not office_bodies or number == len(ruled) or ruled[number].end != span.end or ruled[number].label != "PER":
        return False
    return fold(text[span.start : ruled[number].start].strip()) in office_bodies


def optional_models(setting: str) -> dict[str, NerModel]:
    """Return the models that are used only if they are installed, by language."""
    return {code: model for code, model in NER_MODELS.items() if not model.required and setting != GAZETTEER_ONLY}
