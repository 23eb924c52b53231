"""A finding: what somebody must do or should know."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from monitor.bus.streams import Difference

Level = Literal["act", "note", "ok"]
"""Whether somebody must act, should know, or all is well."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in an *area*, in one line. The *text* of one that needs an act ends in the remedy."""

    level: Level
    area: str
    text: str


def act(area: str, text: str) -> Finding:
    """Return a finding that needs an act."""
    return Finding("act", area, text)


def note(area: str, text: str) -> Finding:
    """Return a finding that needs none."""
    return Finding("note", area, text)


def or_ok(found: list[Finding], area: str, text: str) -> list[Finding]:
    """Return *found*, or that all is well in *area* if nothing in it needs an act."""
    return found if any(each.level == "act" for each in found) else [Finding("ok", area, text), *found]


def stream_findings(differences: Iterable[Difference]) -> list[Finding]:
    """Return *differences* of streams as findings."""
    return [(act if each.must_change else note)("streams", str(each)) for each in differences]
