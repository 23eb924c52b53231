"""Who says so: a lane for each origin of a story, with what it said when, and who carries it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.escape import printable
from monitor.messages import ArticleStories, Claim, Origin, OriginKind, Stance
from page.views.strips import SYMBOLS, Axis, Strip, StripMark

KINDS: Mapping[OriginKind, str] = {"named": "named", "role": "by role", "anonymous": "unnamed"}
WORDS: Mapping[Stance, str] = {
    "confirmed": "Confirmed",
    "denied": "Denied",
    "corrected": "Corrected",
    "announced": "Announced",
    "declined": "No comment",
    "reported": "Reported",
    "said": "Said",
    "asserted": "Stated",
}
HUES: Mapping[Stance, str] = {"confirmed": "ok", "denied": "no", "declined": "own", "asserted": "own"}
"""The classes of the colours; all other stances have that of a report."""


@dataclass(frozen=True, slots=True)
class Lane:
    """An origin: its name, kind and other names; what it stands at; its strip; the outlets that carry it, the first first."""

    who: str
    kind: OriginKind
    detail: str
    symbol: str
    word: str
    hue: str
    before: str
    strip: Strip
    outlets: tuple[str, ...]


def make_lanes(origins: Sequence[Origin], articles: Sequence[ArticleStories], axis: Axis) -> list[Lane]:
    """Return the lanes of *origins*. *articles* are those of the story, the oldest first."""
    return [_make_lane(origin, articles, axis) for origin in origins]


def _make_lane(origin: Origin, articles: Sequence[ArticleStories], axis: Axis) -> Lane:
    aliases = [printable(each.who) for each in origin.names if each.who and each.who != origin.who]
    known = "; ".join(dict.fromkeys(aliases[:3]))
    unnamed = origin.kind == "anonymous" and origin.stance not in {"confirmed", "denied", "declined"}
    symbol = "u" if unnamed else SYMBOLS[origin.stance][0]
    earlier = dict.fromkeys(WORDS[each.stance].lower() for each in origin.names if each.stance != origin.stance)
    return Lane(
        who=printable(origin.who),
        kind=origin.kind,
        detail=f"{KINDS[origin.kind]}{f': {known}' if known else ''}",
        symbol=symbol,
        word=WORDS[origin.stance],
        hue=HUES.get(origin.stance, "rep"),
        before=f"also {', '.join(earlier)}" if earlier else "",
        strip=_strip(origin, articles, axis),
        outlets=tuple(map(printable, origin.outlets)),
    )


def _strip(origin: Origin, articles: Sequence[ArticleStories], axis: Axis) -> Strip:
    """Return the articles in which *origin* speaks. A stance that it had before is a repetition."""
    marks, earlier, known = [], 0, set[Stance]()
    for article in articles:
        stances = [claim.stance for claim in article.claims if is_of(claim, origin)]
        if not stances:
            continue
        new = [stance for stance in stances if stance not in known]
        known.update(stances)
        moment = article.article.fetched.astimezone(axis.start.tzinfo)
        if moment < axis.start:
            earlier += 1
        if not axis.start <= moment <= axis.end:
            continue
        kind = "repeated" if not new else "unnamed" if origin.kind == "anonymous" and new[0] == "reported" else new[0]
        symbol, word = SYMBOLS[kind]
        marks.append(StripMark(axis.percent(moment), symbol, f"{moment:%H:%M}", word))
    return Strip(tuple(marks), earlier)


def is_of(claim: Claim, origin: Origin) -> bool:
    """Return whether *claim* is of *origin*, by the entity or by one of the names under which the story knows it."""
    if claim.who is None:
        return False
    if claim.entity and any(name.entity == claim.entity for name in origin.names):
        return True
    wanted = claim.who.casefold()
    return wanted == origin.who.casefold() or any(name.who and name.who.casefold() == wanted for name in origin.names)
