"""Where a sentence ends. Pure."""

import re
from collections.abc import Iterator, Sequence

from monitor.text.languages import spelling

STOPS = "。！？｡।॥۔؟։።។။\u2029"
"""Stops of other scripts, which end a sentence wherever they stand, and the separator of paragraphs."""
MAX_SENTENCES = 2_000
"""The most sentences of a text that are told apart. The last one takes in the rest."""
DAY_DIGITS = 2

ABBREVIATIONS = frozenset(word for words in spelling.ABBREVIATIONS.values() for word in words.split())
_LONGEST = max(map(len, ABBREVIATIONS))
"""The length of the longest one. None of this length is in lower case."""
_END = re.compile(rf"""[.!?]["'”’»)\]]*+\s++["'“‘„«(\[]*+([^\W_])|[{STOPS}]["'”’」』)）]*+|\n""")


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each sentence of *text* that has a letter or a digit, in order. A line ends one too."""
    start = count = 0
    for match in _END.finditer(text):
        if match.lastindex and not ends_sentence(text, match.start(), match.start(1)):
            continue
        end = match.start(1) if match.lastindex else match.end()
        if _has_word(text, start, end):
            yield start, end
            count += 1
        start = end
        if count >= MAX_SENTENCES - 1:
            break
    if _has_word(text, start, len(text)):
        yield start, len(text)


def ends_sentence(text: str, stop: int, following: int) -> bool:
    """Return whether the full stop, exclamation mark or question mark at *stop* ends a sentence.

    *following* is the offset of the first letter or digit after it and after the spaces. A stop before a word in lower case
    does not end a sentence. Nor does one after an initial, an abbreviation or another stop: 'J. K. Rowling', 'z. B. Ulm',
    'St. Ives'. A number before a month is no end either: '13. Juni'.
    """
    if text[following].islower():
        return False
    if text[stop] != ".":
        return True
    if (long_word := text[stop - _LONGEST : stop]).isalpha() and long_word.islower():
        return True
    before = text[max(0, stop - _LONGEST - 1) : stop].split()
    if not before or text[stop - 1].isspace():
        return not before or before[-1] != "."
    word = before[-1].lstrip("(['\"")
    if len(word) == 1:
        is_initial = word.isalpha() and (word.isupper() or _is_beside_initial(text, before, following))
    else:
        is_initial = word[-1:].isalpha() and word[-2:-1] == "."
    is_day = word.isdecimal() and len(word) <= DAY_DIGITS and text.startswith(spelling.MONTHS_AFTER_STOP, following)
    return not (is_initial or is_day or word in ABBREVIATIONS or word.endswith("."))


def _is_beside_initial(text: str, before: Sequence[str], following: int) -> bool:
    """Return whether the last word in *before* has an initial on either side, as has the one in z. B. or h. c."""
    is_last = len(before) > 1 and len(before[-2]) == 2 and before[-2][0].isalpha() and before[-2][1] == "."  # noqa: PLR2004
    return is_last or (text[following].isalpha() and text[following + 1 : following + 2] == ".")


_WORD_CHARACTER = re.compile(r"[^\W_]")


def _has_word(text: str, start: int, end: int) -> bool:
    return _WORD_CHARACTER.search(text, start, end) is not None
