"""The IPTC Media Topics (iptc.org), the taxonomy of the news industry: a tree with 17 top concepts."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from monitor.text.tokens import fold, tokens


@dataclass(frozen=True, slots=True)
class Concept:
    """A Media Topic. *broader* has the codes of the concepts above it, the nearest first; it is empty for a top concept."""

    code: str
    name: str
    definition: str
    broader: tuple[str, ...]


@cache
def concepts() -> dict[str, Concept]:
    """Return all concepts that are not retired, by code, such as ``medtop:11000000``."""
    lines = (files("monitor.text") / "data" / "mediatopics.tsv").read_text(encoding="utf-8").splitlines()
    rows = {code: rest for code, *rest in (line.split("\t") for line in lines if not line.startswith("#"))}

    def broader(code: str) -> tuple[str, ...]:
        parent = rows[code][0]
        return (f"medtop:{parent}", *broader(parent)) if parent in rows else ()

    return {
        f"medtop:{code}": Concept(f"medtop:{code}", name, definition, broader(code))
        for code, (_, name, definition) in rows.items()
    }


@cache
def translated_names() -> dict[tuple[str, ...], str]:
    """Return the codes of concepts by the folded words of their names in languages other than English."""
    lines = (files("monitor.text") / "data" / "mediatopic_labels.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {words: f"medtop:{code}" for code, names in rows for name in names.split("|") if (words := tokens(name))}


def resolve(text: str) -> str | None:
    """Return the code of the concept whose code or folded English name is *text*; None if there is none."""
    if text in concepts():
        return text
    return _code_by_name().get(fold(text))


def near(text: str) -> list[str]:
    """Return at most two names of concepts that the unknown *text* may mean: the broadest that contain it, or a similar one."""
    words, names = fold(text), _code_by_name()
    containing = [concepts()[code] for name, code in names.items() if words and f" {words} " in f" {name} "]
    if containing:
        return [concept.name for concept in sorted(containing, key=lambda concept: len(concept.broader))[:2]]
    return [concepts()[names[close]].name for close in get_close_matches(words[:200], names, n=1)]


@cache
def _code_by_name() -> dict[str, str]:
    # Of two concepts with the same name, the broader one is meant.
    narrowest_first = sorted(concepts().values(), key=lambda concept: -len(concept.broader))
    return {fold(concept.name): concept.code for concept in narrowest_first}
