"""The reuse of what a model has found in a piece of text, when the same piece comes again with the same words around it.

Agencies' texts appear on many sites, and an edit changes a few words of an article. A model whose vectors depend on a number of
neighbouring tokens alone finds the same names in such a piece. So only pieces that are new, or stand next to a change, are
read again. The results are those of a model that reads all of the text, except for names of more words than a piece's context.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from consumers.entities.ner import NerSpan, Recogniser, readable

MAX_PIECES = 50_000
"""Pieces that are remembered: about 1,000 articles of 400 words, in some 15 MB."""
MAX_NAMES = 8
"""The most names of a piece that is remembered. Pieces have some eight words, but one without a sign is as long as its text."""
EXTRA_WORDS = 2
"""Words after a piece that a name beginning in it may have, beyond the words on which the model's vectors depend."""
_WORD = re.compile(r"\S+")
_END = re.compile(r"[.,;:!?…。、，][\"'”’»)\]]*$")
"""Matches the last word of a piece, if it is not at the end of a line. Pieces have some eight words."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text: from *start* to *end*, with the words around it from *context_start* to *context_end*."""

    start: int
    end: int
    context_start: int
    context_end: int

    def key(self, text: str) -> bytes:
        """Return a hash of all that the names in the piece depend on."""
        context = text[self.context_start : self.context_end].encode(errors="surrogatepass")
        place = b"%d %d " % (self.start - self.context_start, self.end - self.context_start)
        return blake2b(place + context, digest_size=16).digest()


def split(text: str, reach: int) -> list[Piece]:
    """Return the pieces of *text*, in order, with all of its words. A vector depends on *reach* tokens on each side."""
    words = [match.span() for match in _WORD.finditer(text)]
    last = len(words) - 1
    ends = [
        number
        for number, (start, end) in enumerate(words)
        if number == last or "\n" in text[end : words[number + 1][0]] or _END.search(text, max(start, end - 4), end)
    ]
    pieces, first = [], 0
    for number in ends:
        before, after = max(0, first - reach), min(last, number + reach + EXTRA_WORDS)
        pieces.append(Piece(words[first][0], words[number][1], words[before][0], words[after][1]))
        first = number + 1
    return pieces


def runs(pieces: Sequence[Piece], missing: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last piece of each part of a text to be read, by number, so that all *missing* ones are read.

    Parts whose contexts would overlap are one.
    """
    first = last = -1
    for number in missing:
        if first >= 0 and pieces[number].context_start > pieces[last].context_end:
            yield first, last
            first = -1
        first, last = (number if first < 0 else first), number
    if first >= 0:
        yield first, last


def reusing(recognise: Recogniser, reach: int, max_pieces: int = MAX_PIECES) -> Recogniser:
    """Return a function that finds what *recognise* finds, but does not read again the last *max_pieces* pieces.

    The vector of a token depends on *reach* tokens on each side.
    """
    known: dict[bytes, tuple[NerSpan, ...]] = {}

    def recognise_new(texts: list[str]) -> list[list[NerSpan]]:
        texts = [readable(text) for text in texts]
        split_texts = [split(text, reach) for text in texts]
        keys = [[piece.key(text) for piece in pieces] for text, pieces in zip(texts, split_texts, strict=True)]
        found = [[known.get(key) for key in text_keys] for text_keys in keys]
        parts = [
            (number, first, last)
            for number, pieces in enumerate(split_texts)
            for first, last in runs(pieces, [index for index, spans in enumerate(found[number]) if spans is None])
        ]
        read = recognise([_part(texts[number], split_texts[number], first, last) for number, first, last in parts])
        for (number, first, last), spans in zip(parts, read, strict=True):
            pieces = split_texts[number]
            offset = _bounds(texts[number], pieces, first, last)[0]
            found[number][first : last + 1] = by_piece(pieces[first : last + 1], spans, offset)
        for pieces, text_keys, text_found in zip(split_texts, keys, found, strict=True):
            _remember(known, pieces, text_keys, text_found)
        while len(known) > max_pieces:
            del known[next(iter(known))]
        return [joined(pieces, text_found) for pieces, text_found in zip(split_texts, found, strict=True)]

    return recognise_new


def by_piece(pieces: Sequence[Piece], spans: Sequence[NerSpan], offset: int) -> list[tuple[NerSpan, ...]]:
    """Return, for each of *pieces*, those of *spans* that begin in it, counted from its start.

    The spans are counted from *offset* in the text of the pieces.
    """
    starts = [piece.start for piece in pieces]
    found: list[list[NerSpan]] = [[] for _ in pieces]
    for span in spans:
        start, end = span.start + offset, span.end + offset
        number = bisect_right(starts, start) - 1
        if number >= 0 and start < pieces[number].end:
            found[number].append(NerSpan(start - starts[number], end - starts[number], span.label))
    return [tuple(each) for each in found]


def joined(pieces: Sequence[Piece], found: Sequence[Sequence[NerSpan] | None]) -> list[NerSpan]:
    """Return the spans *found* in each of *pieces*, counted from the start of the text. If two overlap, the first stays."""
    spans: list[NerSpan] = []
    for piece, in_piece in zip(pieces, found, strict=True):
        for start, end, label in in_piece or ():
            if not spans or piece.start + start >= spans[-1].end:
                spans.append(NerSpan(piece.start + start, piece.start + end, label))
    return spans


def _bounds(text: str, pieces: Sequence[Piece], first: int, last: int) -> tuple[int, int]:
    """Return the start and the end of what the model reads for the pieces from *first* to *last*: they and their context."""
    start = pieces[first].context_start if first else 0
    return start, pieces[last].context_end if last < len(pieces) - 1 else len(text)


def _part(text: str, pieces: Sequence[Piece], first: int, last: int) -> str:
    start, end = _bounds(text, pieces, first, last)
    return text[start:end]


def _remember(
    known: dict[bytes, tuple[NerSpan, ...]],
    pieces: Sequence[Piece],
    keys: Sequence[bytes],
    found: Sequence[tuple[NerSpan, ...] | None],
) -> None:
    """Add what was *found* to *known*, the last used last.

    A piece of many names, or with one that reaches beyond its context, is not remembered.
    """
    for piece, key, spans in zip(pieces, keys, found, strict=True):
        known.pop(key, None)
        if spans is not None and len(spans) <= MAX_NAMES and all(piece.start + span.end <= piece.context_end for span in spans):
            known[key] = spans
