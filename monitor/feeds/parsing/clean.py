"""Clean HTML with nh3 in linear time.

Its parser takes quadratic time for deep nesting, for many attributes of one element, and for many of some characters.
"""

import re
from collections import Counter
from collections.abc import Iterator

import nh3

PIECE_CHARS = 2048
"""Code points of a piece of costly markup. Nothing shorter is costly."""
MAX_DEPTH = 128
"""Levels of nested elements up to which markup is parsed as a whole."""
MAX_SLOW = 2000
"""The most characters up to which markup is parsed as a whole, of those that make the parser copy its text."""
_SLOW = (b"&", b"\xc2")
"""Bytes of these characters in UTF-8: the ampersand, and those from U+0080 to U+00BF."""
MAX_ATTRIBUTES = 256
"""The most attributes of an element that is parsed as a whole. The parser compares each with all before it."""
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]{0,63}+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]{0,63}+))?+"""
"""An attribute as HTML has it. The parts of a long word count as several."""
_MANY_ATTRIBUTES = re.compile(f"<[a-zA-Z](?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+({_ATTRIBUTE})?")
"""Matches each tag, and has a group if it has more than MAX_ATTRIBUTES."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NOT_NESTED = frozenset(
    re.split(r"\s+", "p li dd dt option tr td th thead tbody tfoot rt rp br img hr input col area wbr embed link meta source")
)
"""Elements that are empty, or end where the next one begins."""


def clean(cleaner: nh3.Cleaner, markup: str) -> str:
    """Return *markup*, cleaned by *cleaner*. Costly markup is cleaned in pieces, as if its elements ended with each piece."""
    if len(markup) <= PIECE_CHARS or not _is_costly(markup):
        return cleaner.clean(markup)
    return "".join(map(cleaner.clean, _pieces(markup)))


def _is_costly(markup: str) -> bool:
    data = markup.encode(errors="replace")
    if sum(map(data.count, _SLOW)) > MAX_SLOW or (data.count(b"<") > MAX_DEPTH and _is_deep(markup)):
        return True
    return len(data) > 16 * MAX_ATTRIBUTES and any(tag.lastindex for tag in _MANY_ATTRIBUTES.finditer(markup))


def _is_deep(markup: str) -> bool:
    """Return whether elements are nested more than MAX_DEPTH deep, by a count that is never too low."""
    depth, open_elements = 0, Counter[str]()
    for match in _TAG.finditer(markup):
        name = match[2].lower()
        if name in _NOT_NESTED:
            continue
        if not match[1]:
            open_elements[name] += 1
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif open_elements[name]:
            open_elements[name] -= 1
            depth -= 1
    return False


def _pieces(markup: str) -> Iterator[str]:
    """Yield *markup* in pieces of at most PIECE_CHARS, which end before a tag or a space if there is one."""
    start = 0
    while start < len(markup):
        stop = start + PIECE_CHARS
        if stop < len(markup):
            stop = _boundary(markup, start, stop)
        yield markup[start:stop]
        start = stop


def _boundary(markup: str, start: int, stop: int) -> int:
    """Return the last place before *stop* where a tag begins or, after it, a space; *stop* if there is none after *start*."""
    tag = markup.rfind("<", start + 1, stop)
    tag_end = markup.find(">", tag, stop) if tag >= 0 else start
    space = markup.rfind(" ", tag_end + 1, stop) if tag_end >= 0 else -1
    return max(tag, space) if max(tag, space) > start else stop
