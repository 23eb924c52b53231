"""The German verbs of attribution in their forms.

A form that is finite and a participle (bestätigt) is listed as finite; it is a participle where an auxiliary precedes it.
"""

from collections.abc import Mapping
from itertools import chain

from monitor.text.languages.attribution import Verb, VerbForm
from monitor.text.languages.verb_forms import VerbKind, listed

FORMS: Mapping[VerbKind, Mapping[VerbForm, str]] = {
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
    ("denied", "object"): {"finite": "widerspricht widersprach", "plural": "widersprechen widersprachen"},
    ("denied", "claim"): {"finite": "zurückwies zurückweist", "perfect": "zurückgewiesen"},
    ("confirmed", "free"): {"finite": "bestätigt bestätigte", "plural": "bestätigten bestätigen"},
    ("corrected", "claim"): {"finite": "korrigiert korrigierte", "plural": "korrigierten"},
}
SEPARABLE: Mapping[str, Mapping[VerbKind, Mapping[VerbForm, str]]] = {
    "mit": {("announced", "free"): {"finite": "teilt teilte", "plural": "teilen teilten"}},
    "an": {("announced", "free"): {"finite": "kündigt kündigte", "plural": "kündigen kündigten"}},
    "bekannt": {("announced", "free"): {"finite": "gibt gab", "plural": "geben gaben"}},
    "hinzu": {("said", "free"): {"finite": "fügt fügte", "plural": "fügen fügten"}},
    "ein": {("said", "free"): {"finite": "räumt räumte", "plural": "räumen räumten"}},
    "hervor": {("said", "free"): {"finite": "hebt hob", "plural": "heben hoben"}},
    "zurück": {("denied", "claim"): {"finite": "weist wies", "plural": "weisen wiesen"}},
}
"""Verbs whose particle ends the clause, by their particle."""
VERBS: Mapping[str, Verb] = dict(chain(listed(FORMS), *(listed(verbs, particle) for particle, verbs in SEPARABLE.items())))
