"""Entity linking of known subjects: where the entities service says which subject of the gazetteer a text means.

Precision is the share of the linked mentions that overlap a name that a person linked to the same subject. Not judged are
mentions that overlap a name without a link, and those of a subject without a Wikidata id where people gave such ids; in sets
in which people marked only some names, also those that overlap no name. Recall is the share of the names that a person linked
to a subject of the gazetteer where the service links it too. A subject is found in the annotation by its name or an alias as
the title of its Wikipedia article, or by its Wikidata id. Adjectives that are linked to a country (German, российский) are no
names of it, so they do not count for recall, but for sets that say nothing on the type of a name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from consumers.entities.analysis import Analysis
from evals import linked, spans
from evals.analyses import analyse, model_of
from evals.entities import TABS, language_of, texts_of
from evals.figures import make_random, precision_recall
from evals.sets import Row
from evals.spans import Sample
from monitor.text import gazetteer
from monitor.text.tokens import fold

WORDS_SET = "ner_conll0203"
"""The set with the texts of AIDA-CoNLL."""

SPORTS = re.compile(
    r"\W*(?:soccer|cricket|tennis|golf|baseball|basketball|athletics|boxing|cycling|rugby|swimming|skiing|hockey|nfl|nba|nhl|"
    r"american football|motor racing|horse racing|squash|badminton|table tennis|gymnastics|olympics|olympic games|volleyball|"
    r"australian rules|rugby league|rugby union|motorcycling|figure skating|rowing|judo|wrestling|weightlifting)\s?(-|$)",
    re.IGNORECASE,
)
"""Matches the first line of an article of CoNLL-2003 on sport: the name of the sport and a hyphen."""
Counts = tuple[int, int, int, int]
"""Linked mentions that are right, all of them; names of known subjects that are found, all of them."""
Link = tuple[int, int, str]
"""The start and end of a mention, and the id of its subject."""


def aida(folder: Path) -> Iterator[Row]:
    """Yield the rows of AIDA-CoNLL (*.xml.gz): on sport, and the others; then those of other sets with texts (NAME.tar.gz)."""
    for path in sorted(folder.glob("*.xml.gz")):
        samples = list(linked.read_aida(path, _words(folder), TABS))
        for kind, is_sport in (("without sport", False), ("sport", True)):
            yield from _rows(kind, [each for each in samples if bool(SPORTS.match(each.text)) is is_sport], _by_title())
    for path in sorted(folder.glob("*.tar.gz")):
        yield from _rows(path.name.partition(".")[0], list(linked.read_raw_texts(path)), _by_title(), partial=True)


def n3(folder: Path) -> Iterator[Row]:
    """Yield the rows of N3 in English (*.ttl.gz), in which two or so names of each sentence are marked."""
    for path in sorted(folder.glob("*.ttl.gz")):
        yield from _rows(path.name.partition(".")[0], list(linked.read_nif(path)), _by_title(), partial=True)


def nerel(folder: Path) -> Iterator[Row]:
    """Yield the row of NEREL, of all names with a Wikidata id."""
    known = {entry.qid: entry.id for entry in gazetteer.load().values() if entry.qid}
    for path in sorted(folder.iterdir()):
        samples = list(spans.read_brat(path, "ru", nested=True))
        yield from _rows("linking", samples, known.get, judged=frozenset(known.values()))


def _words(folder: Path) -> Path:
    """Return the English file of the same part of CoNLL-2003. Raises FileNotFoundError."""
    part = folder.parents[1] / WORDS_SET / folder.name
    files = sorted(path for path in part.iterdir() if language_of(path) == "en")
    if not files:
        raise FileNotFoundError(f"there is no English file in {part}, which has the texts")
    return files[0]


def _by_title() -> Callable[[str], str | None]:
    entries = gazetteer.load()
    by_name: Mapping[str, str] = {
        **{fold(alias): entry.id for entry in entries.values() for alias in (*entry.aliases, *entry.exact)},
        **{fold(entry.name): entry.id for entry in entries.values()},
    }
    return lambda title: by_name.get(fold(title.removesuffix(" (country)")))


def _rows(
    kind: str,
    samples: Sequence[Sample],
    known: Callable[[str], str | None],
    judged: AbstractSet[str] = frozenset(),
    *,
    partial: bool = False,
) -> Iterator[Row]:
    """Yield the row of *samples*, if there are any. *known* returns the id of the entry that an annotation means.

    *judged* are the ids of the entries that an annotation can mean, if not all. *partial* is whether people marked only some
    names, and no types.
    """
    if not samples:
        return
    analyses, seconds = analyse(texts_of(sample) for sample in samples)
    entries = judged or gazetteer.load().keys()
    pairs = zip(samples, analyses, strict=True)
    counts = [count(sample, _links(sample, analysis, entries), known, partial=partial) for sample, analysis in pairs]
    head: Row = {"language": samples[0].language, "kind": kind, "texts": len(samples), "model": model_of(analyses)}
    yield {**head, **precision_recall(counts, make_random()), "seconds": seconds}


def _links(sample: Sample, analysis: Analysis, entries: Iterable[str]) -> list[Link]:
    offset = 0 if len(sample.lines) == 1 else sample.lines[0][1] + 1
    return [
        (span.start + shift, span.end + shift, entity.id)
        for entity in analysis.entities
        for span in entity.mentions
        for shift in ((0,) if span.field == "title" else (offset,))
        if entity.id in entries
    ]


def count(sample: Sample, links: Sequence[Link], known: Callable[[str], str | None], *, partial: bool = False) -> Counts:
    """Return the counts of one document with these *links*; *known* and *partial* are those of the set."""
    gold = [(each.start, each.end, known(each.id)) for each in sample.gold if each.id]
    named = [each for each in sample.gold if each.id and (each.type or partial)]
    proper = [each for each in named if not sample.text[each.start].islower()]
    subjects = [(each.start, each.end, ident) for each in proper if (ident := known(each.id or ""))]
    unjudged = [(each.start, each.end, None) for each in sample.gold if not each.id]
    judged = [link for link in links if _overlaps(link, gold) or not (partial or _overlaps(link, unjudged))]
    right = sum(any(_agree(link, each) for each in gold) for link in judged)
    found = sum(any(_agree(link, each) for link in links) for each in subjects)
    return right, len(judged), found, len(subjects)


def _overlaps(link: Link, names: Sequence[tuple[int, int, str | None]]) -> bool:
    return any(link[0] < end and start < link[1] for start, end, _ in names)


def _agree(link: Link, gold: tuple[int, int, str | None]) -> bool:
    return link[2] == gold[2] and link[0] < gold[1] and gold[0] < link[1]
