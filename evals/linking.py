"""Entity linking of known subjects: where the entities service says which subject of the gazetteer a text means.

Precision is the share of the linked mentions that overlap a name that a person linked to the same subject. Not judged are
mentions that overlap a name without a link, and those of a subject without a Wikidata id where people gave such ids. Recall is
the share of the names that a person linked to a subject of the gazetteer where the service links it too. A subject is found in
the annotation by its name or an alias as the title of its Wikipedia article, or by its Wikidata id. Adjectives that are linked
to a country (German, российский) are no names of it, so they do not count for recall.
"""

import gzip
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from random import Random

from consumers.entities.analysis import make_analyser
from evals import spans
from evals.entities import BATCH, SAMPLES, TABS, texts_of, with_models
from evals.sets import Row, f1_score
from evals.spans import Gold, Sample
from monitor.text import gazetteer
from monitor.text.tokens import fold

SPORTS = re.compile(
    r"\W*(?:soccer|cricket|tennis|golf|baseball|basketball|athletics|boxing|cycling|rugby|swimming|skiing|hockey|nfl|nba|nhl|"
    r"american football|motor racing|horse racing|squash|badminton|table tennis|gymnastics|olympics|olympic games|volleyball|"
    r"australian rules|rugby league|rugby union|motorcycling|figure skating|rowing|judo|wrestling|weightlifting)\s?(-|$)",
    re.IGNORECASE,
)
"""Matches the first line of an article of CoNLL-2003 on sport: the name of the sport and a hyphen."""
Counts = tuple[int, int, int, int]
"""Linked mentions that are right, all of them; names of known subjects that are found, all of them."""


def aida(folder: Path) -> Iterator[Row]:
    """Yield the rows of AIDA-CoNLL: on sport, and the others. The texts are those of the set ner_conll0203."""
    split = "testa" if (folder / "aida-testa.xml.gz").exists() else "testb"
    words = folder.parents[1] / "ner_conll0203" / folder.name / f"en.{'val' if split == 'testa' else 'test'}.conllu.gz"
    annotated = _annotations(folder / f"aida-{split}.xml.gz")
    samples = [_linked(sample, names) for sample, names in zip(spans.read_columns(words, "en", TABS), annotated, strict=True)]
    is_sport = [bool(SPORTS.match(sample.text)) for sample in samples]
    for kind, wanted in (("without sport", False), ("sport", True)):
        chosen = [sample for sample, sport in zip(samples, is_sport, strict=True) if sport is wanted]
        if chosen:
            yield _row(kind, chosen, _by_title())


def nerel(folder: Path) -> Iterator[Row]:
    """Yield the row of NEREL, of all names with a Wikidata id."""
    (path,) = folder.iterdir()
    known = {entry.qid: entry.id for entry in gazetteer.load().values() if entry.qid}
    yield _row("linking", list(spans.read_brat(path, "ru", nested=True)), known.get, judged=frozenset(known.values()))


def _annotations(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Yield the names of each document, each with the title of its article, in order."""
    for document in ET.fromstring(gzip.decompress(path.read_bytes())):  # noqa: S314  (a file of ours)
        yield [(each.findtext("mention") or "", each.findtext("wikiName") or "") for each in document]


def _linked(sample: Sample, names: Sequence[tuple[str, str]]) -> Sample:
    """Return *sample* with the names of its annotation, which are found in it one after the other."""
    gold, position = [], 0
    for mention, title in names:
        pattern = r"\s*".join(map(re.escape, mention.replace(" ", "")))
        if found := re.compile(pattern).search(sample.text, position):
            start, end = found.span()
            label = next((each.type for each in sample.gold if each.start < end and start < each.end), "")
            gold.append(Gold(start, end, label, title or None))
            position = found.end()
    return Sample(sample.language, sample.text, tuple(gold), sample.lines)


def _by_title() -> Callable[[str], str | None]:
    entries = gazetteer.load()
    by_name: Mapping[str, str] = {
        **{fold(alias): entry.id for entry in entries.values() for alias in (*entry.aliases, *entry.exact)},
        **{fold(entry.name): entry.id for entry in entries.values()},
    }
    return lambda title: by_name.get(fold(title.removesuffix(" (country)")))


def _row(
    kind: str, samples: Sequence[Sample], known: Callable[[str], str | None], judged: AbstractSet[str] = frozenset()
) -> Row:
    """Return the row of *samples*. *known* returns the id of the entry that an annotation means.

    *judged* are the ids of the entries that an annotation can mean, if not all.
    """
    analyse, entries = make_analyser("auto"), judged or gazetteer.load().keys()
    counts = []
    for first in range(0, len(samples), BATCH):
        batch = samples[first : first + BATCH]
        for sample, analysis in zip(batch, with_models(analyse, [texts_of(each) for each in batch]), strict=True):
            offset = 0 if len(sample.lines) == 1 else sample.lines[0][1] + 1
            links = [
                (span.start + shift, span.end + shift, entity.id)
                for entity in analysis.entities
                for span in entity.mentions
                for shift in ((0,) if span.field == "title" else (offset,))
                if entity.id in entries
            ]
            counts.append(_count(sample, links, known))
    random = Random(0)
    resampled = [_figures(random.choices(counts, k=len(counts))) for _ in range(SAMPLES)]
    intervals = {
        f"{name} {end}": sorted(each[column] for each in resampled)[place]
        for column, name in enumerate(("precision", "recall"))
        for end, place in (("low", SAMPLES // 40), ("high", -1 - SAMPLES // 40))
    }
    precision, recall = _figures(counts)
    figures = {"precision": precision, "recall": recall, "f1": f1_score(precision, recall), **intervals}
    return {"kind": kind, "texts": len(samples), **{name: round(figure, 4) for name, figure in figures.items()}}


def _count(sample: Sample, links: Sequence[tuple[int, int, str]], known: Callable[[str], str | None]) -> Counts:
    gold = [(each.start, each.end, known(each.id)) for each in sample.gold if each.id]
    named = [each for each in sample.gold if each.id and each.type and not sample.text[each.start].islower()]
    subjects = [(each.start, each.end, ident) for each in named if (ident := known(each.id or ""))]
    unjudged = [each for each in sample.gold if not each.id]
    judged = [
        link
        for link in links
        if _overlaps(link, gold) or not any(link[0] < each.end and each.start < link[1] for each in unjudged)
    ]
    right = sum(any(_agree(link, each) for each in gold) for link in judged)
    found = sum(any(_agree(link, each) for link in links) for each in subjects)
    return right, len(judged), found, len(subjects)


def _overlaps(link: tuple[int, int, str], gold: Sequence[tuple[int, int, str | None]]) -> bool:
    return any(link[0] < end and start < link[1] for start, end, _ in gold)


def _agree(link: tuple[int, int, str], gold: tuple[int, int, str | None]) -> bool:
    return link[2] == gold[2] and link[0] < gold[1] and gold[0] < link[1]


def _figures(counts: Sequence[Counts]) -> tuple[float, float]:
    right, linked, found, subjects = (sum(column) for column in zip(*counts, strict=True))
    return right / max(1, linked), found / max(1, subjects)
