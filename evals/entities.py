"""The names that the entities service finds, against names marked by people: persons, organisations and places.

A name counts as found if its first and last code point and its type are those that the person marked (exact match). The
figures are of the whole analysis: the language is detected, and the language's own model is used if it is installed. The
interval of F1 is that of 95 % of bootstrap samples of the texts.

CoNLL-2003 in English has two rows. Both read whole articles, whose first line is the title; "prose" scores only sentences
of at least MIN_PROSE words that end with a full stop, so it leaves out tables of results, datelines and headlines.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from consumers.entities.analysis import Analysis, Texts, make_analyser
from consumers.entities.models import LoadModel, ModelNotLoaded
from evals import spans
from evals.sets import Row, f1_score
from evals.spans import Columns, Gold, Sample

MIN_PROSE = 8
BATCH = 64
SAMPLES = 200
"""Bootstrap samples for an interval."""
SCORED_TYPES = ("person", "org", "place")
Analyse = Callable[[list[Texts] | LoadModel], list[Analysis]]
Counts = Counter[str]
"""How many names of each type are "right", "found" and "marked", by "TYPE KIND"."""
TABS = Columns(1, 2, "\t")
BLANKS = Columns()


def conll0203(folder: Path) -> Iterator[Row]:
    """Yield the rows of CoNLL-2002 and 2003, of which the English part is read as articles."""
    english = list(spans.read_columns(folder / f"en.{_split(folder)}.conllu.gz", "en", TABS))
    analyses, seconds = _analyse(english)
    for kind, lines in (("whole", None), ("prose", _prose)):
        yield _row("en", english, analyses, seconds, lines, kind)
    yield from _files(folder, TABS, lambda path: path.name[:2], skip=("en",))


def wikineural(folder: Path) -> Iterator[Row]:
    """Yield the rows of WikiNEuRal: LANGUAGE.*.conllu."""
    return _files(folder, TABS, lambda path: path.name[:2])


def bsnlp2019(folder: Path) -> Iterator[Row]:
    """Yield the rows of the shared task of BSNLP 2019: LANGUAGE.*.conllu."""
    return _files(folder, TABS, lambda path: path.name[:2])


def germeval14(folder: Path) -> Iterator[Row]:
    """Yield the row of GermEval 2014, by its outer tags."""
    return _files(folder, TABS, lambda _: "de")


def klue(folder: Path) -> Iterator[Row]:
    """Yield the row of KLUE-NER, which has a letter on each line."""
    return _files(folder, Columns(0, 1, "\t", joined=True, comment="##"), lambda _: "ko")


def chinese_news(folder: Path) -> Iterator[Row]:
    """Yield the rows of the two Chinese sets, which have a letter on each line."""
    for path in sorted(folder.iterdir()):
        yield from _score(spans.read_separately(path, "zh", Columns(joined=True)), path.name.partition(".")[0])


def masakhaner2(folder: Path) -> Iterator[Row]:
    """Yield the rows of MasakhaNER 2.0: LANGUAGE.*.txt."""
    return _files(folder, BLANKS, lambda path: path.name[:3])


def transfer_misc(folder: Path) -> Iterator[Row]:
    """Yield the rows of six languages: LANGUAGE.*.txt."""
    return _files(folder, BLANKS, lambda path: path.name[:2])


def norne(folder: Path) -> Iterator[Row]:
    """Yield the row of NorNE."""
    return _files(folder, Columns(1, 9, "\t", tag_prefix="name="), lambda _: "no")


def wnut17(folder: Path) -> Iterator[Row]:
    """Yield the row of WNUT-17, posts in English."""
    return _files(folder, Columns(0, 1, "\t"), lambda _: "en")


def japanese_wiki(folder: Path) -> Iterator[Row]:
    """Yield the row of Stockmark's set."""
    (path,) = folder.iterdir()
    return _score(spans.read_json(path, "ja"))


def nerel(folder: Path) -> Iterator[Row]:
    """Yield the row of NEREL, by its outermost names, and that of the links to Wikidata."""
    from evals import linking

    (path,) = folder.iterdir()
    yield from _score(spans.read_brat(path, "ru"), "names")
    yield from linking.nerel(folder)


def ner_uk(folder: Path) -> Iterator[Row]:
    """Yield the row of NER-UK."""
    (path,) = folder.iterdir()
    return _score(spans.read_brat(path, "uk"))


def _files(folder: Path, columns: Columns, language: Callable[[Path], str], skip: Sequence[str] = ()) -> Iterator[Row]:
    """Yield a row for each file of *folder*, each of whose sentences is a text."""
    for path in sorted(folder.iterdir()):
        if language(path) not in skip:
            yield from _score(spans.read_separately(path, language(path), columns))


def _split(folder: Path) -> str:
    """Return the name that CoNLL's files give to the part *folder*."""
    return "val" if any(path.name.startswith("en.val") for path in folder.iterdir()) else "test"


def _score(samples: Iterable[Sample], kind: str = "") -> Iterator[Row]:
    read = list(samples)
    analyses, seconds = _analyse(read)
    yield _row(read[0].language, read, analyses, seconds, None, kind)


def _analyse(samples: Sequence[Sample]) -> tuple[list[Analysis], float]:
    """Return the analyses of *samples*, and the seconds of processor time that they took. Raises ValueError for none."""
    if not samples:
        raise ValueError("there is no text in it")
    analyse, analyses = make_analyser("auto"), []
    started = time.process_time()
    for first in range(0, len(samples), BATCH):
        analyses += with_models(analyse, [texts_of(sample) for sample in samples[first : first + BATCH]])
    return analyses, time.process_time() - started


def with_models(analyse: Analyse, texts: list[Texts]) -> list[Analysis]:
    """Return the analyses of *texts*, after the installed models that they need are loaded."""
    while True:
        try:
            return analyse(texts)
        except ModelNotLoaded as error:
            analyse(LoadModel(str(error)))


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


def _row(
    language: str,
    samples: Sequence[Sample],
    analyses: Sequence[Analysis],
    seconds: float,
    lines: Callable[[Sample], list[tuple[int, int]]] | None,
    kind: str,
) -> Row:
    counts = [count(sample, _found(sample, each), lines) for sample, each in zip(samples, analyses, strict=True)]
    total = _sum(counts)
    random = Random(0)
    f1s = sorted(_figures(_sum(random.choices(counts, k=len(counts))))[2] for _ in range(SAMPLES))
    precision, recall, f1 = _figures(total)
    by_type = {each: _figures(total, (each,))[2] for each in SCORED_TYPES}
    head: dict[str, str | int | float] = {"language": language, "kind": kind} if kind else {"language": language}
    interval = {"low": f1s[SAMPLES // 40], "high": f1s[-1 - SAMPLES // 40]}
    figures = {"precision": precision, "recall": recall, "f1": f1, **interval, **by_type}
    rounded = {name: round(each, 4) for name, each in figures.items()}
    return {**head, "texts": len(samples), **rounded, "seconds": round(seconds, 1)}


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


def _figures(counts: Counts, types: Sequence[str] = SCORED_TYPES) -> tuple[float, float, float]:
    """Return the precision, recall and F1 over *types* together."""
    right, found, marked = (sum(counts[f"{each} {kind}"] for each in types) for kind in ("right", "found", "marked"))
    precision, recall = right / max(1, found), right / max(1, marked)
    return precision, recall, f1_score(precision, recall)


def _sum(counts: Iterable[Counts]) -> Counts:
    total: Counts = Counter()
    for each in counts:
        total.update(each)
    return total
