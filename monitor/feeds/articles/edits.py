"""Decide when a changed item is published as a new version, and estimate how much it has changed. Pure functions."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.feeds.urls import digest
from monitor.messages import Edit, ItemState
from monitor.text.tokens import tokens

IMMEDIATE_VERSIONS = 3
"""Versions published without delay; after these, changes are held back until the item is stable again."""
STABLE_SECONDS = int(timedelta(hours=1).total_seconds())
"""Seconds without a change after which an item counts as stable again, and the longest that a change is held back."""
SETTLED_SECONDS = int(timedelta(minutes=10).total_seconds())
"""Seconds without another change after which a change that was held back is published."""
SKETCH_SIZE = 24
"""Number of word hashes in a sketch: enough for every word of a lead of two sentences."""
_SKETCHED_CHARS = 20_000
_FACTS_DIGITS = 8
"""Hexadecimal digits of the hash of the facts."""
_WORD_DIGITS = 4
"""Hexadecimal digits of the hash of a word."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_ASCII_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
"""Table for bytes.translate that leaves only the lower-cased words of an ASCII text."""
_NAME = re.compile(r"[^\x00-@\[-\x7f](?<=[^\W\d_])(?<=[^\s.!?…:] .)[\w'’-]*")
"""A word that does not begin with a lower-case ASCII letter, after another word of the same sentence. The first class
comes before the look-behinds because it rules out most positions of a text."""


@dataclass(frozen=True, slots=True)
class EditDecision:
    """The next *state* of an item, and whether to *publish* it as a new version."""

    state: ItemState
    publish: bool


def decide_edit(previous: ItemState, content_hash: str, now: int) -> EditDecision:
    """Return the next state at *now* (seconds since 1970) of an item whose title and text have the hash *content_hash*.

    The first three versions are published at once. If the item keeps changing (a counter, two alternating wordings), a
    change is held back until it has stood for ten minutes, or until an hour has passed since the last version. Times of
    *previous* that are after *now* count as *now*.
    """
    if max(previous.at, previous.moved) > now:
        previous = replace(previous, at=min(previous.at, now), moved=min(previous.moved, now))
    current_hash = previous.held or previous.hash
    moved = now if content_hash != current_hash else previous.moved
    is_stable = now - previous.moved >= STABLE_SECONDS
    edits = 0 if is_stable else previous.edits
    if content_hash == previous.hash:
        return EditDecision(replace(previous, moved=moved, held=""), publish=False)
    if edits < IMMEDIATE_VERSIONS or now - moved >= SETTLED_SECONDS or now - previous.at >= STABLE_SECONDS:
        state = replace(
            previous, hash=content_hash, version=previous.version + 1, at=now, moved=moved, edits=edits + 1, held=""
        )
        return EditDecision(state, publish=True)
    return EditDecision(replace(previous, moved=moved, held=content_hash), publish=False)


def make_sketch(title: str, text: str) -> str:
    """Return a sketch of a version, to compare the next one with: at most 104 hexadecimal digits.

    It is a hash of the facts (numbers and names), followed by a bottom-k sketch: the smallest hashes of the words.
    """
    text = text[:_SKETCHED_CHARS]
    content = f"{title}\n{text}"
    if content.isascii():
        words = iter(content.encode().translate(_ASCII_WORDS).split())
    else:
        words = (word.encode() for word in tokens(content))
    smallest = sorted({zlib.crc32(word) & 0xFFFF for word in {*words}})[:SKETCH_SIZE]
    facts = digest(*sorted({*_facts(title, text)}), size=_FACTS_DIGITS // 2)
    return facts + struct.pack(f">{len(smallest)}H", *smallest).hex()


def estimate_edit(old_sketch: str, new_sketch: str) -> Edit | None:
    """Return how much two versions differ by their sketches, None if there is no old sketch.

    *words* is one minus the Jaccard similarity of their words, estimated from their bottom-k sketches (Cohen and Kaplan,
    PODC 2007). It is exact for up to SKETCH_SIZE distinct words.
    """
    if not old_sketch:
        return None
    old_words, new_words = _word_hashes(old_sketch), _word_hashes(new_sketch)
    smallest = sorted(old_words | new_words)[:SKETCH_SIZE]
    common = sum(word in old_words and word in new_words for word in smallest)
    words = round(1 - common / len(smallest), 3) if smallest else 0.0
    return Edit(words, old_sketch[:_FACTS_DIGITS] != new_sketch[:_FACTS_DIGITS])


def _word_hashes(sketch: str) -> set[str]:
    return {sketch[start : start + _WORD_DIGITS] for start in range(_FACTS_DIGITS, len(sketch), _WORD_DIGITS)}


def _facts(title: str, text: str) -> Iterator[str]:
    """Yield the numbers in *title* and *text*, and the capitalized words inside the sentences of *text*.

    Capitals in the title are ignored: many headlines capitalize every word.
    """
    yield from _NUMBER.findall(f"{title}\n{text}")
    yield from (name for name in _NAME.findall(text) if name[0].isupper())
