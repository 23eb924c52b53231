"""The Portuguese verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping
from itertools import chain

from monitor.text.languages.attribution import Verb, VerbForm
from monitor.text.languages.verb_forms import VerbKind, agreeing, conjugated, listed

REGULAR: Mapping[VerbKind, str] = {
    ("said", "free"): """
        afirmar garantir declarar explicar acrescentar adiantar assegurar sublinhar ressaltar relatar contar informar destacar
        salientar frisar lamentar alertar revelar esclarecer confessar detalhar indicar comunicar recordar lembrar alegar
    """,
    ("said", "clause"): "considerar estimar apontar observar comentar argumentar defender avisar notar",
    ("said", "object"): "acusar criticar condenar classificar elogiar questionar",
    ("reported", "free"): "noticiar reportar",
    ("announced", "free"): "anunciar",
    ("denied", "claim"): "rejeitar refutar descartar",
    ("denied", "outside"): "negar",
    ("confirmed", "free"): "confirmar",
    ("corrected", "claim"): "retificar",
}
"""Verbs that keep their stem, by what they show and what they need beside them."""
IRREGULAR: Mapping[VerbKind, Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": "diz disse dizia escreve escreveu reconhece reconheceu admite admitiu adverte advertiu sustenta sustentou",
        "plural": "dizem disseram escrevem escreveram reconhecem reconheceram admitem admitiram advertem advertiram",
        "perfect": "dito escrito reconhecido admitido advertido",
        "base": "dizer reconhecer admitir escrever",
        "participle": "dizendo reconhecendo admitindo",
    },
    ("said", "clause"): {"finite": "responde respondeu conclui concluiu", "plural": "responderam concluíram"},
    ("announced", "free"): {"finite": "promete prometeu", "plural": "prometem prometeram", "perfect": "prometido"},
    ("denied", "outside"): {
        "finite": "nega desmente desmentiu",
        "plural": "negam desmentem desmentiram",
        "perfect": "desmentido",
    },
}


def _forms(verb: str) -> Iterator[tuple[VerbForm, str]]:
    """Yield the forms of a *verb* in -ar, -er or -ir."""
    stem, ending = verb[:-2], verb[-2:]
    present, past, imperfect, perfect, gerund = {
        "ar": ("a", "ou", "ava", "ado", "ando"),
        "er": ("e", "eu", "ia", "ido", "endo"),
        "ir": ("e", "iu", "ia", "ido", "indo"),
    }[ending]
    for form in (present, past, imperfect):
        yield "finite", stem + form
    for form in (f"{present}m", {"ar": "aram", "er": "eram", "ir": "iram"}[ending], f"{imperfect}m"):
        yield "plural", stem + form
    for last in ("o", "a", "os", "as"):
        yield "perfect", stem + perfect[:-1] + last
    yield "base", verb
    yield "participle", stem + gerund


VERBS: Mapping[str, Verb] = dict(chain(conjugated(REGULAR, _forms), agreeing(listed(IRREGULAR), "a os as")))
