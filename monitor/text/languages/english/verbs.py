"""The English verbs of attribution in all their forms."""

from collections.abc import Iterator, Mapping

from monitor.text.languages.attribution import CueStance, Frame, Verb, VerbForm

IRREGULAR: Mapping[str, str] = {
    "say": "said", "tell": "told", "write": "wrote written", "think": "thought", "find": "found", "show": "showed shown",
    "swear": "swore sworn", "feel": "felt", "foresee": "foresaw foreseen",
}  # fmt: skip
"""The past forms of irregular verbs."""
DOUBLED = frozenset({"quip", "admit", "rebut"})
"""Verbs that double their last letter: admitted."""
LEMMAS: Mapping[tuple[CueStance, Frame], str] = {
    ("said", "free"): "say testify",
    ("said", "tell"): "tell",
    ("said", "clause"): (
        "add note write warn explain argue claim insist stress state declare acknowledge admit concede suggest recall reply"
        " respond remark comment predict estimate allege assert contend maintain emphasize emphasise reiterate observe joke"
        " complain lament caution conclude believe think reveal disclose indicate show find tweet post boast quip confess swear"
        " hint recommend assure inform counter propose affirm underline underscore caution foresee fear hope worry agree"
    ),
    ("said", "object"): (
        "call accuse ask urge criticize criticise blame condemn praise describe denounce remind advise mock demand liken"
    ),
    ("reported", "any"): "report",
    ("announced", "free"): "announce",
    ("announced", "object"): "promise vow pledge",
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
