"""The Polish verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping
from itertools import chain

from monitor.text.languages.attribution import CueStance, Frame, Verb, VerbForm
from monitor.text.languages.verb_forms import VerbKind, listed

PAST: Mapping[tuple[CueStance, Frame], str] = {
    ("said", "free"): """
        powiedział oświadczył poinformował przekazał dodał podkreślił zaznaczył wyjaśnił stwierdził zapewnił ocenił przyznał
        ostrzegł przypomniał opowiedział mówił wskazał tłumaczył zauważył relacjonował opowiadał zadeklarował
    """,
    ("said", "clause"): "napisał odpowiedział uznał twierdził uważał pisał zaapelował",
    ("said", "object"): "oskarżył skrytykował potępił wezwał",
    ("reported", "free"): "podał doniósł donosił",
    ("announced", "free"): "zapowiedział ogłosił obiecał",
    ("denied", "claim"): "odrzucił odparł",
    ("denied", "outside"): "zaprzeczył zdementował",
    ("confirmed", "free"): "potwierdził",
}
"""The masculine past."""
PRESENT: Mapping[VerbKind, Mapping[VerbForm, str]] = {
    ("said", "free"): {
        "finite": "mówi informuje przekazuje dodaje podkreśla zaznacza wyjaśnia stwierdza zapewnia ocenia przyznaje ostrzega"
        " przypomina opowiada wskazuje tłumaczy zauważa oświadcza",
        "plural": "mówią informują przekazują dodają podkreślają zaznaczają wyjaśniają stwierdzają zapewniają oceniają"
        " przyznają ostrzegają przypominają opowiadają wskazują tłumaczą",
    },
    ("said", "clause"): {"finite": "twierdzi uważa odpowiada", "plural": "twierdzą uważają"},
    ("reported", "free"): {"finite": "podaje pisze donosi", "plural": "podają piszą donoszą"},
    ("announced", "free"): {"finite": "zapowiada ogłasza obiecuje", "plural": "zapowiadają ogłaszają obiecują"},
    ("denied", "outside"): {"finite": "zaprzecza dementuje", "plural": "zaprzeczają dementują"},
    ("confirmed", "free"): {"finite": "potwierdza", "plural": "potwierdzają"},
}


def _past() -> Iterator[tuple[str, Verb]]:
    for (stance, frame), verbs in PAST.items():
        for verb in verbs.split():
            stem = verb[:-1]
            yield verb, Verb(stance, "finite", frame)
            for ending in ("ła", "ło"):
                yield stem + ending, Verb(stance, "finite", frame)
            # Powiedział, but powiedzieli.
            several = f"{stem[:-1]}e" if stem.endswith("ia") else stem
            for plural in (f"{several}li", f"{stem}ły"):
                yield plural, Verb(stance, "plural", frame)


VERBS: Mapping[str, Verb] = dict(chain(_past(), listed(PRESENT)))
