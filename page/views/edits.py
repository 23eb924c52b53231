"""What a publisher has changed in an article, word by word."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import islice, pairwise
from typing import Literal

from monitor.escape import printable
from monitor.messages import ArticleStories

MAX_EDITS = 20
"""The most edits of a story that are shown: a page that is edited without end would take as long to compare."""
MAX_WORDS = 1500
"""The most words of a text that are compared: the time grows with the square."""
MAX_REPEATS = 10
"""A word that stands in a text more often is no anchor of a comparison, whose time grows with the cube of such words."""
AROUND = 8
"""How many unchanged words are shown on each side of a change."""


@dataclass(frozen=True, slots=True)
class Part:
    """Words that both versions have (*same*), that only the earlier (*removed*) or only the later has (*added*)."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A version of an article that its publisher has changed. *parts* is None if the earlier version is not kept."""

    outlet: str
    at: datetime
    version: int
    words: float | None
    facts: bool
    parts: tuple[Part, ...] | None


@dataclass(frozen=True, slots=True)
class Edits:
    """The latest edits of a story, the newest first, and how many there are in all."""

    latest: tuple[Edited, ...]
    count: int


def list_edits(articles: Sequence[ArticleStories]) -> Edits:
    """Return the versions in *articles* that their publishers have changed."""
    found = sorted(_find_edits(articles), key=lambda pair: pair[1].article.fetched, reverse=True)
    return Edits(tuple(_edited(*each) for each in islice(found, MAX_EDITS)), len(found))


def _find_edits(articles: Sequence[ArticleStories]) -> Iterator[tuple[ArticleStories | None, ArticleStories]]:
    """Yield each changed version with the one before, which is None if it is not kept."""
    by_id: dict[str, dict[int, ArticleStories]] = {}
    for each in articles:
        by_id.setdefault(each.article.id, {})[each.article.version] = each
    for versions in by_id.values():
        for before, version in pairwise((0, *sorted(versions))):
            if version > 1:
                yield versions.get(before) if before == version - 1 else None, versions[version]


def _edited(before: ArticleStories | None, after: ArticleStories) -> Edited:
    article, edit = after.article, after.article.edit
    parts = None
    if before is not None:
        old, new = before.article, article
        parts = (*compare_words(old.title, new.title), *compare_words(old.text, new.text))
    words, facts = (edit.words, edit.facts) if edit else (None, False)
    return Edited(printable(article.outlet), article.fetched, article.version, words, facts, parts)


def compare_words(before: str, after: str) -> list[Part]:
    """Return the changes from *before* to *after*, with a few words around each. Long texts are compared in their beginning."""
    old, new = (list(map(printable, text.split()[:MAX_WORDS])) for text in (before, after))
    counts = Counter(new)
    blocks = SequenceMatcher(lambda word: counts[word] > MAX_REPEATS, old, new, autojunk=False).get_opcodes()
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
