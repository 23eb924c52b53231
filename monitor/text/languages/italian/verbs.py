"""The Italian verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping
from itertools import chain

from monitor.text.languages.attribution import Verb, VerbForm
from monitor.text.languages.verb_forms import VerbKind, agreeing, conjugated, listed

REGULAR: Mapping[VerbKind, str] = {
    ("said", "free"): """
        affermare dichiarare assicurare raccontare precisare rivelare sottolineare ribadire lamentare segnalare confessare
        comunicare puntualizzare evidenziare
    """,
    ("said", "clause"): "osservare commentare notare ricordare denunciare avvisare considerare stimare",
    ("said", "object"): "accusare criticare condannare elogiare",
    ("announced", "free"): "annunciare",
    ("denied", "outside"): "negare",
    ("confirmed", "free"): "confermare",
    ("corrected", "claim"): "rettificare",
}
"""Verbs in -are (and some in -ire) that keep their stem, by what they show and what they need beside them."""
IRREGULAR: Mapping[VerbKind, Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": "dice disse diceva scrive scrisse aggiunge aggiunse spiega spiegò spiegava riferisce riferì sostiene sostenne"
        " sosteneva ammette ammise avverte avvertì riconosce insiste informa",
        "plural": "dicono dissero scrivono aggiungono spiegano spiegarono riferiscono sostengono ammettono avvertono"
        " riconoscono insistono informano",
        "perfect": "detto scritto aggiunto spiegato riferito sostenuto ammesso avvertito riconosciuto insistito informato",
        "base": "dire scrivere aggiungere spiegare riferire sostenere ammettere avvertire riconoscere",
        "participle": "dicendo aggiungendo spiegando sostenendo ammettendo avvertendo",
    },
    ("said", "clause"): {"finite": "risponde conclude", "plural": "rispondono", "perfect": "risposto concluso"},
    ("reported", "free"): {"finite": "riporta riportava", "plural": "riportano", "perfect": "riportato"},
    ("announced", "free"): {"finite": "promette promise", "plural": "promettono", "perfect": "promesso"},
    ("denied", "outside"): {"finite": "smentisce smentì nega", "plural": "smentiscono negano", "perfect": "smentito"},
    ("denied", "claim"): {"finite": "respinge respinse", "plural": "respingono", "perfect": "respinto"},
}


def _forms(verb: str) -> Iterator[tuple[VerbForm, str]]:
    """Yield the forms of a *verb* in -are, or of one in -ire."""
    stem = verb[:-3]
    if verb.endswith("ire"):
        yield from (("base", verb), ("finite", f"{stem}isce"), ("plural", f"{stem}iscono"))
        yield from (("perfect", f"{stem}it{ending}") for ending in "oaie")
        return
    for ending in ("a", "ò", "ava"):
        yield "finite", stem + ending
    for ending in ("ano", "arono", "avano"):
        yield "plural", stem + ending
    for ending in ("ato", "ata", "ati", "ate"):
        yield "perfect", stem + ending
    yield "base", verb
    yield "participle", f"{stem}ando"


VERBS: Mapping[str, Verb] = dict(chain(conjugated(REGULAR, _forms), agreeing(listed(IRREGULAR), "a i e")))
