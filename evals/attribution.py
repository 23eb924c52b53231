"""The rules of attribution against PolNeAR's marks of cues and sources (Newell et al. 2018).

A cue counts as found where a claim's cue and a marked cue share a code point. The source of such a claim is right if the
words that the claim takes for it (who_at) share a code point with the marked source of that cue; claims without a source do not
count. A pronoun is marked as the source itself, so the figures do not show whether its name is right. What
somebody thinks or wants is marked too; the rules look for little of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from consumers.entities.analysis import Texts
from evals.analyses import analyse
from evals.figures import make_random, precision_recall, share
from evals.sets import Row
from monitor.messages import Claim


class Extent(NamedTuple):
    """A span of a document in code points; *end* is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """An attribution that a person has marked. A cue or source may have several parts."""

    cue: tuple[Extent, ...]
    source: tuple[Extent, ...]


class Counts(NamedTuple):
    """What was counted in a document: cues told and right, marked cues and those found, sources told and right."""

    told: int
    right: int
    marked: int
    found: int
    sources: int
    right_sources: int


def polnear(folder: Path) -> Iterator[Row]:
    """Yield the rows of PolNeAR, of cues and of sources: text/NAME.txt and attributions/NAME_ANNOTATOR.ann, in brat's format.

    The first annotator counts.
    """
    documents = []
    for path in sorted((folder / "text").glob("*.txt")):
        marks = sorted((folder / "attributions").glob(f"{path.stem}_????.ann"))
        if marks:
            documents.append((path.read_text(encoding="utf-8"), read_marks(marks[0].read_text(encoding="utf-8"))))
    if not documents:
        raise ValueError("there is no document in it")
    analyses, _ = analyse(Texts("", text) for text, _ in documents)
    counts = [count(analysis.claims, marks) for analysis, (_, marks) in zip(analyses, documents, strict=True)]
    head: Row = {"documents": len(documents), "language": "en"}
    cues = precision_recall([(each.right, each.told, each.found, each.marked) for each in counts], make_random())
    yield {**head, "kind": "cue", "marked": sum(each.marked for each in counts), **cues}
    yield {
        **head,
        "kind": "source",
        **share("source", [(each.right_sources, each.sources) for each in counts], make_random()),
        **share("with_source", [(each.sources, each.right) for each in counts], make_random()),
    }


def read_marks(text: str) -> list[Mark]:
    """Return the attributions of a file in brat's format."""
    extents: dict[str, tuple[Extent, ...]] = {}
    marks = []
    for line in text.split("\n"):
        ident, _, rest = line.partition("\t")
        if ident.startswith("T"):
            _, _, places = rest.partition("\t")[0].partition(" ")
            extents[ident] = tuple(Extent(*map(int, place.split())) for place in places.split(";"))
    for line in text.split("\n"):
        if line.startswith("E"):
            roles = [part.split(":") for part in line.partition("\t")[2].split()]
            cue = tuple(extent for role, ident in roles if role.startswith("Cue") for extent in extents[ident])
            source = tuple(extent for role, ident in roles if role.startswith("Source") for extent in extents[ident])
            if cue:
                marks.append(Mark(cue, source))
    return marks


def count(claims: Sequence[Claim], marks: Sequence[Mark]) -> Counts:
    """Return the counts of a document with *claims*; those that share a cue are one."""
    by_cue: dict[Extent, list[Claim]] = {}
    for claim in claims:
        by_cue.setdefault(Extent(claim.cue.start, claim.cue.end), []).append(claim)
    right = sources = right_sources = 0
    for cue, group in by_cue.items():
        matching = [mark for mark in marks if _share((cue,), mark.cue)]
        right += bool(matching)
        places = tuple(Extent(each.who_at.start, each.who_at.end) for each in group if each.who_at and each.source != "none")
        if matching and places:
            sources += 1
            right_sources += any(_share(places, mark.source) for mark in matching)
    found = sum(_share(tuple(by_cue), mark.cue) for mark in marks)
    return Counts(len(by_cue), right, len(marks), found, sources, right_sources)


def _share(first: Sequence[Extent], second: Sequence[Extent]) -> bool:
    return any(one.start < other.end and other.start < one.end for one in first for other in second)
