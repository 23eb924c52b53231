"""Passages of an article that are not news: biographies of authors, captions of archive pictures, invitations to subscribe.

A line is left out only if it is surely not news, so the rules ask for whole lines, and for the place of some in the text. Pure.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.text.languages.not_news import NotNewsReason, NotNewsRules

MAX_LINE = 800
"""Code points of the longest line that may be no news. A longer one is not examined."""
MAX_CAPTION = 400
MAX_CREDIT = 80
MAX_AGENCY = 6
DATE_AT_END = 80
"""The last code points of a caption, which have its date and perhaps its credit."""
CENTURIES = ("19", "20")
MAX_END_LINES = 20
"""The most lines at the end of a text that are examined for what stands after the news."""
START_LINES = 3
"""The first lines, among which a byline may stand."""
MAX_PASSAGES = 200
MAX_LISTED = 10
"""The most headlines of other articles below a heading."""
MAX_HEADLINE_WORDS = 20
MIN_BIOGRAPHY_MARKS = 2
"""What a biography tells of its author, at least."""
SAME_CAPTION = 0.6
"""The least share of common words of a caption that stands there twice."""
SENTENCE_ENDS = (".", "!", "…", ".”", '."', ".)", "。")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class NotNews:
    """A passage of a text that is not news: from code point *start* to *end* (exclusive), and the *reason*."""

    start: int
    end: int
    reason: NotNewsReason


class _Line(NamedTuple):
    start: int
    end: int
    text: str

    def lower(self) -> str:
        """Return the text in lower case."""
        return self.text.lower()


def find_not_news(text: str, rules: NotNewsRules) -> tuple[NotNews, ...]:
    """Return the passages of *text* that are not news, in order. They have at most half of its code points."""
    lines = [_line(match) for match in _LINE.finditer(text)]
    lines = [line for line in lines if line.text]
    reasons: list[NotNewsReason | None] = [None] * len(lines)
    # A search for a fixed word is many times faster than one for a pattern, and few texts have one of these words.
    lower = text.lower()
    caption_words = [word for word in rules.caption_words if word in lower]
    for number, line in enumerate(lines):
        if len(line.text) <= MAX_LINE:
            reasons[number] = _reason_anywhere(number, lines, rules, caption_words)
    _mark_captions(lines, reasons, rules)
    _mark_related(lines, reasons, rules)
    _mark_end(lines, reasons, rules)
    return _limited(len(text), lines, reasons)


def mask(text: str, passages: Iterable[NotNews]) -> str:
    """Return *text* with spaces for the words in *passages*, so that all other words keep their places."""
    parts: list[str] = []
    last = 0
    for passage in passages:
        parts += text[last : passage.start], " " * (passage.end - passage.start)
        last = passage.end
    return "".join((*parts, text[last:])) if parts else text


def _line(match: re.Match[str]) -> _Line:
    text = match.group()
    stripped = text.strip()
    start = match.start() + len(text) - len(text.lstrip())
    return _Line(start, start + len(stripped), stripped)


def _reason_anywhere(
    number: int, lines: Sequence[_Line], rules: NotNewsRules, caption_words: Sequence[str]
) -> NotNewsReason | None:
    """Return why a line is not news whatever stands around it."""
    line = lines[number]
    text = line.text
    for reason, pattern in rules.anywhere.items():
        if pattern.match(text) and not rules.speech.search(line.lower()):
            return reason
    if len(text) <= MAX_CREDIT and rules.credit.match(text):
        return "credit"
    if (number < START_LINES or number >= len(lines) - START_LINES) and rules.byline.match(text):
        return "byline"
    if len(text) <= MAX_CAPTION and any(word in line.lower() for word in caption_words):
        return "caption" if rules.caption.search(line.lower()) and not rules.speech.search(line.lower()) else None
    return None


def _mark_captions(lines: Sequence[_Line], reasons: list[NotNewsReason | None], rules: NotNewsRules) -> None:
    """Mark the lines with a credit, or that stand there twice, if they end with a date of their own."""
    last_news = max((number for number, reason in enumerate(reasons) if reason is None), default=0)
    for number, line in enumerate(lines):
        if reasons[number] or (date := _own_date(line, rules)) is None:
            continue
        again = number + 1 < len(lines) and _is_same_caption(line, lines[number + 1])
        if again:
            reasons[number] = reasons[number + 1] = "caption"
        # At the end of a text, the credit may be that of the article.
        elif number < last_news and (date["credit"] or reasons[number + 1] == "credit"):
            reasons[number] = "caption"
        elif number < last_news and _is_abbreviation(lines[number + 1].text):
            reasons[number : number + 2] = "caption", "credit"


def _own_date(line: _Line, rules: NotNewsRules) -> re.Match[str] | None:
    """Return the match of the date at the end of a line that may be a caption."""
    end = line.text[-DATE_AT_END:]
    if len(line.text) > MAX_CAPTION or not any(digits in end for digits in CENTURIES):
        return None
    date = rules.own_date.search(end.lower())
    if date is None or line.text.count(". ") > bool(date["credit"]) or rules.speech.search(line.lower()):
        return None
    return date


def _is_abbreviation(text: str) -> bool:
    """Return whether *text* may name an agency: a single word in capitals, such as AP."""
    return 1 < len(text) <= MAX_AGENCY and text.isalpha() and text.isupper()


def _is_same_caption(one: _Line, other: _Line) -> bool:
    if len(other.text) > MAX_CAPTION:
        return False
    words, others = set(one.text.split()), set(other.text.split())
    return len(words & others) >= SAME_CAPTION * len(words | others)


def _mark_related(lines: Sequence[_Line], reasons: list[NotNewsReason | None], rules: NotNewsRules) -> None:
    """Mark headings of lists of other articles, and the headlines below them."""
    listed = 0
    for number, line in enumerate(lines):
        if reasons[number] is None and rules.related.fullmatch(line.text):
            reasons[number], listed = "related", MAX_LISTED
        elif listed and reasons[number] is None and _is_headline(line.text):
            reasons[number], listed = "related", listed - 1
        else:
            listed = 0


def _is_headline(text: str) -> bool:
    return len(text) <= MAX_CAPTION and not text.endswith(SENTENCE_ENDS) and len(text.split()) <= MAX_HEADLINE_WORDS


def _mark_end(lines: Sequence[_Line], reasons: list[NotNewsReason | None], rules: NotNewsRules) -> None:
    """Mark what stands after the last paragraph of news, from the last line up."""
    further: list[int] = []
    author = ""
    for number in range(len(lines) - 1, max(-1, len(lines) - 1 - MAX_END_LINES), -1):
        text = lines[number].text
        if reasons[number] is not None:
            continue
        if author and text.casefold() == author.casefold():
            reasons[number] = "byline"
        elif len(text) > MAX_LINE:
            return
        elif reason := _reason_at_end(lines[number], rules):
            reasons[number] = reason
        elif found := _author_of_biography(number, lines, reasons, rules, [lines[each].lower() for each in further]):
            author = found
            for each in (number, *further):
                reasons[each] = "biography"
            further = []
        elif rules.biography_next.match(lines[number].lower()) and not _tells_news(lines[number].lower(), rules):
            further.append(number)
        else:
            return


def _reason_at_end(line: _Line, rules: NotNewsRules) -> NotNewsReason | None:
    for reason, pattern in rules.at_end.items():
        if pattern.match(line.text) and not rules.speech.search(line.lower()):
            return reason
    return None


def _tells_news(lower: str, rules: NotNewsRules) -> bool:
    return bool(rules.news.search(lower) or rules.speech.search(lower))


def _author_of_biography(
    number: int,
    lines: Sequence[_Line],
    reasons: Sequence[NotNewsReason | None],
    rules: NotNewsRules,
    further: Sequence[str],
) -> str | None:
    """Return the author whose biography line *number* begins, and the lines *further* continue; None if it is no biography.

    News about an author names the author before, so it is none.
    """
    line = lines[number]
    start = rules.biography.match(line.text)
    if not start or _tells_news(line.lower(), rules):
        return None
    marks = 1 + sum(1 for part in (line.lower()[start.end() :], *further) for _ in rules.biography_more.finditer(part))
    name = start.group("name")
    surname = re.compile(rf"\b{re.escape(name.split()[-1])}\b", re.IGNORECASE)
    earlier = [each.text for each, reason in zip(lines[:number], reasons[:number], strict=True) if reason is None]
    named = any(surname.search(text) for text in earlier if text.casefold() != name.casefold())
    return None if marks < MIN_BIOGRAPHY_MARKS or named else name


def _limited(length: int, lines: Sequence[_Line], reasons: Sequence[NotNewsReason | None]) -> tuple[NotNews, ...]:
    """Return the lines that have a reason. If these are over half of the text, the first ones count as news."""
    budget = length // 2
    passages: list[NotNews] = []
    for line, reason in zip(reversed(lines), reversed(reasons), strict=True):
        if reason and line.end - line.start <= budget and len(passages) < MAX_PASSAGES:
            budget -= line.end - line.start
            passages.append(NotNews(line.start, line.end, reason))
    return tuple(reversed(passages))
