"""What newsmonitor reads in a language: a pack without a model, rules for claims or topics turns these off."""

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Literal

from monitor.text.codes import language_name
from monitor.text.languages import LanguagePack, pack
from monitor.text.languages.lemmas import LEMMAS, Lemmas
from monitor.text.languages.pack import NerModel

Lack = Literal["names", "claims", "topics"]
"""What is not read in the language of an article. Without "names", only those of the gazetteer are found."""
MODELS_OFF = "table"
"""The value of entities.model that turns off the models of all languages."""
_DESCRIPTIONS: Mapping[Lack, str] = {
    "names": "only known names are found",
    "claims": "claims are not read",
    "topics": "topics are not read",
}


def is_installed(model: NerModel) -> bool:
    """Return whether the package with the files of *model*, and those that it needs, are installed, without running them."""
    return all(importlib.util.find_spec(package) is not None for package in (model.files.package, *model.needs))


def has_model(language: LanguagePack, setting: str) -> bool:
    """Return whether a model finds names in *language*, unless it fails; *setting* is entities.model."""
    model = language.ner_model
    return model is not None and setting != MODELS_OFF and (model.required or is_installed(model))


def has_rules(language: LanguagePack, setting: str, lemmas: Mapping[str, Lemmas] = LEMMAS) -> bool:
    """Return whether rules can find names in *language*, with or without a model; *setting* is entities.model."""
    cues = language.name_cues
    if cues is None or setting == MODELS_OFF:
        return False
    return not cues.needs_dictionary or (language.code in lemmas and lemmas[language.code].is_installed)


def finds_names(language: LanguagePack, setting: str) -> bool:
    """Return whether a model or rules find names in *language*, unless the model fails; *setting* is entities.model."""
    return has_model(language, setting) or has_rules(language, setting)


def lacking(language: LanguagePack, *, has_names: bool) -> tuple[Lack, ...]:
    """Return what articles in *language* lack. *has_names* is whether a model or rules find names."""
    parts: tuple[tuple[Lack, bool], ...] = (
        ("names", has_names),
        ("claims", language.attribution is not None),
        ("topics", language.topics is not None),
    )
    return tuple(part for part, is_read in parts if not is_read)


def describe_lacks(tags: Iterable[str], setting: str, lemmas: Mapping[str, Lemmas] = LEMMAS) -> list[str]:
    """Return a line for each language of *tags*, such as "pt-BR", that is read in part; *setting* is entities.model."""
    codes = dict.fromkeys(tag.casefold().partition("-")[0] for tag in tags)
    return [line for code in codes if (line := _describe(code, setting, lemmas.get(code)))]


def _describe(code: str, setting: str, lemmas: Lemmas | None) -> str | None:
    language = pack(code)
    has_names = has_model(language, setting)
    lacks = lacking(language, has_names=has_names or has_rules(language, setting))
    parts = [_DESCRIPTIONS[lack] for lack in lacks]
    if language.ner_model and not has_names and setting != MODELS_OFF:
        parts[0] += f" (pip install '{language.ner_model.files.requirement}' adds a model)"
    if not has_names and has_rules(language, setting):
        parts.insert(0, "names are found by rules, which miss more than a model does")
    if lemmas and lemmas.lacks:
        parts.append(lemmas.lacks)
    return f"{language_name(code)}: {', '.join(parts)}" if parts else None
