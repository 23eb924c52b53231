"""The topics service against articles whose subject people marked, with all 17 top concepts to choose from.

*first* is the share of articles whose first topic is below a right top concept, *any* that of those with such a topic at all,
*told* that of those with a topic.
The row of a class has the precision and recall of the first topic: of the articles with such a first topic, and of the
articles of that class. A first topic that belongs to no class of the set counts against recall alone.
"""

import csv
import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from consumers.topics import service
from evals.figures import make_random, mean, precision_recall
from evals.sets import Row, not_scored
from evals.spans import in_file
from monitor.text.mediatopics import concepts

LANGUAGE_CODES = {"amh": "am", "eng": "en", "fra": "fr", "hau": "ha", "pcm": "en", "swa": "sw"}
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
    """An article, the name of its class, and the codes of the concepts that are right: one of them suffices."""

    title: str
    text: str
    label: str
    right: AbstractSet[str]


def ag_news(folder: Path) -> Iterator[Row]:
    """Yield the rows of AG News: *.csv.gz with class, title, text. News of the world is all that the other classes are not."""
    tops = {concept.code for concept in concepts().values() if not concept.broader}
    classes = {"2": ("sports", {_top(15)}), "3": ("business", {_top(4)}), "4": ("science and technology", {_top(13)})}
    classes["1"] = ("world", tops - {_top(15), _top(4), _top(13)})
    for path in sorted(folder.glob("*.csv.gz")):
        with in_file(path), gzip.open(path, "rt", encoding="utf-8") as file:
            samples = [Sample(title, text, *classes[number]) for number, title, text in csv.reader(file) if number in classes]
        yield from _rows("en", "en", samples)


def masakha_news(folder: Path) -> Iterator[Row]:
    """Yield the rows of each language of MasakhaNEWS: LANGUAGE.*.tsv.gz with category, headline, text."""
    for path in sorted(folder.glob("*.tsv.gz")):
        language = path.name.split(".")[0]
        code = LANGUAGE_CODES.get(language, language)
        with in_file(path), gzip.open(path, "rt", encoding="utf-8") as file:
            samples = [
                Sample(row["headline"], row["text"], row["category"], {_top(MASAKHA[row["category"]])})
                for row in csv.DictReader(file, delimiter="\t")
            ]
        yield from _rows(language, code, samples)


def reuters(folder: Path) -> Iterator[Row]:
    """Yield the rows of Reuters-21578: *.sgm.gz. The first is on business as a whole, the others on narrower concepts."""
    read = [(name, title, body) for name, title, body in _reuters(folder) if name in REUTERS]
    samples = [(name, Sample(title, body, "business", {_top(REUTERS[name])})) for name, title, body in read]
    yield _all_row("en", _classify("en", [sample for _, sample in samples]))
    for name, number in NARROWER.items():
        chosen = [replace(sample, right={f"medtop:{number}"}) for topic, sample in samples if topic == name]
        if chosen:
            # The first topic of an article is a top concept, so only "any" says something.
            some = [each.some for each in _classify("en", chosen)]
            yield {"language": "en", "topic": name, "articles": len(chosen), **mean("any", some, make_random())}


def _reuters(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the topic, the title and the text of each article that has one topic and a text."""
    for path in sorted(folder.glob("*.sgm.gz")):
        with in_file(path), gzip.open(path, "rt", encoding="latin-1") as file:
            for article in re.findall(r"<REUTERS.*?</REUTERS>", file.read(), re.DOTALL):
                topics = re.findall(r"<D>(.*?)</D>", _element(article, "TOPICS"))
                title, body = _element(article, "TITLE"), _element(article, "BODY")
                if len(topics) == 1 and body:
                    yield topics[0], title, body


def _element(article: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", article, re.DOTALL)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The class of an article, its first topic with the broader ones, and whether that or any other topic is right."""

    label: str
    topic: AbstractSet[str]
    first: bool
    some: bool


def _rows(language: str, code: str, samples: Sequence[Sample]) -> Iterator[Row]:
    """Yield the row of all *samples*, in the *language* that the pack *code* reads, then that of each class."""
    if code not in _classifiers():
        yield not_scored(language, "topics are not read in this language")
        return
    answers = _classify(code, samples)
    yield _all_row(language, answers)
    for label, right in {sample.label: sample.right for sample in samples}.items():
        seen = [(bool(answer.topic & right), answer.label == label) for answer in answers]
        counts = [(told and marked, told, told and marked, marked) for told, marked in seen]
        yield {"language": language, "topic": label, "articles": len(answers), **precision_recall(counts, make_random())}


def _all_row(language: str, answers: Sequence[Answer]) -> Row:
    first, some = ([each.first for each in answers], [each.some for each in answers])
    told = [bool(each.topic) for each in answers]
    figures = {**mean("first", first, make_random()), **mean("any", some, make_random()), **mean("told", told, make_random())}
    return {"language": language, "topic": "all", "articles": len(answers), **figures}


def _classify(code: str, samples: Sequence[Sample]) -> list[Answer]:
    classifier = _classifiers()[code]
    answers = []
    for sample in samples:
        topics = [{topic.code, *topic.broader} for topic in classifier.classify(sample.title, sample.text)]
        first = topics[0] if topics else set[str]()
        answers.append(Answer(sample.label, first, bool(first & sample.right), any(each & sample.right for each in topics)))
    return answers


@cache
def _classifiers() -> Mapping[str, service.Classify]:
    return service.load_classifiers()


def _top(number: int) -> str:
    return f"medtop:{number:02}000000"
