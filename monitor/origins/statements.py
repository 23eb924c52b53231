"""What an article tells of its sources, in the form in which origins are counted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from monitor.messages import ArticleStories, Claim, OriginKind, OriginName, Report, Voice
from monitor.origins.claims import attributed_claims
from monitor.origins.commentary import find_commentary
from monitor.origins.grouping import VERDICTS
from monitor.origins.identity import is_group, is_hearsay, is_own
from monitor.origins.roles import MAX_ROLE
from monitor.text.languages import pack

MAX_STATEMENTS = 40
"""The most statements of an article."""
MAX_WHO = 512
"""The longest name or description of a source, as the messages have it: two that are joined may be longer."""
BEGINNING = 200
"""The code points of a text in which the agency is named that it comes from."""
MAX_EXPLAINED = 60
"""The most code points between words by which a source declines to comment and what it says then."""
CREDIT = re.compile(r"\(([^()\n]{2,60})\)\s*[-–—]")
"""The agency in a dateline: "SEOUL, May 2 (Reuters) -"."""
PIECE = 4000
"""Code points of a text that are searched in one call, which takes 4 ms in the worst text."""
MAX_SEARCHED = 32_000
"""Code points of a text in which it is searched whether somebody stays unnamed: 30 ms in the worst text."""
MAX_FOUND = 100
"""The most code points that a pattern may match."""


@dataclass(frozen=True, slots=True)
class Telling:
    """An article as one that tells of sources: its statements, each a name that stands alone.

    *duplicate_of* is the article of which it is a near-copy.
    """

    article: str
    outlet: str
    at: datetime
    statements: tuple[OriginName, ...]
    duplicate_of: str | None = None


class _Spoken(NamedTuple):
    """What a source says, its role, and whether it only comments (*beside* in the messages)."""

    voice: Voice
    role: str | None = None
    beside: bool = False


def telling_of(message: ArticleStories) -> Telling:
    """Return what the article of *message* tells of its sources."""
    article = message.article
    credit = _credit(article.text, article.source, article.outlet)
    attributed = attributed_claims(message)
    spoken = [
        _Spoken(Voice(claim.stance, claim.source, claim.who, claim.entity, through or credit), role, beside)
        for (claim, role, through), beside in zip(attributed, find_commentary(message, attributed), strict=True)
        if not _explains(claim, [each.claim for each in attributed])
    ]
    rules = pack(message.language.code).attribution
    keeps_unnamed = rules is not None and _is_found(rules.anonymity, article.text)
    statements = _statements(spoken, article.outlet, article.fetched, keeps_unnamed=keeps_unnamed)
    return Telling(article.id, article.outlet, article.fetched, statements, message.story.duplicate_of)


def _is_found(pattern: re.Pattern[str], text: str) -> bool:
    """Return whether *pattern* is found in the first MAX_SEARCHED code points of *text*.

    One search of a long text would keep the interpreter from other tasks.
    """
    return any(
        pattern.search(text, start, start + PIECE + MAX_FOUND) for start in range(0, min(len(text), MAX_SEARCHED), PIECE)
    )


def telling_of_report(report: Report) -> Telling:
    """Return what an article tells of which only the report in an alert is known."""
    spoken = [_Spoken(voice) for voice in report.voices]
    return Telling(report.id, report.outlet, report.fetched, _statements(spoken, report.outlet, report.fetched))


def _statements(spoken: Sequence[_Spoken], outlet: str, at: datetime, *, keeps_unnamed: bool = False) -> tuple[OriginName, ...]:
    """Return the statements of an article: only its first confirmation or denial counts as one."""
    keeps_unnamed = keeps_unnamed or any(each.voice.source == "anonymous" for each in spoken)
    statements: list[OriginName] = []
    decided = False
    for voice, role, beside in spoken:
        if voice.stance == "asserted" or (voice.who and is_own(voice.who)):
            continue
        # A later verdict of the same article is often on another matter, so it changes nobody's stance.
        counts = voice.stance != "declined" and not (voice.stance in VERDICTS and decided)
        decided = decided or voice.stance in VERDICTS
        stance = voice.stance if counts or voice.stance == "declined" else "said"
        statements.append(
            OriginName(
                who=voice.who[:MAX_WHO] if voice.who else voice.who,
                kind=_kind(voice, keeps_unnamed=keeps_unnamed),
                stance=stance,
                since=at,
                at=at if counts else None,
                outlets=(outlet,),
                entity=voice.entity,
                role=role[:MAX_ROLE] if role else role,
                through=voice.through,
                denied=at if stance == "denied" else None,
                confirmed=at if stance == "confirmed" else None,
                beside=beside,
            )
        )
    return tuple(statements[:MAX_STATEMENTS])


def _kind(voice: Voice, *, keeps_unnamed: bool) -> OriginKind:
    """Return the kind of source, where officials of an article that keeps somebody unnamed are unnamed too."""
    if voice.source == "none" or (voice.source == "role" and voice.who and is_hearsay(voice.who)):
        return "anonymous"
    if voice.source == "role" and keeps_unnamed and voice.who and is_group(voice.who):
        return "anonymous"
    return voice.source


def _explains(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Return whether *claim* is what its source says when it declines to comment: "it said only that it watches closely"."""
    return claim.stance == "said" and any(
        each.stance == "declined"
        and each.who == claim.who
        and each.cue.field == claim.cue.field
        and 0 <= claim.cue.start - each.cue.end <= MAX_EXPLAINED
        for each in claims
    )


def _credit(text: str, source: str, outlet: str) -> str | None:
    """Return the outlet from which an article comes by its dateline, or by the feed; None if that is its own."""
    found = CREDIT.search(text, 0, BEGINNING)
    credited = found.group(1).strip() if found else source
    return credited if credited and credited != outlet else None
