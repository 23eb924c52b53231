"""The French verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping
from itertools import chain

from monitor.text.languages.attribution import Verb, VerbForm
from monitor.text.languages.verb_forms import VerbKind, conjugated, listed

REGULAR: Mapping[VerbKind, str] = {
    ("said", "free"): """
        affirmer déclarer ajouter expliquer préciser assurer souligner raconter révéler déplorer marteler détailler ironiser
        insister regretter
    """,
    ("said", "clause"): """
        estimer juger considérer rappeler noter observer constater indiquer relever plaider lancer témoigner confier
        commenter résumer signaler alerter suggérer avancer redouter certifier jurer féliciter
    """,
    ("said", "object"): "accuser critiquer dénoncer condamner qualifier saluer exhorter fustiger",
    ("reported", "free"): "rapporter",
    ("announced", "free"): "annoncer",
    ("denied", "claim"): "rejeter réfuter contester récuser",
    ("denied", "outside"): "nier",
    ("confirmed", "free"): "confirmer",
    ("corrected", "claim"): "rectifier corriger",
}
"""Verbs that end in -er, by what they show and what they need beside them."""
IRREGULAR: Mapping[VerbKind, Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": "dit disait écrit écrivait soutient soutenait soutint reconnaît reconnaissait admet admettait prévient"
        " prévenait avertit avertissait prétend prétendait",
        "plural": "disent disaient dirent écrivent soutiennent soutenaient reconnaissent admettent préviennent avertissent"
        " prétendent",
        "perfect": "dit écrit soutenu reconnu admis prévenu averti prétendu",
        "participle": "disant écrivant soutenant reconnaissant admettant prévenant avertissant prétendant",
    },
    ("said", "clause"): {
        "finite": "réjouit répond répondait poursuit poursuivait conclut concluait",
        "plural": "répondent poursuivent concluent",
        "perfect": "répondu poursuivi conclu",
    },
    ("announced", "free"): {
        "finite": "promet promettait promit",
        "plural": "promettent promettaient",
        "perfect": "promis",
        "participle": "promettant",
    },
    ("denied", "outside"): {
        "finite": "dément démentait",
        "plural": "démentent démentaient démentirent",
        "perfect": "démenti",
        "participle": "démentant",
    },
}


def _forms(verb: str) -> Iterator[tuple[VerbForm, str]]:
    """Yield the forms of a *verb* in -er. Some change the letters before the ending: rejette, annonçait, rappelle, suggère."""
    stem = verb[:-2]
    soft = stem[:-1] + "ç" if stem.endswith("c") else stem + "e" if stem.endswith("g") else stem
    strong = {"rejet": "rejett", "rappel": "rappell"}.get(stem, stem)
    if strong[-2:-1] == "é":
        strong = f"{strong[:-2]}è{strong[-1]}"
    if strong.endswith(("élér", "évél")):
        strong = f"{strong[:-2]}è{strong[-1]}"
    for form in (f"{strong}e", f"{soft}ait", f"{soft}a"):
        yield "finite", form
    for form in (f"{strong}ent", f"{soft}aient", f"{stem}èrent"):
        yield "plural", form
    for ending in ("é", "ée", "és", "ées"):
        yield "perfect", stem + ending
    yield "participle", f"{soft}ant"


def _merge() -> dict[str, Verb]:
    """Return the verbs. A form that is finite and a participle (dit) counts as finite."""
    verbs: dict[str, Verb] = {}
    for word, verb in chain(conjugated(REGULAR, _forms), listed(IRREGULAR)):
        verbs.setdefault(word, verb)
    return verbs


VERBS: Mapping[str, Verb] = _merge()
