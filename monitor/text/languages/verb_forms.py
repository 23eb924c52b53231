"""Tables of the verbs of attribution: each form of a verb with its Verb."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from monitor.text.languages.attribution import CueStance, Frame, Verb, VerbForm

VerbKind = tuple[CueStance, Frame]
"""What a verb shows, and what must stand beside it."""


def conjugated(
    verbs: Mapping[VerbKind, str], conjugate: Callable[[str], Iterable[tuple[VerbForm, str]]]
) -> Iterator[tuple[str, Verb]]:
    """Yield each form of the regular *verbs*, and its Verb. *conjugate* returns the forms of an infinitive."""
    for (stance, frame), infinitives in verbs.items():
        for infinitive in infinitives.split():
            for form, word in conjugate(infinitive):
                yield word, Verb(stance, form, frame)


def agreeing(verbs: Iterable[tuple[str, Verb]], endings: str) -> Iterator[tuple[str, Verb]]:
    """Yield *verbs*, and participles in -o with each of the other *endings* (negado, negada)."""
    for word, verb in verbs:
        yield word, verb
        if verb.form == "perfect" and word.endswith("o"):
            for ending in endings.split():
                yield word[:-1] + ending, verb


def listed(verbs: Mapping[VerbKind, Mapping[VerbForm, str]], particle: str | None = None) -> Iterator[tuple[str, Verb]]:
    """Yield each form that is written out in *verbs*, and its Verb. *particle* is the word that ends the clause, if any."""
    for (stance, frame), forms in verbs.items():
        for form, words in forms.items():
            for word in words.split():
                yield word, Verb(stance, form, frame, particle)
