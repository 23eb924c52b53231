"""Signs inside a word: the quotation mark of a Hebrew acronym, and the joiner between the parts of a Persian word."""

import re

GERESH, GERSHAYIM = "\u05f3", "\u05f4"
_MAQAF, _ZWNJ = "\u05be", "\u200c"
_SIGNS = tuple(
    (sign, re.compile(f"{sign}(?<=[\u0591-\u05c7\u05d0-\u05ea]{sign})(?=[\u05d0-\u05ea])"), replacement)
    for signs, replacement in (('"\u201d\u201c\u201e\u2033', GERSHAYIM), ("'\u2019\u2018\u00b4\u2032", GERESH))
    for sign in signs
)
"""What is typed for the marks of Hebrew acronyms and foreign sounds, between two Hebrew letters. Each pattern begins with
the sign itself, so that a text with few of them is searched fast."""
_ARABIC_JOINER = re.compile(f"{_ZWNJ}(?<=[\u0620-\u06d3]{_ZWNJ})(?=[\u0620-\u06d3])")


def mark_hebrew_joins(text: str) -> str:
    """Return *text* with Hebrew marks in place of quotation marks and apostrophes between two Hebrew letters.

    The length does not change. Such a sign is no quotation mark: צה"ל is one word.
    """
    for sign, pattern, replacement in _SIGNS:
        if sign in text:
            text = pattern.sub(replacement, text)
    return text


def normalize_joins(text: str) -> str:
    """Return mark_hebrew_joins(text) with a hyphen in place of the Hebrew hyphen, and of the joiner in a Persian word.

    The length does not change.
    """
    text = mark_hebrew_joins(text)
    if _MAQAF in text:
        text = text.replace(_MAQAF, "-")
    return _ARABIC_JOINER.sub("-", text) if _ZWNJ in text else text
