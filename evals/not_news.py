"""What is left out of articles as not being news, against the text of pages that a person marked as the article.

A line counts as marked if most of its shingles are in the marked text. Some people mark captions and copyright lines too, so
the precision is a lower bound, and what is not marked may be news of another article.
"""

from collections.abc import Iterable

from consumers.entities.language import detect_language
from evals.figures import make_random, precision_recall
from evals.sets import Row
from monitor.text.languages import pack
from monitor.text.not_news import find_not_news, mask
from monitor.text.shingles import SHINGLE_WORDS, Shingles, share, shingles
from monitor.text.tokens import tokens

MARKED = 0.5
"""The least share of the shingles of a line that is marked."""


def score(pages: Iterable[tuple[str, str]]) -> Row:
    """Return the row of *pages*: of each the text that is extracted, and the text that a person marked."""
    counts = []
    for text, marked in pages:
        rules = pack(detect_language("", text).code).not_news
        if rules is None:
            continue
        pieces, words = shingles(marked), " ".join(tokens(marked))
        news = mask(text, find_not_news(text, rules)).split("\n")
        lines = [
            (bool(line.strip()) and not _is_marked(line, words, pieces), line != rest)
            for line, rest in zip(text.split("\n"), news, strict=True)
        ]
        unmarked, left_out = sum(each for each, _ in lines), sum(each for _, each in lines)
        right = sum(is_unmarked and is_left_out for is_unmarked, is_left_out in lines)
        counts.append((right, left_out, right, unmarked))
    head: Row = {"method": "not news", "pages": len(counts)}
    if not counts:
        return {**head, "not_scored": "no page is in a language in which what is not news is told"}
    _, left_out, _, unmarked = map(sum, zip(*counts, strict=True))
    return {**head, "left out": left_out, "unmarked lines": unmarked, **precision_recall(counts, make_random())}


def _is_marked(line: str, marked: str, pieces: Shingles) -> bool:
    """Return whether *line* is in the text *marked*, which has the shingles *pieces*."""
    words = tokens(line)
    if len(words) <= SHINGLE_WORDS:
        return " ".join(words) in marked
    return share(shingles(line), pieces) >= MARKED
