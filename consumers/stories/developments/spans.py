"""Where the sentences of an article stand, without datelines, bylines and the quotation marks of other sentences. Pure."""

import re
from collections.abc import Iterator, Sequence

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
MAX_PLAIN = 2
"""The most words of a dateline that has no day, bracket, comma, colon or word in capitals, such as New York."""
DASH = re.compile(r"\s[-–—]{1,2}\s+[\"“„«]?(?=(\S))")
"""The dash after a dateline or a byline: OSLO, May 2 (Agency) - A storm. The group is the first letter after it."""
_LEAD_WORD = re.compile(r"[^\W\d_][\w.'’/|:-]*,?|\d[\d:./]*,?|\([^()]{1,40}\),?|(?:[|/]),?")
_SMALL = frozenset({"am", "pm", "a.m.", "p.m.", "de", "del", "la", "le", "of", "and", "et", "y", "by"})
_SPLIT = re.compile(r"\([^()]*\),?|\S+")


def sentence_spans(title: str, text: str) -> Iterator[Span]:
    """Yield where the title and the sentences of the text stand, without white space at their ends."""
    title = title[:MAX_TITLE]
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


def _without_opening(sentence: str) -> str:
    """Return *sentence* without the marks at its end that open the next one."""
    while sentence and (sentence[-1] in OPENING or (sentence[-1] in STRAIGHT and sentence[-2:-1].isspace())):
        sentence = sentence[:-1].rstrip()
    return sentence


def _after_leads(text: str, start: int, end: int) -> int:
    """Return where the news begins in the sentence from *start* to *end*: after the dateline and the names of the authors."""
    for _ in range(MAX_LEADS):
        dash = DASH.search(text, start, min(end, start + MAX_LEAD))
        if dash is None or not _is_beginning(dash[1]) or not _is_lead(_SPLIT.findall(text[start : dash.start()])):
            break
        start = _after_dash(text, dash)
    return start


def _after_dash(text: str, dash: re.Match[str]) -> int:
    """Return where the words after a dash begin, with their quotation mark."""
    return dash.end() - 1 if text[dash.end() - 1] in '"“„«' else dash.end()


def _is_beginning(letter: str) -> bool:
    """Return whether a sentence may begin with *letter*, in a script with capitals."""
    return letter.isupper() or letter.isdecimal()


def _is_lead(words: Sequence[str]) -> bool:
    """Return whether *words* are a dateline or the names of authors: all have capitals, and few are only names."""
    if not all(_LEAD_WORD.fullmatch(word) and _may_lead(word) for word in words):
        return False
    is_marked = any(word[0] == "(" or word[-1] in ",:" or word[0].isdecimal() or _is_loud(word) for word in words)
    return is_marked or len(words) <= MAX_PLAIN or words[0].lower() == "by"


def _may_lead(word: str) -> bool:
    return not word[0].isalpha() or word[0].isupper() or word.rstrip(",").lower() in _SMALL


def _is_loud(word: str) -> bool:
    """Return whether *word* is in capitals, such as the name of a town in a dateline."""
    return len(word) > 1 and word.isupper()
