"""A sentence of an article with some of its words marked."""

import re
from dataclasses import dataclass

from monitor.escape import printable
from monitor.messages import Article, Span
from monitor.text.sentences import split_sentences

_BLANKS = re.compile(r"\s+")
MAX_CHARS = 400
"""The longest quotation, in code points."""
NEAR_CHARS = 2000
"""How far from the words their sentence is looked for. A story has hundreds of articles, and an article 100,000 characters."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence: what stands *before* the marked words, the words, and what stands *after* them."""

    before: str
    words: str
    after: str


def quote(article: Article, span: Span) -> Quote | None:
    """Return the sentence of *article* in which *span* begins; None if the span is outside the text."""
    text = article.title if span.field == "title" else article.text
    if not 0 <= span.start < span.end <= len(text):
        return None
    start, end = _sentence_at(text, span)
    room = max(MAX_CHARS - (span.end - span.start), 0) // 2
    before, words, after = (_join(text[a:b]) for a, b in ((start, span.start), (span.start, span.end), (span.end, end)))
    before = before.lstrip() if len(before) <= room else f"… {before[-room:].partition(' ')[2]}"
    after = after.rstrip() if len(after) <= room else f"{after[:room].rpartition(' ')[0]} …"
    return Quote(printable(before), printable(words), printable(after))


def _sentence_at(text: str, span: Span) -> tuple[int, int]:
    """Return where the sentence in which *span* begins is in *text*, as far as it is near: what is far is cut off anyway."""
    begin = max(0, span.start - NEAR_CHARS)
    near = text[begin : span.end + NEAR_CHARS]
    found = ((begin + a, begin + b) for a, b in split_sentences(near) if begin + a <= span.start < begin + b)
    start, end = next(found, (begin, begin + len(near)))
    return start, max(end, span.end)


def _join(text: str) -> str:
    """Return *text* on one line."""
    return _BLANKS.sub(" ", text)
