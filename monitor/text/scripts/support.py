"""What is not known about the words of a text: scripts without spaces between words, and what would help."""

import re
from collections.abc import Iterator

from monitor.text.scripts.boundaries import IDEOGRAPHS

_DICTIONARY = (
    ("Thai", re.compile("[\u0e01-\u0e4e]")),
    ("Lao", re.compile("[\u0e81-\u0ece\u0edc-\u0edf]")),
    ("Khmer", re.compile("[\u1780-\u17dd]")),
    ("Burmese", re.compile("[\u1000-\u103f\u1050-\u108f]")),
    ("Chinese or Japanese", re.compile(f"[{IDEOGRAPHS}\u3040-\u30ff\uff66-\uff9f]")),
)
"""Scripts whose words the dictionaries of the extra `segmentation` divide."""
_SYLLABLES = (("Tibetan", re.compile("[\u0f00-\u0fff]")),)
"""Scripts whose signs divide syllables, not words."""
_RUNS = (
    ("Tai Le", re.compile("[\u1950-\u197f]")),
    ("New Tai Lue", re.compile("[\u1980-\u19df]")),
    ("Tai Tham", re.compile("[\u1a20-\u1aaf]")),
    ("Balinese", re.compile("[\u1b00-\u1b7f]")),
    ("Yi", re.compile("[\ua000-\ua4cf]")),
    ("Javanese", re.compile("[\ua980-\ua9df]")),
    ("Tai Viet", re.compile("[\uaa80-\uaadf]")),
)
"""Scripts that no dictionary here divides."""
_ANY = re.compile("|".join(pattern.pattern for table in (_DICTIONARY, _SYLLABLES, _RUNS) for _, pattern in table))


def missing_support(text: str, *, dictionary: bool) -> Iterator[tuple[str, str]]:
    """Yield each script of *text* whose words cannot be told apart, and what follows from it, as the end of a sentence.

    *dictionary* is whether the extra `segmentation` is installed.
    """
    if text.isascii() or not _ANY.search(text):
        return
    if not dictionary:
        for script in _names(_DICTIONARY, text):
            effect = "also matches inside longer words; to avoid that, pip install 'newsmonitor[segmentation]'"
            yield script, f"{script} has no spaces between words, so this {effect}"
    for script in _names(_SYLLABLES, text):
        yield (
            script,
            f"words of {script} cannot be told apart, so this also matches inside longer words; give a longer name if it does",
        )
    for script in _names(_RUNS, text):
        effect = "matches only where spaces or punctuation marks surround it; use person:, place: or org: where they fit"
        yield script, f"words of {script} cannot be told apart, so this {effect}"


def _names(table: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> Iterator[str]:
    return (name for name, pattern in table if pattern.search(text))
