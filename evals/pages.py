"""Full text from pages, beside trafilatura alone: how much of what a person took for the article is found, and what else.

Precision, recall and F1 are the means over a set's pages, of runs of four words; where a set has only sentences that
must be found and others that must not, they are of those.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from evals.sets import Row
from monitor.feeds.fulltext import extract
from monitor.text.shingles import share, shingles

METHODS: dict[str, Callable[[bytes], str]] = {
    "newsmonitor": lambda html: extract.extract_page(extract.PageDocument(html)).text,
    "trafilatura": extract.extract_unrepaired,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A page, and the text that a person took for the article."""

    html: bytes
    text: str


def aeb(folder: Path) -> Iterator[Row]:
    """The article extraction benchmark: ground-truth.json {NAME: {articleBody}} and NAME.html.gz."""
    truth = _json(folder / "ground-truth.json")
    return _scored([Sample(_page(folder / f"{name}.html.gz"), known["articleBody"]) for name, known in truth.items()])


def fundus(folder: Path) -> Iterator[Row]:
    """One page a publisher: X.gold.json {file, gold: {body: {summary, sections: [{headline, paragraphs}]}}}."""
    known = (_json(path) for path in sorted(folder.glob("*.gold.json")))
    with_body = [(each["file"], each["gold"]["body"]) for each in known if each["gold"].get("body")]
    return _scored([Sample(_page(folder / name), _body(body)) for name, body in with_body])


def newspaper4k(folder: Path) -> Iterator[Row]:
    """X.html.gz and the text expected in X.txt."""
    texts = sorted(folder.glob("*.txt"))
    return _scored([Sample(_page(path.with_suffix(".html.gz")), path.read_text(encoding="utf-8")) for path in texts])


def trafilatura(folder: Path) -> Iterator[Row]:
    """Trafilatura's own: evaldata.json {URL: {file, with: [...], without: [...]}}, texts that must and must not be found."""
    cases = list(_json(folder / "evaldata.json").values())
    for method, find in METHODS.items():
        found = wrong = missed = 0
        for case in cases:
            text = _flat(find(_page(folder / case["file"])))
            hits = sum(_flat(part) in text for part in case["with"])
            found, missed = found + hits, missed + len(case["with"]) - hits
            wrong += sum(_flat(part) in text for part in case["without"])
        yield _row(method, len(cases), found / max(1, found + wrong), found / max(1, found + missed), None)


def _scored(samples: list[Sample]) -> Iterator[Row]:
    """A row for each method. Raises ValueError where there is no sample."""
    if not samples:
        raise ValueError("there is no page in it")
    for method, find in METHODS.items():
        scores = [_score(find(sample.html), sample.text) for sample in samples]
        precision, recall, f1 = (mean(each) for each in zip(*scores, strict=True))
        yield _row(method, len(samples), precision, recall, f1)


def _score(found: str, expected: str) -> tuple[float, float, float]:
    ours, theirs = shingles(found), shingles(expected)
    precision, recall = share(ours, theirs) if ours or not theirs else 0.0, share(theirs, ours)
    return precision, recall, _f1(precision, recall)


def _row(method: str, pages: int, precision: float, recall: float, f1: float | None) -> Row:
    f1 = _f1(precision, recall) if f1 is None else f1
    return {
        "method": method,
        "pages": pages,
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
    }


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _body(body: dict[str, Any]) -> str:
    sections = [part for section in body["sections"] for part in (*section["headline"], *section["paragraphs"])]
    return "\n\n".join((*body["summary"], *sections))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _page(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())
