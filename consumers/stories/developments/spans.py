"""Where the sentences of an article stand, without datelines, bylines and the quotation marks of other sentences. Pure."""

import re
from collections.abc import Iterator

from monitor.messages import Span
from monitor.text.sentences import split_sentences

MAX_TITLE, MAX_CHARS = 500, 5_000
"""Code points of a title and of a text that are read."""
MAX_SENTENCES = 80
"""The most sentences that are read."""
OPENING = "“„«([\u2018"
"""Signs that begin what the next sentence says, if they stand at the end of one. A straight mark after a space does, too."""
STRAIGHT = "\"'"
MAX_LEAD, MAX_LEADS, WITH_LEAD = 80, 3, 2
"""The most code points of a dateline or a byline, the most of them that follow each other, and the sentences that have any."""
DASH = re.compile(r"\s[-–—]{1,2}\s+(?=[\"“„«]?[^\W_a-zß-ÿ])")
"""The dash after a dateline or a byline: OSLO, May 2 (Agency) - A storm."""
MASTHEAD = re.compile(r"\s[|｜]\s(?:(?:[^\W\da-zß-ÿ][\w.'’&-]*|&|of|the|and|de|del|la|le|der|die|das)\s*){1,6}$")
"""The name of an outlet at the end of a title."""
_LEAD_WORD = re.compile(
    r"[^\W\da-zß-ÿ][\w.'’/|:-]*,?|\d[\d:./]*,?|\([^()]{1,40}\),?|(?:[ap]\.?m\.?|de|del|la|le|of|and|am|et|y|[|/]),?"
)
_SPLIT = re.compile(r"\([^()]*\),?|\S+")


def sentence_spans(title: str, text: str) -> Iterator[Span]:
    """Yield where the title and the sentences of the text stand, without white space at their ends."""
    title = _without_masthead(title[:MAX_TITLE])
    if title.strip():
        yield Span("title", len(title) - len(title.lstrip()), len(title.rstrip()))
    carried = None
    for number, (start, end) in enumerate(split_sentences(text[:MAX_CHARS])):
        if number == MAX_SENTENCES:
            return
        sentence = text[start:end]
        first = start + len(sentence) - len(sentence.lstrip())
        stripped = sentence.rstrip()
        last = start + len(_without_opening(stripped))
        next_carried = None
        if last < start + len(stripped):
            next_carried = last + len(text[last:end]) - len(text[last:end].lstrip())
        if carried is not None:
            first = carried
        elif number < WITH_LEAD:
            first = _after_leads(text, first, last)
        carried = next_carried
        yield Span("text", first, last)


def _without_masthead(title: str) -> str:
    """Return *title* without the name of the outlet after its last bar: Ferry sinks | The Daily Harrow."""
    masthead = MASTHEAD.search(title)
    return title[: masthead.start()] if masthead and len(masthead[0]) < masthead.start() else title


def _without_opening(sentence: str) -> str:
    """Return *sentence* without the marks at its end that open the next one."""
    while sentence and (sentence[-1] in OPENING or (sentence[-1] in STRAIGHT and sentence[-2:-1].isspace())):
        sentence = sentence[:-1].rstrip()
    return sentence


def _after_leads(text: str, start: int, end: int) -> int:
    """Return where the news begins in the sentence from *start* to *end*: after the dateline and the names of the authors."""
    for _ in range(MAX_LEADS):
        dash = DASH.search(text, start, min(end, start + MAX_LEAD))
        if dash is None or not all(_LEAD_WORD.fullmatch(word) for word in _SPLIT.findall(text[start : dash.start()])):
            break
        start = dash.end()
    return start
