"""The English verbs of attribution in all their forms."""

from collections.abc import Iterator, Mapping

from monitor.text.languages.attribution import CueStance, Frame, Verb, VerbForm

IRREGULAR: Mapping[str, str] = {
    "say": "said", "tell": "told", "write": "wrote written", "think": "thought", "find": "found", "show": "showed shown",
    "swear": "swore sworn", "feel": "felt", "foresee": "foresaw foreseen", "know": "knew known", "understand": "understood",
    "forecast": "forecast",
}  # fmt: skip
"""The past forms of irregular verbs."""
DOUBLED = frozenset({"quip", "admit", "rebut", "dub"})
"""Verbs that double their last letter: admitted."""
LEMMAS: Mapping[tuple[CueStance, Frame], str] = {
    ("said", "free"): "say testify",
    ("said", "tell"): "tell",
    ("said", "any"): """
        note explain argue claim insist stress declare suggest recall reply remark comment predict allege assert
        contend emphasize emphasise reiterate complain lament reveal disclose quip confess hint recommend propose
        underline underscore proclaim clarify tweet estimate joke speculate apologize apologise disagree retort
        exclaim shout chant recount
    """,
    ("said", "clause"): """
        ask add write state maintain observe conclude indicate show find post boast assure inform counter
        affirm agree muse opine reassure concur learn reason interject respond swear
        signal imply project forecast calculate
    """,
    ("said", "mind"): "believe think feel expect doubt suspect assume imagine know understand hope fear worry foresee wonder",
    ("said", "direct"): """
        accuse criticize criticise blame condemn praise describe denounce remind mock liken slam blast decry hail applaud
        ridicule lambast characterize characterise portray brand label dub deem challenge question
    """,
    ("said", "object"): """
        call urge advise demand warn caution acknowledge admit concede express echo highlight outline mention tout
    """,
    ("reported", "place"): "report",
    ("announced", "free"): "announce",
    ("announced", "object"): "promise vow pledge threaten",
    ("denied", "outside"): "deny",
    ("denied", "claim"): "dismiss reject rebuff refute dispute rebut",
    ("confirmed", "free"): "confirm",
    ("corrected", "claim"): "correct retract withdraw amend",
}
"""The verbs by what they show and what they need beside them."""
FORMS: Mapping[str, str] = {"withdraw": "withdrew withdrawn", **IRREGULAR}


def _forms(lemma: str) -> Iterator[tuple[str, VerbForm]]:
    """Yield the forms of *lemma*."""
    stem = lemma + lemma[-1] if lemma in DOUBLED else lemma
    soft = lemma.endswith("y") and lemma[-2] not in "aeiou"
    yield lemma, "base"
    if soft:
        yield f"{lemma[:-1]}ies", "finite"
    else:
        yield lemma + ("es" if lemma.endswith(("s", "sh", "ch")) else "s"), "finite"
    yield (stem[:-1] if lemma.endswith("e") and not lemma.endswith(("ee", "oe")) else stem) + "ing", "participle"
    past = f"{lemma[:-1]}ied" if soft else stem + ("d" if lemma.endswith("e") else "ed")
    for form in FORMS.get(lemma, past).split():
        yield form, "past"


VERBS: Mapping[str, Verb] = {
    form: Verb(stance, kind, frame)
    for (stance, frame), lemmas in LEMMAS.items()
    for lemma in lemmas.split()
    for form, kind in _forms(lemma)
}
