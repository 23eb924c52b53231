"""The NER models of a worker process: which languages have one, and when each is loaded.

The required model is loaded at the start. The others take seconds and hundreds of megabytes each, so they are loaded when
the first article in their language comes, in a call of their own: loading takes longer than the analysis of an article may.
"""

from dataclasses import dataclass

from consumers.entities.ner import GAZETTEER_ONLY, Recogniser, find_model, load_recogniser
from monitor.text.languages import NerModel, pack
from monitor.text.languages.coverage import is_installed
from monitor.text.languages.models import NER_MODELS

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
        """Return the loaded model of the language *code*; None if it has none. Raises ModelNotLoaded if one waits."""
        if code in self._waiting:
            raise ModelNotLoaded(code)
        return self._recognisers.get(code)


def optional_models(setting: str) -> dict[str, NerModel]:
    """Return the models that are used only if they are installed, by language."""
    return {code: model for code, model in NER_MODELS.items() if not model.required and setting != GAZETTEER_ONLY}
