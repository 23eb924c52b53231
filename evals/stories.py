"""The stories service against stories marked by people: B-cubed precision, recall and F1 (Bagga and Baldwin 1998)."""

import asyncio
import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from consumers.alerts.tools.explain import stub
from evals.sets import Row, f1_score
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import ArticleRaw, ArticleStories, ArticleTopics, extend
from monitor.runtime import registry

START = date(2026, 3, 10)
"""The day of all articles of a set without days."""
ORDERS = 5
"""Random orders of the articles, over which the figures are averaged: the story of an article depends on those before it."""
RESAMPLES = 500
"""Samples of the stories, drawn with replacement, for the confidence interval."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An article, the story in which a person put it, and the kind of event, if the set has several stories of a kind.

    *day* is when it appeared. The articles of a set without days come in random orders, at one time.
    """

    story: str
    title: str
    text: str
    kind: str = ""
    day: date | None = None


def ecbplus(folder: Path) -> Iterator[Row]:
    """Yield the rows of ECB+: *.jsonl.gz with lines {topic, story, sentences}. A URL as the first sentence is left out."""
    samples = []
    for line in _lines(folder):
        sentences = line["sentences"][1:] if line["sentences"][0].startswith("http") else line["sentences"]
        samples.append(Sample(line["story"], sentences[0], "\n".join(sentences[1:]), line.get("topic", "")))
    return _evaluate(samples)


def wikinews(folder: Path) -> Iterator[Row]:
    """Yield the rows of the articles cited by Wikinews: *.jsonl.gz with lines {story, title, text, date_in_url, published}.

    They come in the order of their days. An article without a day in its address has the first one of its story, or that of
    *published*, which is often when the set was made.
    """
    lines, days = list(_lines(folder)), dict[str, str]()
    for line in lines:
        if day := line.get("date_in_url"):
            days[line["story"]] = min(day, days.get(line["story"], day))
    samples = []
    for line in lines:
        day = line.get("date_in_url") or days.get(line["story"]) or (line.get("published") or "")[:10]
        samples.append(Sample(line["story"], line["title"], line["text"], day=date.fromisoformat(day) if day else None))
    return _evaluate(samples)


def uci_headlines(folder: Path) -> Iterator[Row]:
    """Yield the rows of the headlines of the UCI news aggregator: uci.tsv with the columns story and title."""
    with (folder / "uci.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return _evaluate([Sample(row["story"], row["title"], "") for row in rows])


def b_cubed(expected: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float]:
    """Return the B-cubed precision and recall of the stories *found*, by article id."""
    scores = list(_scores(expected, found).values())
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    return precision, recall


def merged_pairs(expected: Mapping[str, str], kinds: Mapping[str, str], found: Mapping[str, str]) -> float | None:
    """Return the share of the pairs of articles about two events of one kind that are in one story; None if there are none."""
    pairs = [
        found[one] == found[other]
        for kind, ids in _group(kinds).items()
        if kind
        for one, other in combinations(sorted(ids), 2)
        if expected[one] != expected[other]
    ]
    return sum(pairs) / len(pairs) if pairs else None


def interval(expected: Mapping[str, str], found: Mapping[str, str], random: Random) -> tuple[float, float]:
    """Return the 95 % confidence interval of B-cubed F1, by bootstrap over the *expected* stories."""
    scores = _scores(expected, found)
    by_story = [[scores[article_id] for article_id in ids] for ids in _group(expected).values()]
    resampled = []
    for _ in range(RESAMPLES):
        drawn = [score for story in random.choices(by_story, k=len(by_story)) for score in story]
        precision, recall = (sum(column) / len(drawn) for column in zip(*drawn, strict=True))
        resampled.append(f1_score(precision, recall))
    resampled.sort()
    return resampled[int(0.025 * RESAMPLES)], resampled[int(0.975 * RESAMPLES)]


def _scores(expected: Mapping[str, str], found: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """Return the B-cubed precision and recall of each article."""
    expected_articles, found_articles = _group(expected), _group(found)
    scores = {}
    for article_id, story in expected.items():
        together = found_articles[found[article_id]]
        shared = len(expected_articles[story] & together)
        scores[article_id] = shared / len(together), shared / len(expected_articles[story])
    return scores


def _evaluate(samples: list[Sample]) -> Iterator[Row]:
    """Yield the row of a set. Raises ValueError if there is no sample."""
    if not samples:
        raise ValueError("there is no article in it")
    messages = asyncio.run(_recognise(samples))
    expected = {message.key: sample.story for message, sample in zip(messages, samples, strict=True)}
    kinds = {message.key: sample.kind for message, sample in zip(messages, samples, strict=True)}
    if all(sample.day for sample in samples):
        orders = [sorted(messages, key=lambda message: message.article.fetched)]
    else:
        orders = [Random(order).sample(messages, len(messages)) for order in range(ORDERS)]
    placed = [_place(order) for order in orders]
    scores = [b_cubed(expected, found) for found in placed]
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    f1_scores = [f1_score(*score) for score in scores]
    low, high = interval(expected, placed[0], Random(0))
    yield {
        "articles": len(samples),
        "stories": len(set(expected.values())),
        "precision": precision,
        "recall": recall,
        "f1": f1_score(precision, recall),
        "f1_low": low,
        "f1_high": high,
        "f1_least": min(f1_scores),
        "f1_most": max(f1_scores),
        **_merged_row([merged_pairs(expected, kinds, found) for found in placed]),
    }


def _merged_row(shares: list[float | None]) -> Row:
    """Return the figures of the look-alike pairs over the orders; none for a set without such pairs."""
    known = [share for share in shares if share is not None]
    if not known:
        return {}
    return {"merged": sum(known) / len(known), "merged_least": min(known), "merged_most": max(known)}


async def _recognise(samples: list[Sample]) -> list[ArticleTopics]:
    """Return the articles with the entities that the entities service recognises. Their ids are numbers."""
    (service,) = registry.make(["entities"], Config)
    messages = []
    async with service.lifespan():
        for number, sample in enumerate(samples):
            message = stub(sample.title, sample.text, str(number))
            day = sample.day or START
            article = replace(message.article, fetched=datetime(day.year, day.month, day.day, tzinfo=UTC))
            (output,) = await service.step(None, ArticleRaw(article, message.stamps))  # type: ignore[misc]
            messages.append(extend(output, ArticleTopics, topics=()))
    return messages


def _place(messages: list[ArticleTopics]) -> dict[str, str]:
    """Return the id of the story in which the stories service puts each of *messages*, by article id."""
    (service,) = registry.make(["stories"], Config)
    state, found = service.fresh(lambda _: True), {}
    now = utc()
    service.use_clock(lambda: now)
    for message in messages:
        now = message.article.fetched
        for output in list(service.step(state, message)):  # type: ignore[arg-type]
            service.apply(state, output)
            if isinstance(output, ArticleStories):
                found[output.key] = output.story.id
    return found


def _group(stories: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the article ids of each story."""
    articles: dict[str, set[str]] = {}
    for article_id, story in stories.items():
        articles.setdefault(story, set()).add(article_id)
    return articles


def _lines(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)
