"""Folding and tokenization. Folding makes 'Kim Jong-un', 'KIM JONG UN' and 'Kim Jong Un' equal."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from monitor.text.scripts.clusters import CLUSTER, CLUSTERED
from monitor.text.scripts.joins import GERESH, GERSHAYIM, normalize_joins
from monitor.text.scripts.letters import LETTERS


class Token(NamedTuple):
    """A folded word, and its place in the original text, in code points (*end* is exclusive)."""

    text: str
    start: int
    end: int


_LATIN = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"})
"""Folded Latin letters that Unicode does not decompose."""
_CONFUSABLES = str.maketrans("аеорсухіјѕԁһԛԝѵӏкмтвнαορντυικχγβεημ", "aeopcyxijsdhqwvlkmtbhaopvtuikxybehm")
"""Folded Cyrillic and Greek letters with the Latin ones that they resemble, small or capital; a choice from Unicode TR 39."""
_STRIPPED = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0640]"
)
"""Accents, Hebrew points, Arabic vowel signs and tatweel, which folding removes. Other scripts use marks like letters."""
_INVISIBLE = frozenset(
    chr(code)
    for codes in ((0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF), range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070))
    for code in codes
) | {GERESH, GERSHAYIM}
"""What folding removes: characters without width, those that change the direction of writing, and marks of Hebrew acronyms."""
_SINGLE = (
    "\u3005-\u3007\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Kana, ideographs and Hangul syllables. Each is a token, so that a name is found inside a longer run (김정은이). So is each
cluster of Thai, Lao, Khmer and Burmese."""
_MARKS = "".join(
    chr(code)
    for code in range(0x370, 0x1E00)
    if unicodedata.category(chr(code)) in {"Mn", "Mc"} and not re.match(f"[{CLUSTERED}]", chr(code))
)
INNER = f"[{_MARKS}\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640{''.join(sorted(_INVISIBLE))}]"
"""A pattern for the characters that are no letters or digits, and do not end the word that they stand in."""
_WORD = re.compile(f"(?:[^\\W_{_SINGLE}{CLUSTERED}]|[{_MARKS}])+|(?=[{_SINGLE}{CLUSTERED}])(?:[{_SINGLE}]|{CLUSTER})")
_ASCII_WORD = re.compile("[a-z0-9]+")
_ASCII_SPACED = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}
_TYPOGRAPHIC = tuple(zip("‘’‚“”„«»–—…·•€£\xa0", '\'\'\'"""""--,,*$$ ', strict=True))
"""Frequent signs that separate words, each with an ASCII sign that does the same."""
ALONE = f"{_SINGLE}{CLUSTERED}"
"""The letters, for a character class, that make no word with the letters and digits of other scripts beside them."""
MAX_FREQUENT = 4
"""The most characters of a unit of folding whose result is cached."""
LAST_CONTINUING = 0x1E94A
"""The last character that continues the one before it."""
MAX_UNIT = 32
"""The most characters of a letter with its marks. Normalization takes quadratic time to sort more; UAX 15 allows 30 marks."""
_MARK_RUN = re.compile(f"[^\\w\0-\u02ff]{{{MAX_UNIT},}}")
MAX_UNINTERRUPTED = 16_384
"""The most characters that one call of the regular-expression engine may search, with a match at each: 15 ms."""
_CONTEXT_NEEDED = "\uffff"
"""Replaces a character whose folding depends on its neighbours, or changes the length: the text then takes the slow path."""


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the folded words of *text* with their offsets, in order. Hyphens, apostrophes and other signs separate words."""
    text = straighten(text)
    if text.isascii():
        return tuple([Token(word.group(), word.start(), word.end()) for word in _ASCII_WORD.finditer(text.lower())])
    text = normalize_joins(text)
    folded = text.translate(_ONE_TO_ONE) if unicodedata.is_normalized("NFC", text) else _CONTEXT_NEEDED
    if _CONTEXT_NEEDED in folded:
        return tokenize_any(text)
    return tuple([Token(word.group(), word.start(), word.end()) for word in _WORD.finditer(folded)])


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the start and end of each word of tokenize(), in less time."""
    text = straighten(text)
    if text.isascii():
        return tuple([word.span() for word in _ASCII_WORD.finditer(text.lower())])
    return tuple([(start, end) for _, start, end in tokenize(text)])


def tokens(text: str) -> tuple[str, ...]:
    """Return the folded words of *text*: those of tokenize() without their offsets, in a fraction of the time."""
    text = straighten(text)
    if text.isascii():
        return tuple(text.lower().translate(_ASCII_SPACED).split())
    text = normalize_joins(text)
    folded = text.translate(_ONE_TO_ANY) if unicodedata.is_normalized("NFC", text) else _CONTEXT_NEEDED
    if _CONTEXT_NEEDED in folded:
        folded = "".join(_fold_units(_find_all(_unit_pattern(), text)))
    return tuple(_find_all(_WORD, folded))


def _find_all(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return what pattern.findall() does. In a long text it lets other threads run, which findall() does not."""
    if len(text) <= MAX_UNINTERRUPTED:
        return pattern.findall(text)
    return [found.group() for found in pattern.finditer(text)]


def replace_confusables(folded: Iterable[str]) -> tuple[str, ...]:
    """Return *folded* words with Latin letters in place of Cyrillic and Greek ones that resemble them ('рutin', 'putin')."""
    return tuple([word if word.isascii() else word.translate(_CONFUSABLES) for word in folded])


def fold(text: str) -> str:
    """Return the folded words of *text*, separated by one space. The result is equal for all spellings of the same words."""
    return " ".join(tokens(text))


def straighten(text: str) -> str:
    """Return *text* with ASCII signs for typographic ones, character by character. ASCII text takes the fastest path."""
    if not text.isascii():
        for sign, plain in _TYPOGRAPHIC:
            text = text.replace(sign, plain)
    return text


def compose(text: str) -> str:
    """Return *text* in NFC, in linear time: without the marks of a letter that are beyond MAX_UNIT."""
    return unicodedata.normalize("NFC", _MARK_RUN.sub(lambda run: _limit_marks(run.group()), text))


def _limit_marks(run: str) -> str:
    kept: list[str] = []
    count = 0
    for char in run:
        count = count + 1 if unicodedata.combining(char) else 0
        if count < MAX_UNIT:
            kept.append(char)
    return "".join(kept)


def tokenize_any(text: str) -> tuple[Token, ...]:
    """Return the same as tokenize(), by a slow path for any text: a character may fold to none or several characters.

    The fast paths in tokenize() and tokens() must return the same words.
    """
    units = _find_all(_unit_pattern(), normalize_joins(text))
    folded_units = _fold_units(units)
    unit_ends = list(accumulate(map(len, units)))
    # The place in the text of each folded character.
    starts = [start for start, folded in zip([0, *unit_ends], folded_units, strict=False) for _ in folded]
    ends = [end for end, folded in zip(unit_ends, folded_units, strict=True) for _ in folded]
    words = _WORD.finditer("".join(folded_units))
    return tuple([Token(word.group(), starts[word.start()], ends[word.end() - 1]) for word in words])


def _fold_units(units: Sequence[str]) -> list[str]:
    """Return each of *units* folded. Most are frequent; one with many marks is not worth the memory."""
    folded = {unit: (_fold_frequent if len(unit) <= MAX_FREQUENT else _fold_unit)(unit) for unit in set(units)}
    return [folded[unit] for unit in units]


@cache
def _unit_pattern() -> re.Pattern[str]:
    """Return the pattern for a unit of folding: a character and those that continue it.

    It is compiled on first use, since that takes tens of milliseconds.
    """
    continuing = "".join(filter(_continues, map(chr, range(0x300, LAST_CONTINUING + 1))))
    return re.compile(f".[{continuing}]*+", re.DOTALL)


def _continues(char: str) -> bool:
    """Return whether *char* continues the one before it: a combining mark, vowel or final jamo, or half-width voicing mark."""
    return bool(unicodedata.combining(char)) or "\u1160" <= char <= "\u11ff" or char in "\uff9e\uff9f"


def _fold_unit(unit: str) -> str:
    """Return *unit* in NFKC, case-folded, without accents and invisible characters."""
    if unit in _INVISIBLE:
        return ""
    unit = unit[:MAX_UNIT]
    plain = _STRIPPED.sub("", unicodedata.normalize("NFKD", unit)).casefold().translate(_LATIN)
    composed = unicodedata.normalize("NFKC", _STRIPPED.sub("", plain)).translate(LETTERS)
    return "".join(char for char in composed if char not in _INVISIBLE)


_fold_frequent = lru_cache(maxsize=16_384)(_fold_unit)


class _OneToOne(dict[int, str]):
    """A table for str.translate that keeps offsets. It is filled on demand.

    The value of a code point is its folded character, or _CONTEXT_NEEDED if the result is not exactly one character.
    """

    def __missing__(self, code: int) -> str:
        folded = _fold_unit(chr(code))
        self[code] = folded if len(folded) == 1 and not _continues(folded) else _CONTEXT_NEEDED
        return self[code]


class _OneToAny(dict[int, str]):
    """A table for str.translate that shifts offsets. It is filled on demand.

    The value of a code point is its folded text, of any length, or _CONTEXT_NEEDED if the result depends on its neighbours.
    """

    def __missing__(self, code: int) -> str:
        folded = _fold_unit(chr(code))
        self[code] = _CONTEXT_NEEDED if _continues(chr(code)) or any(map(_continues, folded)) else folded
        return self[code]


_ONE_TO_ONE, _ONE_TO_ANY = _OneToOne(), _OneToAny()
