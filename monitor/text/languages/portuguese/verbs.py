"""The Portuguese verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping

from monitor.text.languages.attribution import CueStance, Frame, Verb, VerbForm

REGULAR: Mapping[tuple[CueStance, Frame], str] = {
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
IRREGULAR: Mapping[tuple[CueStance, Frame], Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": "diz disse dizia escreve escreveu reconhece reconheceu admite admitiu adverte advertiu sustenta sustentou",
        "plural": "dizem disseram escrevem escreveram reconhecem reconheceram admitem admitiram advertem advertiram",
        "perfect": "dito escrito reconhecido admitido advertido",
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
    yield "perfect", stem + perfect
    yield "participle", stem + gerund


def _all() -> Iterator[tuple[str, Verb]]:
    for (stance, frame), verbs in REGULAR.items():
        for verb in verbs.split():
            for form, word in _forms(verb):
                yield word, Verb(stance, form, frame)
    for (stance, frame), forms in IRREGULAR.items():
        for form, words in forms.items():
            for word in words.split():
                yield word, Verb(stance, form, frame)


VERBS: Mapping[str, Verb] = dict(_all())
