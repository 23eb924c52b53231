"""The interface of the rules of attribution of languages that are read letter by letter: Chinese, Japanese and Korean.

Their words are not set off by spaces, or have particles joined to them, so cues and sources are patterns of letters.
consumers/entities/attribution/cjk contains the algorithm. Every part has a default.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal, get_args

from monitor.text.languages.patterns import NOTHING
from monitor.text.scripts.letters import LETTERS

CjkStance = Literal["said", "reported", "announced", "declined", "corrected", "denied", "confirmed"]
"""The stances that a cue can show."""
Side = Literal["subject", "beside", "inside", "nobody"]
"""Where the source of a cue is: its subject, the noun directly before it, the group "who" of its pattern, or nowhere."""
NounClass = Literal["title", "related", "people", "unnamed", "body", "outlet", "document", "pronoun"]
"""The classes of nouns that a source can end with: offices and titles of one person, those of somebody who speaks for another
(spokesman), people who are seldom named, unnamed people, bodies, outlets, documents, and pronouns of a person."""


@dataclass(frozen=True, slots=True)
class CjkCue:
    """A *pattern* that shows a *stance*. It *relays* if its source stands behind an outlet (citing officials)."""

    stance: CjkStance
    pattern: re.Pattern[str]
    side: Side = "subject"
    relays: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CjkRules:
    """How a language that is read letter by letter shows who says something.

    *nouns* match the end of a source, by their class. *subject* matches a particle after a subject, *weak_subject* one that is
    often that of another clause; without both, the subject begins its clause and comes before *adverbial*, which matches where
    and when it is said. *phrase* matches the letters of a noun group, up to the end of what is searched, and *leading* what
    is no part of a source at its start. *named* finds, in a source, the group "name" of a person who is no entity. *nested*
    matches, after a cue, what makes it a part of what somebody else says. *joint* divides the names of several sources, and
    *again* begins a source that was told before (the said company). *untold* matches, in the clause of a cue, what makes it no
    claim (if, whether). *opening* matches the source at the start of a title, and *labels* the group "who" of a title that says
    who speaks without a verb, beside the group "sign". With *folds* all variants of an ideograph are one.
    """

    cues: Sequence[CjkCue] = ()
    nouns: Mapping[NounClass, re.Pattern[str]] = field(default_factory=dict)
    subject: re.Pattern[str] | None = None
    weak_subject: re.Pattern[str] | None = None
    adverbial: re.Pattern[str] = NOTHING
    phrase: re.Pattern[str] = NOTHING
    leading: re.Pattern[str] = NOTHING
    named: re.Pattern[str] = NOTHING
    nested: re.Pattern[str] = NOTHING
    joint: re.Pattern[str] = NOTHING
    again: re.Pattern[str] = NOTHING
    untold: re.Pattern[str] = NOTHING
    opening: re.Pattern[str] = NOTHING
    labels: Sequence[re.Pattern[str]] = ()
    folds: bool = False


def one_of(patterns: Iterable[str]) -> str:
    """Return the pattern of one of *patterns*: the longest first."""
    return f"(?:{'|'.join(sorted(dict.fromkeys(patterns), key=len, reverse=True))})"


def read_patterns(package: str, given: Mapping[str, Iterable[str]] | None = None, *, folds: bool = False) -> dict[str, str]:
    """Return the patterns in the file sources.txt of *package*, by their kind, in order.

    *given* are more patterns of some kinds. If *folds*, they are for a text in which all variants of an ideograph are one.
    """
    lines: dict[str, list[str]] = {kind: list(patterns) for kind, patterns in (given or {}).items()}
    for line in (files(package) / "sources.txt").read_text(encoding="utf-8").splitlines():
        kind, _, patterns = line.partition("\t")
        if patterns:
            lines.setdefault(kind, []).extend(patterns.split())
    found: dict[str, str] = {}
    for kind, each in lines.items():
        pattern = one_of(each)
        for name in re.findall(r"\{([a-z_]+)\}", pattern):
            pattern = pattern.replace(f"{{{name}}}", found[name])
        found[kind] = pattern.translate(LETTERS) if folds else pattern
    return found


def make_cues(patterns: Mapping[str, str]) -> tuple[CjkCue, ...]:
    """Return the cues among *patterns*: those whose kind is a stance and a side, or "relays" with the side of those."""
    cues = []
    for kind, pattern in patterns.items():
        stance, _, place = kind.partition(" ")
        relays = place.startswith("relays ")
        side = place.removeprefix("relays ")
        cues += [
            CjkCue(known, re.compile(pattern), where, relays)
            for known in get_args(CjkStance)
            for where in get_args(Side)
            if (known, where) == (stance, side)
        ]
    return tuple(cues)


def make_nouns(patterns: Mapping[str, str]) -> dict[NounClass, re.Pattern[str]]:
    """Return the nouns of sources among *patterns*, at the end of what is searched, with what makes them several."""
    several = f"{patterns['several']}?" if "several" in patterns else ""
    return {kind: re.compile(f"{patterns[kind]}{several}$") for kind in get_args(NounClass) if kind in patterns}


def compile_folded(pattern: str) -> re.Pattern[str]:
    """Return *pattern*, for a text in which all variants of an ideograph are one."""
    return re.compile(pattern.translate(LETTERS))
