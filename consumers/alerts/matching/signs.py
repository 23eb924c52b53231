"""Signs that tell names apart, such as those of C++, .NET and $5bn: which of them a term has, and whether a text has them.

Signs of an ordinary sentence are none of them: a comma, a full stop after a word, quotation marks, hyphens, apostrophes.
"""

import re
from collections.abc import Iterable, Sequence
from unicodedata import category, normalize

from consumers.alerts.query.ast import Sign
from monitor.text.languages import spelling
from monitor.text.tokens import ALONE

_LETTER = re.compile(f"[^\\W_{ALONE}]")
RUN_SIGNS = "+#＋＃﹢﹟⁺₊﬩"
"""The signs + and #, and those that become one of them in NFKC."""
_RUN = re.compile("[+#]*")
"""Signs after a word that belong to it together: ++ is not + and then +."""
_PERCENT = re.compile(rf"\s?(?:[%٪％﹪]|{spelling.alternatives(spelling.PERCENT)}\b)", re.IGNORECASE)


def signs_before(text: str, word: int) -> tuple[Sign, ...]:
    """Return the sign that a term has directly before its word number *word*; *text* is what precedes the word."""
    last = normalize("NFKC", text[-1:])
    is_dot = last == "." and not _LETTER.match(text[-2:-1]) and text[-2:-1] != "."
    return (Sign(word, "before", last),) if last and (last in "#@" or is_dot or category(last[0]) == "Sc") else ()


def signs_after(text: str, word: int, *, is_alone: bool) -> tuple[Sign, ...]:
    """Return the sign that a term has directly after its word number *word*; *text* is what follows the word.

    If *is_alone*, the term has no other word: an exclamation mark or a question mark is then a part of the name.
    """
    following = normalize("NFKC", text)
    if run := _run(following):
        return (Sign(word, "after", run),)
    first = following[:1]
    return (Sign(word, "after", first),) if first == "%" or (first and first in "!?" and is_alone) else ()


def has_signs(text: str, places: Sequence[tuple[int, int]], signs: Iterable[Sign]) -> bool:
    """Return whether *text* has all of *signs*. *places* are the start and end of each word of the phrase in *text*."""
    return all(_has_sign(text, *places[sign.word], sign) for sign in signs)


def _has_sign(text: str, start: int, end: int, sign: Sign) -> bool:
    match sign.side:
        case "before" if sign.text == ".":
            return text[start - 1 : start] == "." and not _LETTER.match(text[max(0, start - 2) : start - 1])
        case "before":
            before = text[max(0, start - 3) : start]
            return normalize("NFKC", before if sign.text in "#@" else before.rstrip()).endswith(sign.text)
        case "capitals":
            return "." in text[start:end] or text[start:end].isupper()
        case _ if sign.text == "%":
            return _PERCENT.match(text, end) is not None
        case _ if sign.text == "&":
            return normalize("NFKC", text[end : end + 3].lstrip()[:1]) == "&"
        case _ if sign.text in {"!", "?"}:
            return normalize("NFKC", text[end : end + 1]) == sign.text
        case _:
            return _run(normalize("NFKC", text[end : end + 20])) == sign.text


def _run(following: str) -> str:
    """Return the signs + and # at the start of *following*, unless they begin the next word, as in a+b and C #tag."""
    found = _RUN.match(following)
    run = found.group() if found else ""
    return "" if run in {"+", "#"} and _LETTER.match(following[1:2]) else run
