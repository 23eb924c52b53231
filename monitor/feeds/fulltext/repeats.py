"""Find text that occurs twice, by its runs of words: equal whatever its signs, spaces, case and paragraphs. Pure."""

import re
from collections import Counter
from collections.abc import Container, Sequence

from monitor.text.shingles import SHINGLE_WORDS, Shingles, share, shingles
from monitor.text.tokens import tokens

MAX_REPEATED = 0.5
"""The largest share of a paragraph that may be in the text before it is added, from 0 to 1."""
MIN_COPY = 0.9
"""The least share of a paragraph found elsewhere that makes it a copy, from 0 to 1. The order may differ a little."""
MIN_COPY_WORDS = 16
"""The fewest words of prose. Headings, list items and answers may occur twice by right."""
MIN_THAI_CHARS = 80
"""The same for Thai and Lao, which have neither full stops nor spaces between words."""
MIN_LINE_WORDS = 8
"""The fewest words of a line, such as a caption, that is left out if it is equal to the line before it."""
_SENTENCE_END = re.compile(r"(?<=[.!?\u2026\u0964\u061f\u06d4])\s+|(?<=[\u3002\uff01\uff1f])|\n+")
_SENTENCE_ENDS = ".!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u061f\u06d4\u0589\u1362\u17d4\u104b"
_CLOSING_SIGNS = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u2039\u203a\u300d\u300f)]\uff09"


def is_new(paragraph: str, present: Shingles) -> bool:
    """Return True if most of *paragraph* is not in the text whose shingles are *present*."""
    return share(shingles(paragraph), present) < MAX_REPEATED


def unrepeated_chars(text: str) -> int:
    """Return the length of *text* without the sentences that are copies, whatever its paragraphs."""
    return sum(map(len, drop_copies(_SENTENCE_END.split(text))))


def drop_copies(paragraphs: Sequence[str]) -> list[str]:
    """Return *paragraphs* without prose that is in those before it, or, as a pull quote is, in a later one.

    Lines that are not prose, such as items of lists, are left out only beside prose that is left out, or if they repeat the
    line before them.
    """
    counts = shingles("\n".join(paragraphs))
    if counts.total() - len(counts) <= MIN_LINE_WORDS - SHINGLE_WORDS:
        return list(paragraphs)  # Even the shortest copy repeats more.
    after: Shingles = Counter()
    words: set[str] = set()
    kept = []
    for paragraph in reversed(_drop_later_copies(paragraphs)):
        own = shingles(paragraph)
        if not (_is_prose(paragraph, own) and _is_copy(own, after, words)):
            kept.append(paragraph)
            after.update(own)
            words.update(tokens(paragraph))
    return kept[::-1]


def _drop_later_copies(paragraphs: Sequence[str]) -> list[str]:
    before: Shingles = Counter()
    words: set[str] = set()
    end, kept, run = "", list[str](), list[str]()
    for paragraph in paragraphs:
        own = shingles(paragraph)
        if _is_copy(own, before, words):
            run.append(paragraph)
            continue
        kept += [*_no_copies(run, kept[-1:]), paragraph]
        run = []
        # Shingles across the ends of paragraphs count too: a copy may have its paragraphs joined.
        before.update(shingles(f"{end} {paragraph}"))
        end = " ".join(tokens(f"{end} {paragraph}")[1 - SHINGLE_WORDS :])
        words.update(tokens(paragraph))
    return kept + _no_copies(run, kept[-1:])


def _no_copies(run: Sequence[str], line_before: Sequence[str]) -> list[str]:
    """Return nothing if there is prose in the *run* of copies, else its lines, each long one once in a row."""
    if any(_is_prose(paragraph, shingles(paragraph)) for paragraph in run):
        return []
    pairs = zip([*line_before, *run], run, strict=False)
    return [line for last, line in pairs if len(tokens(line)) < MIN_LINE_WORDS or tokens(line) != tokens(last)]


def _is_copy(own: Shingles, text: Shingles, words: Container[str]) -> bool:
    """Return True if the shingles *own* are in *text*, and all its words in *words*: another name tells paragraphs apart."""
    # The single shingle of a line of three words or less is not among those of a text.
    is_short = all(len(shingle) < SHINGLE_WORDS for shingle in own)
    return (is_short or share(own, text) >= MIN_COPY) and all(word in words for shingle in own for word in shingle)


def _is_prose(paragraph: str, own: Shingles) -> bool:
    last = paragraph.rstrip(_CLOSING_SIGNS)[-1:]
    if "\u0e01" <= last <= "\u0eff":
        return len(paragraph) >= MIN_THAI_CHARS
    return last in _SENTENCE_ENDS and own.total() > MIN_COPY_WORDS - SHINGLE_WORDS
