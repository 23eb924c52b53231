"""Word boundaries where a script writes no spaces: Chinese, Japanese, Thai, Lao, Khmer and Burmese.

Without a dictionary, only a run of katakana counts as a word. With the extra `segmentation`, ICU's dictionaries divide the run
around a match. They know few names, so a match is refused only if the dictionary knows a longer word there.
"""

import re
from functools import cache, lru_cache
from importlib.util import find_spec

from monitor.text.scripts.clusters import CLUSTERED

MAX_CONTEXT = 64
"""The most characters on each side of a match that the dictionary divides."""
MIN_COMPOUND, MIN_COMPOUND_REST = 4, 3
"""The fewest katakana of a term, and of the rest of a run on each side of it, for which the run may be a compound."""
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_KATAKANA_RUN = re.compile(f"{_KATAKANA.pattern}{{1,{MAX_CONTEXT}}}")
_NEVER_FIRST = re.compile("[ンーッァィゥェォャュョヮヽヾﾝｰｯｧｨｩｪｫｬｭｮﾞﾟㇰ-ㇿ]")
"""Katakana that begin no word."""
IDEOGRAPHS = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = re.compile(f"[{IDEOGRAPHS}\u3040-\u309f{CLUSTERED}]|{_KATAKANA.pattern}")
_UNSPACED_RUN = re.compile(f"(?:{_UNSPACED.pattern}){{1,{MAX_CONTEXT}}}")
_UP_TO_OTHER = re.compile(f".*(?!{_KATAKANA.pattern}).", re.DOTALL)
_UP_TO_SPACED = re.compile(f".*(?!{_UNSPACED.pattern}).", re.DOTALL)
"""A text up to its last letter of another script, and up to the last one of a script with spaces."""
_JOINED_IF_UNKNOWN = re.compile(f"[{CLUSTERED}]|{_KATAKANA.pattern}")
"""Letters that ICU returns as one word, however many they are, if it knows no word in them."""
Bounds = tuple[tuple[int, int], ...]
"""The start and end of each word of a text."""


@cache
def is_installed() -> bool:
    """Return whether the dictionaries of the extra `segmentation` are installed."""
    return find_spec("icu4py") is not None


def needs_check(words: tuple[str, ...], *, dictionary: bool) -> bool:
    """Return whether is_whole_word can refuse a match of the folded *words*."""
    edges = (words[0][:1], words[-1][-1:])
    return any(map(_KATAKANA.match, edges)) or (dictionary and any(map(_UNSPACED.match, edges)))


def is_whole_word(text: str, start: int, end: int, *, dictionary: bool) -> bool:
    """Return whether text[start:end] may be a word, or several: False only if it is known to be within a longer one.

    If *dictionary*, which the extra must be installed for, the dictionaries are used.
    """
    if not _is_whole_katakana(text, start, end, dictionary=dictionary):
        return False
    return not (dictionary and _is_within_known_word(*_window(text, start, end)))


def _is_whole_katakana(text: str, start: int, end: int, *, dictionary: bool) -> bool:
    """Return whether no run of katakana is cut at *start* or *end*, or the run is a compound of words."""
    before = _katakana_before(text, start) if _KATAKANA.match(text, start) else ""
    next_run = _KATAKANA_RUN.match(text, end) if _KATAKANA.match(text, end - 1) else None
    after = next_run.group() if next_run else ""
    if not (before or after):
        return True
    if (before and _NEVER_FIRST.match(text, start)) or _NEVER_FIRST.match(after):
        return False
    rests = [rest for rest in (before, after) if rest]
    if dictionary:
        return _is_compound(before, text[start:end], after)
    return end - start >= MIN_COMPOUND and all(len(rest) >= MIN_COMPOUND_REST for rest in rests)


def _katakana_before(text: str, end: int) -> str:
    before = text[max(0, end - MAX_CONTEXT) : end]
    other = _UP_TO_OTHER.match(before)
    return before[other.end() :] if other else before


def _is_compound(before: str, match: str, after: str) -> bool:
    """Return whether a run of katakana, in three parts, is made of several words, of which *match* is one or more."""
    run, start, end = before + match + after, len(before), len(before) + len(match)
    if _is_known(run):
        return False
    words = _divide(run)
    is_divided = {start, end} <= {position for word in words for position in word}
    # Single letters are what remains where the dictionary knows no word.
    if is_divided and all(word_end - word_start > 1 for word_start, word_end in words):
        return True
    rests = [rest for rest in (before, after) if rest]
    if any(len(rest) < MIN_COMPOUND_REST for rest in rests):
        return False
    return len(match) >= MIN_COMPOUND or all(map(_is_known, rests))


def _window(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Return the run of letters around a match, and the place of the match in it."""
    first = max(0, start - MAX_CONTEXT)
    if spaced := _UP_TO_SPACED.match(text, first, start):
        first = spaced.end()
    run = _UNSPACED_RUN.match(text, end)
    return text[first : run.end() if run else end], start - first, end - first


def _is_within_known_word(run: str, start: int, end: int) -> bool:
    """Return whether the dictionary knows a word of *run* that contains the match, or a part of it and more."""
    words = _divide(run)
    cut = [(first, last) for first, last in words if first < start < last or first < end < last]
    if not cut:
        return False
    match = run[start:end]
    first, last = cut[0]
    if first <= start and end <= last:
        # 日本 in 日本人 is a word in a compound; 本 in 日本 is not, nor is ตา in ตาย, since ย is no word.
        parts = [part for part in (run[first:start], match, run[end:last]) if part]
        return _is_known(run[first:last]) and (len(match) == 1 or not all(map(_is_known, parts)))
    # A name that the dictionary does not know may be divided anywhere: 普京 or 习近平.
    return _is_known(match) and any(_is_known(run[first:last]) for first, last in cut)


@lru_cache(maxsize=4096)
def _is_known(word: str) -> bool:
    """Return whether *word* is in the dictionary. ICU does not say so; but only a known word is divided from its repetition."""
    if len(_divide(word)) != 1:
        return False
    if _JOINED_IF_UNKNOWN.match(word):
        return len(_divide(word + word)) == 2  # noqa: PLR2004  (twice)
    return True


@lru_cache(maxsize=4096)
def _divide(text: str) -> Bounds:
    from icu4py.breakers import WordBreaker  # An extra, of 40 MB.

    return tuple(WordBreaker(text, "en").segments())
