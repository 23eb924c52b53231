"""The German verbs of attribution in their forms.

A form that is finite and a participle (bestätigt) is listed as finite; it is a participle where an auxiliary precedes it.
"""

from collections.abc import Iterator, Mapping

from monitor.text.languages.attribution import CueStance, Frame, Verb, VerbForm

FORMS: Mapping[tuple[CueStance, Frame], Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": """
            sagt sagte erklärt erklärte betont betonte versichert versicherte bekräftigt bekräftigte äußerte schreibt schrieb
            behauptet behauptete beteuert beteuerte erläutert erläuterte unterstreicht unterstrich bemängelt
            bemängelte schildert schilderte
        """,
        "plural": """
            sagten erklärten betonten versicherten bekräftigten äußerten schrieben behaupteten beteuerten erläuterten
            bemängelten schilderten
        """,
        "perfect": "gesagt geschrieben eingeräumt hinzugefügt zugegeben hervorgehoben",
    },
    ("said", "clause"): {
        "finite": """
            warnt warnte fordert forderte mahnt mahnte meint meinte ergänzt ergänzte erwidert erwiderte urteilt urteilte
            antwortet antwortete kommentiert kommentierte kritisiert kritisierte rechnet vermutet vermutete befürchtet
            befürchtete schätzt schätzte erinnert erinnerte verweist verwies freut freute
        """,
        "plural": """
            warnten forderten mahnten meinten ergänzten erwiderten antworteten kritisierten vermuteten
            befürchteten schätzten
        """,
        "perfect": "gewarnt gefordert gemahnt",
    },
    ("said", "object"): {
        "finite": "beschuldigt beschuldigte verurteilt verurteilte lobt lobte",
        "plural": "beschuldigten lobten",
    },
    ("reported", "free"): {
        "finite": "berichtet berichtete meldet meldete",
        "plural": "berichten berichteten melden meldeten",
        "perfect": "gemeldet",
    },
    ("announced", "free"): {
        "finite": """
            verspricht versprach mitteilte mitteilt bekanntgab bekanntgibt ankündigte ankündigt verkündete verkündet
        """,
        "plural": "versprechen versprachen mitteilten mitteilen ankündigten bekanntgaben verkündeten",
        "perfect": "versprochen mitgeteilt angekündigt bekanntgegeben zugesagt",
    },
    ("denied", "outside"): {
        "finite": "dementiert dementierte bestreitet bestritt leugnet leugnete",
        "plural": "dementierten bestritten leugneten",
    },
    ("denied", "claim"): {"finite": "zurückwies zurückweist", "perfect": "zurückgewiesen"},
    ("confirmed", "free"): {"finite": "bestätigt bestätigte", "plural": "bestätigten bestätigen"},
    ("corrected", "claim"): {"finite": "korrigiert korrigierte", "plural": "korrigierten"},
}
SEPARABLE: Mapping[tuple[CueStance, Frame, str], Mapping[VerbForm, str]] = {
    ("announced", "free", "mit"): {"finite": "teilt teilte", "plural": "teilen teilten"},
    ("announced", "free", "an"): {"finite": "kündigt kündigte", "plural": "kündigen kündigten"},
    ("announced", "free", "bekannt"): {"finite": "gibt gab", "plural": "geben gaben"},
    ("said", "free", "hinzu"): {"finite": "fügt fügte", "plural": "fügen fügten"},
    ("said", "free", "ein"): {"finite": "räumt räumte", "plural": "räumen räumten"},
    ("said", "free", "hervor"): {"finite": "hebt hob", "plural": "heben hoben"},
    ("denied", "claim", "zurück"): {"finite": "weist wies", "plural": "weisen wiesen"},
}
"""Verbs whose particle ends the clause."""


def _all() -> Iterator[tuple[str, Verb]]:
    for (stance, frame), forms in FORMS.items():
        for form, words in forms.items():
            for word in words.split():
                yield word, Verb(stance, form, frame)
    for (stance, frame, particle), forms in SEPARABLE.items():
        for form, words in forms.items():
            for word in words.split():
                yield word, Verb(stance, form, frame, particle)


VERBS: Mapping[str, Verb] = dict(_all())
