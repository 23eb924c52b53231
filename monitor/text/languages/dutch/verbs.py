"""The Dutch verbs of attribution in their forms.

A form that is finite and a participle (verklaard) is listed as a participle, which needs an auxiliary.
"""

from collections.abc import Mapping
from itertools import chain

from monitor.text.languages.attribution import Verb, VerbForm
from monitor.text.languages.verb_forms import VerbKind, listed

FORMS: Mapping[VerbKind, Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": """
            zegt zei verklaart verklaarde benadrukt benadrukte beweert beweerde schrijft schreef vertelt vertelde verzekert
            verzekerde erkent erkende onderstreept onderstreepte
        """,
        "plural": "zeggen zeiden verklaren verklaarden benadrukken benadrukten beweren beweerden schrijven schreven vertellen"
        " vertelden erkennen erkenden",
        "perfect": "gezegd verklaard benadrukt beweerd geschreven verteld verzekerd erkend toegegeven toegevoegd",
    },
    ("said", "clause"): {
        "finite": """
            waarschuwt waarschuwde stelt stelde vindt vond meent meende denkt dacht antwoordt antwoordde reageert reageerde
            verwacht verwachtte concludeert concludeerde eist eiste
        """,
        "plural": "waarschuwen waarschuwden stellen stelden vinden vonden menen meenden verwachten eisen eisten",
        "perfect": "gewaarschuwd gesteld geantwoord",
    },
    ("said", "object"): {
        "finite": "beschuldigt beschuldigde bekritiseert bekritiseerde veroordeelt veroordeelde",
        "plural": "beschuldigen beschuldigden bekritiseren veroordelen veroordeelden",
        "perfect": "beschuldigd bekritiseerd veroordeeld",
    },
    ("reported", "free"): {
        "finite": "meldt meldde bericht berichtte",
        "plural": "melden meldden berichten berichtten",
        "perfect": "gemeld",
    },
    ("announced", "free"): {
        "finite": "belooft beloofde",
        "plural": "beloven beloofden",
        "perfect": "beloofd aangekondigd meegedeeld bekendgemaakt",
    },
    ("denied", "outside"): {"finite": "ontkent ontkende", "plural": "ontkennen ontkenden", "perfect": "ontkend tegengesproken"},
    ("confirmed", "free"): {"finite": "bevestigt bevestigde", "plural": "bevestigen bevestigden", "perfect": "bevestigd"},
}
SEPARABLE: Mapping[str, Mapping[VerbKind, Mapping[VerbForm, str]]] = {
    "aan": {("announced", "free"): {"finite": "kondigt kondigde", "plural": "kondigen kondigden"}},
    "mee": {("announced", "free"): {"finite": "deelt deelde", "plural": "delen deelden"}},
    "bekend": {("announced", "free"): {"finite": "maakt maakte", "plural": "maken maakten"}},
    "toe": {("said", "free"): {"finite": "voegt voegde geeft gaf", "plural": "voegen voegden geven gaven"}},
    "weten": {("said", "free"): {"finite": "laat liet", "plural": "laten lieten"}},
    "tegen": {("denied", "outside"): {"finite": "spreekt sprak", "plural": "spreken spraken"}},
}
"""Verbs whose particle stands apart, by their particle."""
VERBS: Mapping[str, Verb] = dict(chain(listed(FORMS), *(listed(verbs, particle) for particle, verbs in SEPARABLE.items())))
