"""The scripts that languages are written in, by which a detected language is refused that a text cannot be in."""

import unicodedata
from collections.abc import Mapping
from functools import cache

MIN_PART = 0.2
"""The least part of the letters of a text that is in a script of its language: other scripts have foreign names."""
_LANGUAGES: Mapping[str, str] = {
    "ARABIC": "ar arz azb ckb fa ks mzn pnb ps sd ug ur",
    "ARMENIAN": "hy hyw",
    "BENGALI": "as bn bpy",
    "CJK": "ja wuu yue zh",
    "CYRILLIC": "av ba be bg bxr ce cv krc kv ky lez mhr mk mn mrj myv os ru rue sah tg tyv uk xal",
    "DEVANAGARI": "bh dty gom hi mai mr ne new sa",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka xmf",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he yi",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAANA": "dv",
    "THAI": "th",
    "TIBETAN": "bo",
}
"""The languages of each script but Latin, by the word that the Unicode names of its letters begin with."""
_SEVERAL = frozenset({"az", "kk", "ku", "sh", "sr", "tk", "tt", "uz"})
"""Languages that are written in Latin and other letters."""


def is_in_script_of(code: str, text: str) -> bool:
    """Return whether *text* may be in the language *code*: a part of its letters is of the script of that language."""
    if code in _SEVERAL:
        return True
    letters = [char for char in text if char.isalpha()]
    scripts = _scripts_of(code)
    return bool(letters) and sum(_script(char) in scripts for char in letters) >= MIN_PART * len(letters)


@cache
def _scripts_of(code: str) -> frozenset[str]:
    return frozenset(script for script, codes in _LANGUAGES.items() if code in codes.split()) or frozenset({"LATIN"})


@cache
def _script(char: str) -> str:
    name = unicodedata.name(char, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    return name.partition(" ")[0]
