"""Folding and tokens with offsets into the original: what makes 'Kim Jong-un', 'KIM JONG UN' and 'Kim Jong Un' one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """A folded word, and the code points of the original that it stands for; *end* is exclusive."""

    text: str
    start: int
    end: int


_LATIN = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"})
_ALIKE = str.maketrans("аеорсухіјѕԁһԛԝѵӏкмтвнαορντυικχγβεημ", "aeopcyxijsdhqwvlkmtbhaopvtuikxybehm")
"""Folded Cyrillic and Greek letters to the Latin ones they are taken for, small or capital; a choice from Unicode TR 39."""
_STRIPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")
"""Accents, Hebrew points, Arabic vowels and stretching. Marks of other scripts are letters, and stay."""
_INVISIBLE = frozenset(
    chr(code)
    for codes in ((0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF), range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070))
    for code in codes
)
"""What has no width, and what turns the direction of writing."""
_ALONE = (
    "\u3005-\u3007\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Kana, ideographs and Hangul syllables: each is a token, so that a name is found inside a longer run (김정은이)."""
_MARKS = "".join(chr(code) for code in range(0x370, 0x1E00) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
_WORD = re.compile(f"[{_ALONE}]|(?:(?![{_ALONE}])[^\\W_]|[{_MARKS}])+")
_ASCII_WORD = re.compile("[a-z0-9]+")
_ASCII_SPACED = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}
_UNEVEN = "\uffff"
"""Stands for a character that folds to none or to several, where offsets need care."""


def tokenize(text: str) -> tuple[Token, ...]:
    """The words of *text*, folded, in order. Hyphens, apostrophes and all other signs part words."""
    if (even := _even(text)) is None:
        return _uneven(text)
    pattern, folded = even
    return tuple(Token(word.group(), word.start(), word.end()) for word in pattern.finditer(folded))


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of *text* alone: those of *tokens*, at a fraction of the time."""
    if text.isascii():
        return tuple(text.lower().translate(_ASCII_SPACED).split())
    folded = text.translate(_PLAIN) if unicodedata.is_normalized("NFC", text) else _UNEVEN
    return tuple(_WORD.findall(folded)) if _UNEVEN not in folded else tuple(token.text for token in _uneven(text))


def replace_lookalikes(folded: Iterable[str]) -> tuple[str, ...]:
    """*folded* words with a Latin letter in place of each Cyrillic and Greek one that looks like it ('рutin', 'putin')."""
    return tuple(word.translate(_ALIKE) for word in folded)


def fold(text: str) -> str:
    """*text* with its folded words, one space between them: equal for all ways to write the same."""
    return " ".join(tokens(text))


def _even(text: str) -> tuple[re.Pattern[str], str] | None:
    """*text* folded, and what its words look like; None unless each character folds to just one."""
    if text.isascii():
        return _ASCII_WORD, text.lower()
    folded = text.translate(_EVEN) if unicodedata.is_normalized("NFC", text) else _UNEVEN
    return None if _UNEVEN in folded else (_WORD, folded)


def _uneven(text: str) -> tuple[Token, ...]:
    """The same where some characters fold to none or to several: each folded one remembers where it comes from."""
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _units(text):
        for char in _fold(text[start:end]):
            folded.append(char)
            starts.append(start)
            ends.append(end)
    found = _WORD.finditer("".join(folded))
    return tuple(Token(word.group(), starts[word.start()], ends[word.end() - 1]) for word in found)


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Each character with the combining ones behind it, and each Hangul syllable written as jamo, as start and end."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not _joins(text[index]):
            yield start, index
            start = index


def _joins(char: str) -> bool:
    """Whether *char* belongs to the one before it: a combining mark, a jamo that goes on a syllable, a half-width voicing."""
    return bool(unicodedata.combining(char)) or "\u1160" <= char <= "\u11ff" or char in "\uff9e\uff9f"


def _fold(unit: str) -> str:
    """NFKC, case folded, without accents and what cannot be seen."""
    if unit in _INVISIBLE:
        return ""
    plain = _STRIPPED.sub("", unicodedata.normalize("NFKD", unit)).casefold().translate(_LATIN)
    return "".join(char for char in unicodedata.normalize("NFKC", _STRIPPED.sub("", plain)) if char not in _INVISIBLE)


class _Even(dict[int, str]):
    """Characters to what each folds to, filled as they are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        self[code] = folded if len(folded) == 1 and not _joins(folded) else _UNEVEN
        return self[code]


class _Plain(dict[int, str]):
    """The same where offsets do not matter: to none or several too, but for those that belong to the one before them."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        self[code] = _UNEVEN if _joins(chr(code)) or any(map(_joins, folded)) else folded
        return self[code]


_EVEN, _PLAIN = _Even(), _Plain()
