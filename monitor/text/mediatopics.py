"""What articles can be about: the IPTC Media Topics (iptc.org), as a tree with 17 top concepts."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from monitor.text.tokens import fold


@dataclass(frozen=True, slots=True)
class Concept:
    """One Media Topic. *broader* are the codes above it, nearest first; none for a top concept."""

    code: str
    name: str
    definition: str
    broader: tuple[str, ...]


@cache
def concepts() -> dict[str, Concept]:
    """All that are not retired, by code such as ``medtop:11000000``."""
    lines = (files("monitor.text") / "data" / "mediatopics.tsv").read_text(encoding="utf-8").splitlines()
    rows = {code: rest for code, *rest in (line.split("\t") for line in lines if not line.startswith("#"))}

    def above(code: str) -> tuple[str, ...]:
        parent = rows[code][0]
        return (f"medtop:{parent}", *above(parent)) if parent in rows else ()

    return {
        f"medtop:{code}": Concept(f"medtop:{code}", name, definition, above(code))
        for code, (_, name, definition) in rows.items()
    }


def resolve(text: str) -> str | None:
    """The code of the concept that *text* names by its code or, folded, its English name; None where there is none."""
    if text in concepts():
        return text
    return _by_name().get(fold(text))


@cache
def _by_name() -> dict[str, str]:
    # The broader concept wins where two have the same name.
    ordered = sorted(concepts().values(), key=lambda concept: -len(concept.broader))
    return {fold(concept.name): concept.code for concept in ordered}
