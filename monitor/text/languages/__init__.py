"""The data that the services have for each language. A language is one LanguagePack.

To add a language, write its pack as a module of this package and add one row to PACKS. No service names a language or
contains words of one.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from monitor.text.languages.attribution import CLASSES, AttributionRules, Case, CueStance, Grammar, PhraseCue, Verb, WordClass
from monitor.text.languages.calendar import NO_CALENDAR, CalendarWords
from monitor.text.languages.developments import NO_WORDS as NO_DEVELOPMENT_WORDS
from monitor.text.languages.developments import DevelopmentWords
from monitor.text.languages.not_news import NotNewsReason, NotNewsRules
from monitor.text.languages.origins import OriginWords
from monitor.text.languages.origins import join as join_origin_words
from monitor.text.languages.pack import (
    LanguagePack,
    ModelFiles,
    NameRules,
    Namesake,
    NerModel,
    SharedName,
    SportRules,
    TopicDescriptions,
)
from monitor.text.languages.roles import RoleRules
from monitor.text.tokens import tokens

UNDETERMINED = "und"
"""The code of a text whose language is unknown, from ISO 639-2."""
PACKS: Mapping[str, str] = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ru": "russian",
    "uk": "ukrainian",
    "zh": "chinese",
    UNDETERMINED: "undetermined",
}
"""The module that defines each PACK, by ISO 639-1 code. A module is imported when its pack is first used."""


def pack(code: str) -> LanguagePack:
    """Return the pack of the language *code*, or that of UNDETERMINED if the language has none."""
    return _load(PACKS.get(code, PACKS[UNDETERMINED]))


def packs() -> list[LanguagePack]:
    """Return all packs."""
    return [pack(code) for code in PACKS]


def says_unnamed(source: str) -> bool:
    """Return whether the words of *source* in any language say that it is unnamed: two unnamed officials."""
    return not _unnamed_words().isdisjoint(tokens(source)) or any(noun.search(source) for noun in _unnamed_nouns())


@cache
def _unnamed_words() -> frozenset[str]:
    return frozenset().union(*(each.attribution.unnamed for each in packs() if each.attribution))


@cache
def _unnamed_nouns() -> tuple[re.Pattern[str], ...]:
    letters = [each.attribution.cjk for each in packs() if each.attribution and each.attribution.cjk]
    return tuple(rules.nouns["unnamed"] for rules in letters if "unnamed" in rules.nouns)


@cache
def _load(module: str) -> LanguagePack:
    loaded: LanguagePack = import_module(f"{__name__}.{module}").PACK
    return loaded


__all__ = [
    "CLASSES",
    "NO_CALENDAR",
    "NO_DEVELOPMENT_WORDS",
    "PACKS",
    "UNDETERMINED",
    "AttributionRules",
    "CalendarWords",
    "Case",
    "CueStance",
    "DevelopmentWords",
    "Grammar",
    "LanguagePack",
    "ModelFiles",
    "NameRules",
    "Namesake",
    "NerModel",
    "NotNewsReason",
    "NotNewsRules",
    "OriginWords",
    "PhraseCue",
    "RoleRules",
    "SharedName",
    "SportRules",
    "TopicDescriptions",
    "Verb",
    "WordClass",
    "join_origin_words",
    "pack",
    "packs",
    "says_unnamed",
]
