"""The stories service against stories marked by people: B-cubed precision, recall and F1 (Bagga and Baldwin 1998).

The figures are means over five orders of the articles, and the intervals are those of the first order, by bootstrap over the
stories. A set with look-alike events has a row of the pairs of articles on two of them that are in one story. In passing, the
speed of the entities service is measured on articles with a text.
"""

import asyncio
import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from consumers.alerts.tools.articles import stub
from evals.cpu import cpu_seconds
from evals.figures import make_random, mean_scores, share, spread
from evals.sets import Row, f1_score
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import ArticleRaw, ArticleStories, ArticleTopics, extend
from monitor.runtime import registry

START = date(2026, 3, 10)
"""The day of all articles of a set without days."""
ORDERS = 5
"""Random orders of the articles, over which the figures are averaged: the story of an article depends on those before it."""
TEXT_WORDS = 100
"""The fewest words on average of articles on which the speed of the entities service is measured."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An article, the story in which a person put it, and the kind of event, if the set has several stories of a kind.

    *day* is when it appeared. The articles of a set without days come in random orders, at one time. *outlet* is its website,
    if the set tells it.
    """

    story: str
    title: str
    text: str
    kind: str = ""
    day: date | None = None
    outlet: str = ""


def ecbplus(folder: Path) -> Iterator[Row]:
    """Yield the rows of ECB+."""
    return _evaluate(read_ecbplus(folder))


def read_ecbplus(folder: Path) -> list[Sample]:
    """Return the articles: *.jsonl.gz with lines {topic, story, sentences}. A URL as the first sentence is left out."""
    samples = []
    for line in _lines(folder):
        sentences = line["sentences"][1:] if line["sentences"][0].startswith("http") else line["sentences"]
        samples.append(Sample(line["story"], sentences[0], "\n".join(sentences[1:]), line.get("topic", "")))
    return samples


def wikinews(folder: Path) -> Iterator[Row]:
    """Yield the rows of the articles cited by Wikinews."""
    return _evaluate(read_wikinews(folder))


def read_wikinews(folder: Path) -> list[Sample]:
    """Return the articles cited by Wikinews: *.jsonl.gz with lines {story, title, text, date_in_url, published, url}.

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
        outlet = (urlsplit(line.get("url") or "").hostname or "").removeprefix("www.")
        appeared = date.fromisoformat(day) if day else None
        samples.append(Sample(line["story"], line["title"], line["text"], day=appeared, outlet=outlet))
    return samples


def uci_headlines(folder: Path) -> Iterator[Row]:
    """Yield the rows of the headlines of the UCI news aggregator."""
    return _evaluate(read_uci_headlines(folder))


def read_uci_headlines(folder: Path) -> list[Sample]:
    """Return the headlines: uci.tsv with the columns story and title."""
    with (folder / "uci.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Sample(row["story"], row["title"], "") for row in rows]


def b_cubed(expected: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float]:
    """Return the B-cubed precision and recall of the stories *found*, by article id."""
    scores = list(_scores(expected, found).values())
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    return precision, recall


def merged_pairs(expected: Mapping[str, str], kinds: Mapping[str, str], found: Mapping[str, str]) -> list[tuple[int, int]]:
    """Return for each kind of event how many pairs of articles on two of them are in one story, and how many there are."""
    counts = []
    for kind, ids in _group(kinds).items():
        pairs = [(one, other) for one, other in combinations(sorted(ids), 2) if expected[one] != expected[other]]
        if kind and pairs:
            counts.append((sum(found[one] == found[other] for one, other in pairs), len(pairs)))
    return counts


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
    """Yield the rows of a set. Raises ValueError if there is no sample."""
    if not samples:
        raise ValueError("there is no article in it")
    messages, seconds = asyncio.run(recognise(samples))
    in_orders = orders(messages, is_dated=all(sample.day for sample in samples))
    placed = [{output.key: output.story.id for output in place(order)} for order in in_orders]
    expected = {message.key: sample.story for message, sample in zip(messages, samples, strict=True)}
    kinds = {message.key: sample.kind for message, sample in zip(messages, samples, strict=True)}
    yield _story_row(expected, placed)
    merged = [merged_pairs(expected, kinds, found) for found in placed]
    if merged[0]:
        shares = [sum(one for one, _ in counts) / sum(pairs for _, pairs in counts) for counts in merged]
        figures = {**share("merged", merged[0], make_random()), "merged": sum(shares) / len(shares), **spread("merged", shares)}
        yield {"kind": "look-alike pairs in one story", "articles": len(samples), **figures}
    words = [len(f"{sample.title} {sample.text}".split()) for sample in samples]
    if sum(words) >= TEXT_WORDS * len(words):
        head: Row = {"kind": "entities stage", "articles": len(samples), "words": sum(words) // len(words)}
        yield {**head, **share("articles_per_cpu_second", [(1.0, each) for each in seconds], make_random())}


def orders(messages: Sequence[ArticleTopics], *, is_dated: bool) -> list[list[ArticleTopics]]:
    """Return ORDERS random orders of *messages*; if they are dated, those of one day are in random order."""
    shuffled = [Random(number).sample(messages, len(messages)) for number in range(ORDERS)]
    return [sorted(each, key=lambda message: message.article.fetched) for each in shuffled] if is_dated else shuffled


def _story_row(expected: Mapping[str, str], placed: list[dict[str, str]]) -> Row:
    """Return the row of the stories *placed* in each order."""
    scores = [b_cubed(expected, found) for found in placed]
    precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    of_articles = _scores(expected, placed[0])
    intervals = mean_scores(list(of_articles.values()), [expected[article_id] for article_id in of_articles], make_random())
    return {
        "kind": "stories",
        "articles": len(expected),
        "stories": len(set(expected.values())),
        **intervals,
        "precision": precision,
        "recall": recall,
        "f1": f1_score(precision, recall),
        **spread("f1", [f1_score(*score) for score in scores]),
    }


WARM_UP = Sample("", "The council met on Friday", "It talked about the budget of the town.")


async def recognise(samples: list[Sample]) -> tuple[list[ArticleTopics], list[float]]:
    """Return the articles with the entities that the entities service recognises, and the CPU seconds that each took.

    Their ids are numbers. Another text is recognised before, so that loading the model does not count.
    """
    (service,) = registry.make(["entities"], Config)
    messages, seconds = [], []
    async with service.lifespan():
        for number, sample in enumerate([WARM_UP, *samples]):
            message = stub(sample.title, sample.text, str(number))
            day = sample.day or START
            article = replace(message.article, fetched=datetime(day.year, day.month, day.day, tzinfo=UTC))
            began = cpu_seconds()
            (output,) = await service.step(None, ArticleRaw(article, message.stamps))  # type: ignore[misc]
            seconds.append(cpu_seconds() - began)
            messages.append(extend(output, ArticleTopics, topics=()))
    return messages[1:], seconds[1:]


def place(messages: Iterable[ArticleTopics]) -> Iterator[ArticleStories]:
    """Yield *messages* in the stories in which the stories service puts them."""
    (service,) = registry.make(["stories"], Config)
    state = service.fresh(lambda _: True)
    now = utc()
    service.use_clock(lambda: now)
    for message in messages:
        now = message.article.fetched
        for output in list(service.step(state, message)):  # type: ignore[arg-type]
            service.apply(state, output)
            if isinstance(output, ArticleStories):
                yield output


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
