"""Words that stand for signs, and what signs join to words, by language. A watch may match articles in all of them.

The words are parts of patterns, which ignore case.
"""

from collections.abc import Iterable, Mapping

CLITICS: Mapping[str, Iterable[str]] = {"en": ("s", "t", "re", "ve", "ll", "d", "m")}
"""What follows an apostrophe without being a part of a name: Kim's."""
PERCENT: Mapping[str, Iterable[str]] = {
    "de": ("prozent",),
    "en": (r"per\s?cent", "pct"),
    "es": (r"por\s?ciento",),
    "fr": (r"pour\s?cent",),
    "it": (r"per\s?cento",),
    "nl": ("procent",),
    "pl": ("procent",),
    "pt": (r"por\s?cento",),
    "ru": ("процент", "процента", "процентов"),
    "uk": ("відсоток", "відсотка", "відсотків"),
}
"""The words for the sign %."""
AMPERSAND = "and"
"""How terms and articles alike spell the sign &."""


def alternatives(table: Mapping[str, Iterable[str]]) -> str:
    """Return the pattern of the words of all languages in *table*."""
    return f"(?:{'|'.join(dict.fromkeys(word for words in table.values() for word in words))})"
