"""The topics service against articles whose subject people marked, with all 17 top concepts to choose from.

*first* is the share of articles whose first topic is below a right top concept, *any* that of those with such a topic at all.
"""

import csv
import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from consumers.topics import service
from consumers.topics.classifier import Classifier
from evals.sets import Row
from monitor.text.mediatopics import concepts

RESAMPLES = 1000
"""Samples of the articles, with replacement, for the confidence intervals of 95 %."""
LANGUAGE_CODES = {"eng": "en", "fra": "fr", "pcm": "en"}
"""The pack for each language of MasakhaNEWS."""
MASAKHA = {
    "business": 4,
    "entertainment": 1,
    "health": 7,
    "politics": 11,
    "religion": 12,
    "sports": 15,
    "technology": 13,
}
REUTERS = {"acq": 4, "earn": 4, "crude": 4, "trade": 4, "money-fx": 4, "interest": 4, "grain": 4, "gnp": 4, "cpi": 4}
"""The categories of Reuters-21578 are all of business, so only whether that is seen is scored, and the narrower concepts."""
NARROWER = {"earn": 20000178, "acq": 20000204, "interest": 20000350, "cpi": 20000370, "crude": 20001243}


@dataclass(frozen=True, slots=True)
class Sample:
    """An article, and the codes of the concepts that are right: one of them suffices."""

    title: str
    text: str
    right: AbstractSet[str]


def ag_news(folder: Path) -> Iterator[Row]:
    """Yield the row of AG News: *.csv.gz with class, title, text. News of the world is all that the other classes are not."""
    tops = {concept.code for concept in concepts().values() if not concept.broader}
    classes = {"2": {_top(15)}, "3": {_top(4)}, "4": {_top(13)}}
    classes["1"] = tops - set().union(*classes.values())
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if row[0] in classes]
        yield _evaluate("en", [Sample(title, text, classes[number]) for number, title, text in rows])


def masakha_news(folder: Path) -> Iterator[Row]:
    """Yield a row for each language of MasakhaNEWS that is read: LANGUAGE.*.tsv.gz with category, headline, text."""
    for path in sorted(folder.glob("*.tsv.gz")):
        code = LANGUAGE_CODES.get(path.name.split(".")[0])
        if code in _classifiers():
            with gzip.open(path, "rt", encoding="utf-8") as file:
                rows = list(csv.DictReader(file, delimiter="\t"))
            samples = [Sample(row["headline"], row["text"], {_top(MASAKHA[row["category"]])}) for row in rows]
            yield {"language": path.name.split(".")[0], **_evaluate(str(code), samples)}


def reuters(folder: Path) -> Iterator[Row]:
    """Yield the rows of Reuters-21578: *.sgm.gz. The first is on business as a whole, the others on narrower concepts."""
    samples = [(name, Sample(title, body, {_top(REUTERS[name])})) for name, title, body in _reuters(folder) if name in REUTERS]
    yield _evaluate("en", [sample for _, sample in samples])
    for name, number in NARROWER.items():
        chosen = [Sample(each.title, each.text, {f"medtop:{number}"}) for topic, each in samples if topic == name]
        if chosen:
            # The first topic of an article is a top concept, so only "any" says something.
            yield {"topic": name, "articles": len(chosen), "any": _evaluate("en", chosen)["any"]}


def _reuters(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the topic, the title and the text of each article that has one topic and a text."""
    for path in sorted(folder.glob("*.sgm.gz")):
        with gzip.open(path, "rt", encoding="latin-1") as file:
            for article in re.findall(r"<REUTERS.*?</REUTERS>", file.read(), re.DOTALL):
                topics = re.findall(r"<D>(.*?)</D>", _element(article, "TOPICS"))
                title, body = _element(article, "TITLE"), _element(article, "BODY")
                if len(topics) == 1 and body:
                    yield topics[0], title, body


def _element(article: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", article, re.DOTALL)
    return found[1] if found else ""


def _evaluate(code: str, samples: Sequence[Sample]) -> Row:
    """Return the row of *samples*. Raises ValueError if there are none."""
    if not samples:
        raise ValueError("there is no article in it")
    classifier: Classifier = _classifiers()[code]
    first, some = [], []
    for sample in samples:
        topics = [{topic.code, *topic.broader} for topic in classifier.classify(sample.title, sample.text)]
        first.append(bool(topics) and bool(topics[0] & sample.right))
        some.append(any(topic & sample.right for topic in topics))
    low, high = _interval(first)
    return {
        "articles": len(samples),
        "first": float(np.mean(first)),
        "low": low,
        "high": high,
        "any": float(np.mean(some)),
    }


def _interval(values: Sequence[bool]) -> tuple[float, float]:
    """Return the confidence interval of the mean of *values*, by bootstrap."""
    drawn = np.random.default_rng(0).choice(np.array(values), (RESAMPLES, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


@cache
def _classifiers() -> Mapping[str, Classifier]:
    return service.load_classifiers()


def _top(number: int) -> str:
    return f"medtop:{number:02}000000"
