"""What a publisher has changed in an article, word by word."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from monitor.escape import printable

MAX_WORDS = 1500
"""The most words of a text that are compared: the time grows with the square."""
AROUND = 8
"""How many unchanged words are shown on each side of a change."""


@dataclass(frozen=True, slots=True)
class Part:
    """Words that both versions have (*same*), that only the earlier (*removed*) or only the later has (*added*)."""

    kind: Literal["same", "removed", "added"]
    text: str


def compare_words(before: str, after: str) -> list[Part]:
    """Return the changes from *before* to *after*, with a few words around each. Long texts are compared in their beginning."""
    old, new = (list(map(printable, text.split()[:MAX_WORDS])) for text in (before, after))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    parts: list[Part] = []
    for number, (tag, start, end, new_start, new_end) in enumerate(blocks, start=1):
        if tag == "equal":
            parts.append(Part("same", _shorten(old[start:end], after=number > 1, before=number < len(blocks))))
            continue
        if start < end:
            parts.append(Part("removed", " ".join(old[start:end])))
        if new_start < new_end:
            parts.append(Part("added", " ".join(new[new_start:new_end])))
    return [part for part in parts if part.text]


def _shorten(words: Sequence[str], *, after: bool, before: bool) -> str:
    """Return unchanged *words*: only those next to a change, which is *before* which they stand, or *after* which, or both."""
    kept = AROUND * (after + before)
    if len(words) <= kept:
        return " ".join(words)
    head = words[:AROUND] if after else []
    tail = words[-AROUND:] if before else []
    return " ".join((*head, "…", *tail)) if kept else ""
