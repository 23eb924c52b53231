"""The results of a search, those of one story together."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.escape import printable
from page.search import Found, group_by_story
from page.views.quotes import Quote, quote

MAX_QUOTES = 2
"""The most sentences that are shown of an article."""


@dataclass(frozen=True, slots=True)
class Result:
    """An article that matches: its headline, with the words marked if it has them, and sentences of its text that do."""

    at: datetime
    outlet: str
    title: Quote
    url: str | None
    language: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class StoryResults:
    """The results of one story, the newest first. *has_page* is whether the story has a page, which takes an alert."""

    story: str
    results: tuple[Result, ...]
    has_page: bool


def group_results(found: Iterable[Found], stories: Container[str]) -> list[StoryResults]:
    """Return *found* by story, the one with the newest article first. *stories* are those that have a page."""
    groups = ((articles[0].message.story.id, articles) for articles in group_by_story(found))
    return [StoryResults(story, tuple(map(make_result, articles)), story in stories) for story, articles in groups]


def make_result(found: Found) -> Result:
    """Return what is shown of an article."""
    article = found.message.article
    spans = [reason.at for reason in found.reasons if reason.at]
    in_title = next((span for span in spans if span.field == "title"), None)
    title = quote(article, in_title) if in_title else None
    return Result(
        at=article.fetched,
        outlet=printable(article.outlet),
        title=title or Quote(printable(article.title), "", ""),
        url=article.url,
        language=found.message.language.code,
        quotes=tuple(_quotes(found))[:MAX_QUOTES],
    )


def _quotes(found: Found) -> Iterator[Quote]:
    """Yield the sentences of the text with the words for which it matches, each sentence once."""
    seen: set[str] = set()
    for reason in found.reasons:
        if reason.at is None or reason.at.field == "title" or (each := quote(found.message.article, reason.at)) is None:
            continue
        if (sentence := f"{each.before}{each.words}{each.after}") not in seen:
            seen.add(sentence)
            yield each
