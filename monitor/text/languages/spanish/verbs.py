"""The Spanish verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping
from itertools import chain

from monitor.text.languages.attribution import Verb, VerbForm
from monitor.text.languages.verb_forms import VerbKind, agreeing, conjugated, listed

REGULAR: Mapping[VerbKind, str] = {
    ("said", "free"): """
        afirmar asegurar declarar explicar señalar agregar indicar precisar relatar manifestar aseverar sentenciar detallar
        subrayar recalcar enfatizar aclarar puntualizar confesar narrar matizar comunicar informar lamentar
    """,
    ("said", "clause"): "considerar opinar estimar apuntar observar comentar argumentar alegar avisar notificar celebrar",
    ("said", "object"): "acusar criticar condenar calificar elogiar cuestionar tachar",
    ("announced", "free"): "anunciar",
    ("denied", "claim"): "rechazar refutar descartar",
    ("confirmed", "free"): "confirmar ratificar",
    ("corrected", "claim"): "rectificar",
}
"""Verbs that end in -ar and keep their stem, by what they show and what they need beside them."""
IRREGULAR: Mapping[VerbKind, Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": "dice dijo decía escribe escribió añade añadió añadía sostiene sostuvo sostenía advierte advirtió advertía"
        " reconoce reconoció admite admitió insiste insistió recuerda recordó cuenta contó revela reveló expone expuso"
        " responde respondió concluye concluyó denunció expresó",
        "plural": "dicen dijeron decían escriben escribieron añaden añadieron sostienen sostuvieron advierten advirtieron"
        " reconocen reconocieron admiten admitieron insisten insistieron recuerdan recordaron cuentan contaron revelan"
        " revelaron exponen expusieron respondieron concluyeron denunciaron denuncian expresaron",
        "perfect": "dicho escrito añadido sostenido advertido reconocido admitido insistido recordado contado revelado"
        " expuesto respondido concluido denunciado expresado",
        "participle": "diciendo añadiendo sosteniendo advirtiendo reconociendo admitiendo insistiendo recordando",
    },
    ("reported", "free"): {
        "finite": "reportó reporta",
        "plural": "reportaron reportan",
        "perfect": "reportado",
    },
    ("announced", "free"): {
        "finite": "promete prometió prometía",
        "plural": "prometen prometieron",
        "perfect": "prometido",
        "participle": "prometiendo",
    },
    ("denied", "outside"): {
        "finite": "niega negó negaba desmiente desmintió desmentía",
        "plural": "niegan negaron desmienten desmintieron",
        "perfect": "negado desmentido",
        "participle": "negando desmintiendo",
    },
}


def _forms(verb: str) -> Iterator[tuple[VerbForm, str]]:
    """Yield the forms of a *verb* in -ar."""
    stem = verb[:-2]
    for ending in ("a", "ó", "aba"):
        yield "finite", stem + ending
    for ending in ("an", "aron", "aban"):
        yield "plural", stem + ending
    for ending in ("ado", "ada", "ados", "adas"):
        yield "perfect", stem + ending
    yield "participle", f"{stem}ando"


VERBS: Mapping[str, Verb] = dict(chain(conjugated(REGULAR, _forms), agreeing(listed(IRREGULAR), "a os as")))
