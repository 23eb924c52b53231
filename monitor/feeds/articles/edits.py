"""When a changed item is published as a new version, and how far it differs from the one before. Pure."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.feeds.urls import digest
from monitor.messages import Edit, ItemState
from monitor.text.tokens import tokens

FREE = 3
"""Versions that are published as they come; those after them wait, until the item has rested for REST."""
REST = int(timedelta(hours=1).total_seconds())
"""Seconds without a change after which an item is no longer restless; and the longest that a change is held back."""
QUIET = int(timedelta(minutes=10).total_seconds())
"""Seconds after which a change that was held back has settled."""
SAMPLE = 24
"""Word hashes that are kept of a version: all that a lead of two sentences has."""
_LOOKED_AT = 20_000
_FACTS = 8
_HASH = 4
"""Hexadecimal digits of the facts' hash and of one word's."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
"""What bytes.translate needs to leave the words of a text in ASCII."""
_NAME = re.compile(r"[^\x00-@\[-\x7f](?<=[^\W\d_])(?<=[^\s.!?…:] .)[\w'’-]*")
"""What begins with a letter, but no small one of ASCII, and follows a word of the same sentence. The first class alone
leaves out most of a text, so it stands first, though what follows it looks behind it."""


@dataclass(frozen=True, slots=True)
class EditDecision:
    """What becomes of an item's content: *seen* is to be remembered; *publish* says that it is a new version."""

    seen: ItemState
    publish: bool


def decide_edit(past: ItemState, told: str, now: int) -> EditDecision:
    """What to do at *now* (seconds) with an item whose title and text hash to *told*, and of which *past* is remembered.

    Three versions are published as they come. Of an item that goes on changing (a counter, a flip between two wordings) a
    change is held back until it has stood for ten minutes, or nothing was published for an hour.
    """
    stood = past.held or past.hash
    moved = now if told != stood else past.moved
    rested = now - past.moved >= REST
    edits = 0 if rested else past.edits
    if told == past.hash:
        return EditDecision(replace(past, moved=moved, held=""), publish=False)
    if edits < FREE or now - moved >= QUIET or now - past.at >= REST:
        version = replace(past, hash=told, version=past.version + 1, at=now, moved=moved, edits=edits + 1, held="")
        return EditDecision(version, publish=True)
    return EditDecision(replace(past, moved=moved, held=told), publish=False)


def sketch(title: str, text: str) -> str:
    """What must be remembered of a version to measure the next against it: at most 104 hexadecimal digits."""
    text = text[:_LOOKED_AT]
    both = f"{title}\n{text}"
    told = both.encode().translate(_WORDS).split() if both.isascii() else (word.encode() for word in tokens(both))
    numbers = sorted({zlib.crc32(word) & 0xFFFF for word in {*told}})[:SAMPLE]
    return digest(*sorted({*_facts(title, text)}), size=_FACTS // 2) + struct.pack(f">{len(numbers)}H", *numbers).hex()


def measure(old: str, new: str) -> Edit | None:
    """How far the version sketched as *new* differs from *old*; None where nothing is known of that.

    *words* is one less the Jaccard similarity of their words, estimated from the smallest hashes of both (bottom-k sampling;
    Cohen and Kaplan, PODC 2007); it is exact for up to 24 different words.
    """
    if not old:
        return None
    before, after = ({sketched[at : at + _HASH] for at in range(_FACTS, len(sketched), _HASH)} for sketched in (old, new))
    sample = sorted(before | after)[:SAMPLE]
    common = sum(word in before and word in after for word in sample)
    return Edit(round(1 - common / len(sample), 3) if sample else 0.0, old[:_FACTS] != new[:_FACTS])


def _facts(title: str, text: str) -> Iterator[str]:
    """The numbers in *title* and *text*, and the words of *text* with a capital inside a sentence.

    Many headlines have a capital in every word: theirs say nothing.
    """
    yield from _NUMBER.findall(f"{title}\n{text}")
    yield from (name for name in _NAME.findall(text) if name[0].isupper())
