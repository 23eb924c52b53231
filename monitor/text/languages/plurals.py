"""The plurals of nouns for persons, in languages that form them by rules."""

from collections.abc import Iterable

from monitor.text.languages.attribution import words

PluralEndings = Iterable[tuple[str, int, str]]
"""The ending of a singular, how many letters of it change, and what takes their place."""
FRENCH: PluralEndings = (("al", 1, "ux"), ("eau", 0, "x"), ("s", 0, ""), ("", 0, "s"))
SPANISH: PluralEndings = (("z", 1, "ces"), ("r", 0, "es"), ("l", 0, "es"), ("ón", 2, "ones"), ("án", 2, "anes"), ("", 0, "s"))
ITALIAN: PluralEndings = (
    ("ista", 1, "i"), ("co", 2, "ci"), ("ca", 2, "che"), ("ga", 2, "ghe"), ("io", 2, "i"), ("o", 1, "i"), ("a", 1, "e"),
    ("e", 1, "i"), ("", 0, ""),
)  # fmt: skip
PORTUGUESE: PluralEndings = (("ão", 2, "ões"), ("r", 0, "es"), ("al", 1, "is"), ("z", 0, "es"), ("m", 1, "ns"), ("", 0, "s"))
DUTCH: PluralEndings = (
    ("aat", 3, "aten"), ("aar", 3, "aren"), ("aal", 3, "alen"), ("oog", 3, "ogen"), ("ier", 0, "s"), ("e", 0, "n"),
    ("t", 0, "en"), ("er", 0, "s"), ("eur", 0, "s"), ("", 0, "en"),
)  # fmt: skip


def with_plurals(text: str, endings: PluralEndings) -> frozenset[str]:
    """Return the words of *text* and their plurals."""
    return words(text) | {_plural(word, endings) for word in text.split()}


def _plural(word: str, endings: PluralEndings) -> str:
    _, length, last = next(row for row in endings if word.endswith(row[0]))
    return word[: len(word) - length] + last
