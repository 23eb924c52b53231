"""The names that the entities service finds, against names marked by people: persons, organisations and places.

A name counts as found if its first and last code point and its type are those that the person marked (exact match). The
figures are of the whole analysis: the language is detected, and the language's own model is used if it is installed. Each
file has a row of all three types together, and one of each type. *model* is the model that read most of its texts.

CoNLL-2003 in English has two groups of rows. Both read whole articles, whose first line is the title; "prose" scores only
sentences of at least MIN_PROSE words that end with a full stop, so it leaves out tables of results, datelines and headlines.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consumers.entities.analysis import Analysis, Texts
from evals import factrueval, hipe, spans
from evals.analyses import analyse, model_of
from evals.figures import draw, make_random, score_sums
from evals.sets import Row
from evals.spans import Columns, Gold, Sample

MIN_PROSE = 8
SCORED_TYPES = ("person", "org", "place")
KINDS = ("right", "found", "right", "marked")
"""The columns of evals.figures.precision_recall."""
Counts = Counter[str]
"""How many names of each type are "right", "found" and "marked", by "TYPE KIND"."""
Lines = Callable[[Sample], list[tuple[int, int]]]
"""Returns the start and end of the lines of a sample that are scored."""
TABS = Columns(1, 2, "\t")
BLANKS = Columns()


@dataclass(frozen=True, slots=True)
class Analysed:
    """Texts of one language with what was found in them."""

    language: str
    samples: Sequence[Sample]
    analyses: Sequence[Analysis]
    seconds: float


def conll0203(folder: Path) -> Iterator[Row]:
    """Yield the rows of CoNLL-2002 and 2003, of which the English part is read as articles: LANGUAGE.*.conllu.gz."""
    for path in _paths(folder):
        language = language_of(path)
        if language == "en":
            read = _analyse(spans.read_columns(path, "en", TABS))
            yield from _rows(read, "whole")
            yield from _rows(read, "prose", _prose)
        else:
            yield from _score(spans.read_separately(path, language, TABS))


def numbered_words(folder: Path) -> Iterator[Row]:
    """Yield the rows of WikiNEuRal or BSNLP 2019: LANGUAGE.*.conllu."""
    return _files(folder, TABS, language_of)


def germeval14(folder: Path) -> Iterator[Row]:
    """Yield the rows of GermEval 2014, by its outer tags."""
    return _files(folder, TABS, lambda _: "de")


def klue(folder: Path) -> Iterator[Row]:
    """Yield the rows of KLUE-NER, which has a letter on each line."""
    return _files(folder, Columns(0, 1, "\t", joined=True, comment="##"), lambda _: "ko")


def chinese_news(folder: Path) -> Iterator[Row]:
    """Yield the rows of the two Chinese sets, which have a letter on each line."""
    for path in _paths(folder):
        yield from _score(spans.read_separately(path, "zh", Columns(joined=True)), path.name.partition(".")[0])


def words(folder: Path) -> Iterator[Row]:
    """Yield the rows of MasakhaNER 2.0, or of its six languages for transfer: LANGUAGE.*.txt."""
    return _files(folder, BLANKS, language_of)


def norne(folder: Path) -> Iterator[Row]:
    """Yield the rows of NorNE."""
    return _files(folder, Columns(1, 9, "\t", tag_prefix="name="), lambda _: "no")


def wnut17(folder: Path) -> Iterator[Row]:
    """Yield the rows of WNUT-17, posts in English."""
    return _files(folder, Columns(0, 1, "\t"), lambda _: "en")


def japanese_wiki(folder: Path) -> Iterator[Row]:
    """Yield the rows of Stockmark's set."""
    for path in _paths(folder):
        yield from _score(spans.read_json(path, "ja"))


def nerel(folder: Path) -> Iterator[Row]:
    """Yield the rows of NEREL, by its outermost names, and that of the links to Wikidata."""
    from evals import linking

    for path in _paths(folder):
        yield from _score(spans.read_brat(path, "ru"), "names")
    yield from linking.nerel(folder)


def ner_uk(folder: Path) -> Iterator[Row]:
    """Yield the rows of NER-UK."""
    for path in _paths(folder):
        yield from _score(spans.read_brat(path, "uk"))


def factrueval_ru(folder: Path) -> Iterator[Row]:
    """Yield the rows of factRuEval-2016."""
    for path in _paths(folder):
        yield from _score(factrueval.read(path))


def hipe2020(folder: Path) -> Iterator[Row]:
    """Yield the rows of the historical newspapers of HIPE-2022: NAME-LANGUAGE.tsv.gz."""
    for path in _paths(folder):
        yield from _score(hipe.read(path, language_of(path)), re.split(r"[-_.]", path.name)[0])


def language_of(path: Path) -> str:
    """Return the language in the name of a file: its first word of two letters (fr.part.txt), or else three (part-hau.txt).

    Raises ValueError if there is none.
    """
    words = re.split(r"[-_.]", path.name.removesuffix(".gz"))[:-1]
    for length in (2, 3):
        for word in words:
            if len(word) == length and word.isalpha() and word.islower():
                return word
    raise ValueError(f"there is no code of a language in the name of {path}; write it before the first full stop")


def _paths(folder: Path) -> list[Path]:
    """Return the files in *folder*. Raises ValueError if there is none."""
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    if not paths:
        raise ValueError("there is no file in it")
    return paths


def _files(folder: Path, columns: Columns, language: Callable[[Path], str]) -> Iterator[Row]:
    """Yield the rows of each file of *folder*, each of whose sentences is a text."""
    for path in _paths(folder):
        yield from _score(spans.read_separately(path, language(path), columns))


def _score(samples: Iterable[Sample], kind: str = "") -> Iterator[Row]:
    return _rows(_analyse(samples), kind)


def _analyse(samples: Iterable[Sample]) -> Analysed:
    """Return *samples* with their analyses. Raises ValueError if there is no text, or no name in any."""
    read = list(samples)
    if read and not any(sample.gold for sample in read):
        raise ValueError("no person, organisation or place is marked in it")
    analyses, seconds = analyse(texts_of(sample) for sample in read)
    return Analysed(read[0].language, read, analyses, seconds)


def texts_of(sample: Sample) -> Texts:
    """Return the first line of *sample* as the title, if it has several, and the others as the text."""
    if len(sample.lines) == 1:
        return Texts("", sample.text)
    title_end = sample.lines[0][1]
    return Texts(sample.text[:title_end], sample.text[title_end + 1 :])


def _prose(sample: Sample) -> list[tuple[int, int]]:
    sentences = [(start, end, sample.text[start:end]) for start, end in sample.lines[1:]]
    long = [each for each in sentences if len(each[2].split()) >= MIN_PROSE]
    return [(start, end) for start, end, text in long if text.rstrip("\"'” ").endswith(".")]


def _rows(read: Analysed, kind: str = "", lines: Lines | None = None) -> Iterator[Row]:
    """Yield the row of all types together, then that of each type that is marked."""
    found = (_found(sample, analysis) for sample, analysis in zip(read.samples, read.analyses, strict=True))
    counts = [count(sample, each, lines) for sample, each in zip(read.samples, found, strict=True)]
    columns = [f"{type_} {each}" for type_ in SCORED_TYPES for each in KINDS]
    matrix = np.array([[each[column] for column in columns] for each in counts], dtype=np.float64)
    by_type = matrix.sum(axis=0).reshape(len(SCORED_TYPES), len(KINDS))
    sampled = draw(matrix, make_random()).reshape(-1, len(SCORED_TYPES), len(KINDS))
    head: Row = {"language": read.language, **({"kind": kind} if kind else {})}
    size: Row = {"texts": len(read.samples), "model": model_of(read.analyses)}
    yield {
        **head,
        "entity_type": "all",
        **size,
        **score_sums(by_type.sum(axis=0), sampled.sum(axis=1)),
        "seconds": read.seconds,
    }
    for number, type_ in enumerate(SCORED_TYPES):
        if by_type[number, -1]:
            yield {**head, "entity_type": type_, **size, **score_sums(by_type[number], sampled[:, number])}


def _found(sample: Sample, analysis: Analysis) -> set[Gold]:
    offset = 0 if len(sample.lines) == 1 else sample.lines[0][1] + 1
    return {
        Gold(span.start + shift, span.end + shift, entity.type)
        for entity in analysis.entities
        for span in entity.mentions
        for shift in ((0,) if span.field == "title" else (offset,))
        if entity.type in SCORED_TYPES
    }


def count(sample: Sample, found: set[Gold], lines: Callable[[Sample], list[tuple[int, int]]] | None = None) -> Counts:
    """Return how many names of *sample* are right, found and marked; only within *lines*, if they are given."""
    gold = {each._replace(id=None) for each in sample.gold}
    if lines is not None:
        kept = lines(sample)
        gold, found = ({each for each in names if any(a <= each.start < b for a, b in kept)} for names in (gold, found))
    counts: Counts = Counter()
    for kind, names in (("right", gold & found), ("found", found), ("marked", gold)):
        counts.update(f"{each.type} {kind}" for each in names)
    return counts
