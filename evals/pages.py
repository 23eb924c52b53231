"""Extraction of article text from web pages, by newsmonitor and by trafilatura alone, against text marked by a person.

Precision, recall and F1 are over shingles of four words, averaged over the pages of a set. The set of trafilatura lists
texts that must be extracted and texts that must not; its figures count these texts. The row "not news" is that of
evals.not_news, for the sets that have whole texts.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals import not_news
from evals.figures import make_random, mean, precision_recall
from evals.sets import Row, f1_score
from evals.spans import in_file
from monitor.feeds.fulltext import extract
from monitor.text.shingles import share, shingles

METHODS: dict[str, Callable[[bytes], str]] = {
    "newsmonitor": lambda html: extract.extract_page(extract.PageDocument(html)).text,
    "trafilatura": extract.extract_unrepaired,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A page, and the text that a person marked as the article."""

    html: bytes
    text: str


def aeb(folder: Path) -> Iterator[Row]:
    """Yield the rows of the article extraction benchmark: ground-truth.json {NAME: {articleBody}} and NAME.html.gz."""
    truth = _read_json(folder / "ground-truth.json")
    return _evaluate([Sample(_read_page(folder / f"{name}.html.gz"), page["articleBody"]) for name, page in truth.items()])


def fundus(folder: Path) -> Iterator[Row]:
    """Yield the rows of the set of Fundus, with one page for each publisher.

    The files are NAME.gold.json {file, gold: {body: {summary, sections: [{headline, paragraphs}]}}}, and the pages that they
    name.
    """
    pages = (_read_json(path) for path in sorted(folder.glob("*.gold.json")))
    with_body = [(page["file"], page["gold"]["body"]) for page in pages if page["gold"].get("body")]
    return _evaluate([Sample(_read_page(folder / file), _fundus_text(body)) for file, body in with_body])


def newspaper4k(folder: Path) -> Iterator[Row]:
    """Yield the rows of the set of newspaper4k: NAME.html.gz, with the expected text in NAME.txt."""
    texts = sorted(folder.glob("*.txt"))
    return _evaluate([Sample(_read_page(path.with_suffix(".html.gz")), path.read_text(encoding="utf-8")) for path in texts])


def trafilatura(folder: Path) -> Iterator[Row]:
    """Yield the rows of the set of trafilatura: evaldata.json {URL: {file, with: [text], without: [text]}}."""
    pages = list(_read_json(folder / "evaldata.json").values())
    for method, extract_text in METHODS.items():
        counts = []
        for page in pages:
            text = _normalise(extract_text(_read_page(folder / page["file"])))
            present = sum(_normalise(part) in text for part in page["with"])
            wrong = sum(_normalise(part) in text for part in page["without"])
            counts.append((present, present + wrong, present, len(page["with"])))
        yield {"method": method, "pages": len(pages), **precision_recall(counts, make_random())}


def _evaluate(samples: list[Sample]) -> Iterator[Row]:
    """Yield a row for each method. Raises ValueError if there is no sample."""
    if not samples:
        raise ValueError("there is no page in it")
    for method, extract_text in METHODS.items():
        scores = zip(*(_score(extract_text(sample.html), sample.text) for sample in samples), strict=True)
        names = ("precision", "recall", "f1")
        figures = [mean(name, column, make_random()) for name, column in zip(names, scores, strict=True)]
        yield {"method": method, "pages": len(samples), **{key: value for each in figures for key, value in each.items()}}
    yield not_news.score((METHODS["newsmonitor"](sample.html), sample.text) for sample in samples)


def _score(extracted: str, expected: str) -> tuple[float, float, float]:
    """Return the precision, recall and F1 of one page."""
    ours, theirs = shingles(extracted), shingles(expected)
    precision, recall = share(ours, theirs) if ours or not theirs else 0.0, share(theirs, ours)
    return precision, recall, f1_score(precision, recall)


def _fundus_text(body: dict[str, Any]) -> str:
    sections = [part for section in body["sections"] for part in (*section["headline"], *section["paragraphs"])]
    return "\n\n".join((*body["summary"], *sections))


def _normalise(text: str) -> str:
    return " ".join(text.split())


def _read_json(path: Path) -> Any:
    with in_file(path):
        return json.loads(path.read_text(encoding="utf-8"))


def _read_page(path: Path) -> bytes:
    with in_file(path):
        return gzip.decompress(path.read_bytes())
