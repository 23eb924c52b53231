"""The origins and the standing of small stories against those that a person counted.

The folder has *.jsonl with lines {id, articles, origins, standing}. An article is {outlet, title, text} with, if it matters,
minutes (after the first), source (the publisher as the feed gives it) and copy_of (the number of the article of which it is a
near-copy, from 0). The number of origins is right if it is the expected one, and close if it differs by one at most.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from consumers.alerts.tools.articles import stub
from consumers.entities.analysis import Texts
from evals.analyses import analyse
from evals.figures import make_random, mean
from evals.sets import Row
from monitor.messages import ArticleStories, Origin, StoryMembership
from monitor.origins import Tally, fold, standing_of, telling_of

START = datetime(2026, 3, 10, tzinfo=UTC)
"""The time of the first article of each story."""


def origins(folder: Path) -> Iterator[Row]:
    """Yield a row for each story that is not right in both figures, then the row of the set."""
    stories = read(folder)
    found = count(stories)
    results = []
    for story, tally in zip(stories, found, strict=True):
        standing = standing_of(tally.origins)
        difference = tally.count - story["origins"]
        results.append((difference == 0, abs(difference) <= 1, standing == story["standing"]))
        if difference or standing != story["standing"]:
            yield {
                "story": story["id"],
                "origins": tally.count,
                "expected": story["origins"],
                "standing": standing,
                "expected_standing": story["standing"],
                "found": "; ".join(_describe(each) for each in tally.origins),
            }
    names = ("exact", "within_one", "standing")
    shares = [mean(name, column, make_random()) for name, column in zip(names, zip(*results, strict=True), strict=True)]
    figures = {key: value for each in shares for key, value in each.items()}
    yield {"stories": len(stories), "articles": sum(len(each["articles"]) for each in stories), **figures}


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the stories in *folder*. Raises ValueError if there is none."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n")]
    stories = [json.loads(line) for line in lines if line.strip()]
    if not stories:
        raise ValueError("there is no story in it")
    return stories


def count(stories: Sequence[dict[str, Any]]) -> list[Tally]:
    """Return the origins that are found in each of *stories*."""
    return [fold(Tally(), [telling_of(each) for each in _messages(story, analyse(_texts(story))[0])], []) for story in stories]


def _texts(story: dict[str, Any]) -> list[Any]:
    return [Texts(each["title"], each["text"]) for each in story["articles"]]


def _messages(story: dict[str, Any], analyses: Sequence[Any]) -> Iterator[ArticleStories]:
    """Yield the articles of *story* as the stories service publishes them."""
    for number, (each, analysis) in enumerate(zip(story["articles"], analyses, strict=True)):
        message = stub(each["title"], each["text"], str(number))
        copied = each.get("copy_of")
        article = replace(
            message.article,
            outlet=each["outlet"],
            source=each.get("source", each["outlet"]),
            fetched=START + timedelta(minutes=each.get("minutes", number)),
        )
        yield ArticleStories(
            article,
            message.stamps,
            analysis.language,
            analysis.entities,
            analysis.claims,
            (),
            StoryMembership(story["id"], number == 0, 1.0, None if copied is None else str(copied)),
        )


def _describe(origin: Origin) -> str:
    return f"{origin.who} ({origin.kind}, {origin.stance})"
