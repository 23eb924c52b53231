"""The stories service against stories marked by people: B-cubed precision, recall and F1 (Bagga and Baldwin 1998)."""

import asyncio
import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from consumers.alerts.tools.explain import stub
from evals.sets import Row, f1_score
from monitor.config import Config
from monitor.messages import ArticleRaw, ArticleStories, ArticleTopics, extend
from monitor.runtime import registry

ORDERS = 4
"""Random orders of the articles, over which the figures are averaged: the story of an article depends on those before it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An article, and the story in which a person put it."""

    story: str
    title: str
    text: str


def ecbplus(folder: Path) -> Iterator[Row]:
    """Yield the rows of ECB+: *.jsonl.gz with lines {story, sentences}. A URL as the first sentence is left out."""
    samples = []
    for line in _lines(folder):
        sentences = line["sentences"][1:] if line["sentences"][0].startswith("http") else line["sentences"]
        samples.append(Sample(line["story"], sentences[0], "\n".join(sentences[1:])))
    return _evaluate(samples)


def wikinews(folder: Path) -> Iterator[Row]:
    """Yield the rows of the articles cited by Wikinews: *.jsonl.gz with lines {story, title, text}."""
    return _evaluate([Sample(line["story"], line["title"], line["text"]) for line in _lines(folder)])


def uci_headlines(folder: Path) -> Iterator[Row]:
    """Yield the rows of the headlines of the UCI news aggregator: uci.tsv with the columns story and title."""
    with (folder / "uci.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return _evaluate([Sample(row["story"], row["title"], "") for row in rows])


def b_cubed(expected: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float]:
    """Return the B-cubed precision and recall of the stories *found*, by article id."""
    expected_articles, found_articles = _group(expected), _group(found)
    precision = recall = 0.0
    for article_id, story in expected.items():
        together = found_articles[found[article_id]]
        shared = len(expected_articles[story] & together)
        precision += shared / len(together) / len(expected)
        recall += shared / len(expected_articles[story]) / len(expected)
    return precision, recall


def _evaluate(samples: list[Sample]) -> Iterator[Row]:
    """Yield the row of a set. Raises ValueError if there is no sample."""
    if not samples:
        raise ValueError("there is no article in it")
    messages = asyncio.run(_recognise(samples))
    expected = {message.key: sample.story for message, sample in zip(messages, samples, strict=True)}
    scores = [b_cubed(expected, _place(Random(order).sample(messages, len(messages)))) for order in range(ORDERS)]
    precision, recall = (sum(column) / ORDERS for column in zip(*scores, strict=True))
    figures = {"precision": precision, "recall": recall, "f1": f1_score(precision, recall)}
    yield {"articles": len(samples), "stories": len(set(expected.values())), **figures}


async def _recognise(samples: list[Sample]) -> list[ArticleTopics]:
    """Return the articles with the entities that the entities service recognises. Their ids are numbers."""
    (service,) = registry.make(["entities"], Config)
    messages = []
    async with service.lifespan():
        for number, sample in enumerate(samples):
            article = stub(sample.title, sample.text, str(number))
            (output,) = await service.step(None, ArticleRaw(article.article, article.stamps))  # type: ignore[misc]
            messages.append(extend(output, ArticleTopics, topics=()))
    return messages


def _place(messages: list[ArticleTopics]) -> dict[str, str]:
    """Return the id of the story in which the stories service puts each of *messages*, by article id."""
    (service,) = registry.make(["stories"], Config)
    state, found = service.fresh(lambda _: True), {}
    for message in messages:
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
