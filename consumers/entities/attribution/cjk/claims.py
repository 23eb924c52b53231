"""The claims of an article in Chinese, Japanese or Korean: cues and sources are found letter by letter. Pure, in linear time.

In doubt a cue is no claim. What is quoted is passed over, so a verb in a quotation is no cue.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from consumers.entities.attribution.cjk.passages import HIDDEN, Passage, make_passage, sentences
from consumers.entities.attribution.cjk.speakers import EarlierSources, identify
from consumers.entities.attribution.cjk.subjects import (
    Subject,
    clause_start,
    marked,
    of_clause,
    of_sentence,
    phrase_ending,
    trimmed,
)
from consumers.entities.attribution.contents import MAX_WORDS
from consumers.entities.attribution.sources import Speaker
from monitor.messages import Claim, Entity, Span, Stance
from monitor.text.languages import AttributionRules
from monitor.text.languages.cjk import CjkCue

NOBODY = Speaker("none", None, -1, -1)
MIN_WORDS = 2
"""The fewest letters that are the words of a claim."""
MIN_AFTER = 6
"""The fewest letters that are the words of a claim after a quotation: fewer are whom it is earlier."""
MAX_CUES = 12
"""The most cues of a sentence that are read."""
MAX_NESTED = 4
"""The most letters after a cue that tell whether it is a part of what somebody else says."""
QUESTIONS = ("?", "？")
SIGNS = " \u3000,，、:：;；。.…“”「」『』\"'‘’"
"""What the words of a claim neither begin nor end with."""


@dataclass(frozen=True, slots=True)
class CueMatch:
    """A *cue* from *start* to *end*, and the source in its pattern, if it is there."""

    cue: CjkCue
    start: int
    end: int
    who: tuple[int, int] | None = None


@dataclass(slots=True)
class Draft:
    """A claim of a sentence: its cue, its source, and its words from *first* to *last*."""

    match: CueMatch
    speakers: Sequence[Speaker]
    stance: Stance
    first: int
    last: int
    through: str | None = None


def all_claims(title: str, text: str, entities: Sequence[Entity], rules: AttributionRules) -> Iterator[Claim]:
    """Yield all claims of an article that names *entities*, in the order of title and text."""
    earlier = EarlierSources()
    for passage in (make_passage("title", title, entities, rules), make_passage("text", text, entities, rules)):
        matches = find_cues(passage)
        follows, number = False, 0
        for low, high in sentences(passage.searched):
            here = []
            while number < len(matches) and matches[number].start < high:
                here.append(matches[number])
                number += 1
            drafts = _drafts(passage, low, high, here, earlier, follows=follows)
            if not drafts and passage.field == "title":
                drafts = list(_labels(passage, low, earlier))
            for draft in drafts:
                yield from _claims(passage, draft)
            follows = bool(drafts)


def find_cues(passage: Passage) -> list[CueMatch]:
    """Return the cues of *passage*, in order; of those that overlap the one that the rules have first."""
    taken, matches = bytearray(len(passage.searched) + 1), []
    for cue in passage.rules.cues:
        for found in cue.pattern.finditer(passage.searched):
            start, end = found.span()
            if start < end and not any(taken[start:end]) and not passage.is_within_name(start):
                taken[start:end] = b"\1" * (end - start)
                matches.append(CueMatch(cue, start, end, found.span("who") if cue.side == "inside" else None))
    return sorted(matches, key=lambda match: match.start)


def _drafts(
    passage: Passage, low: int, high: int, matches: Sequence[CueMatch], earlier: EarlierSources, *, follows: bool
) -> list[Draft]:
    """Return the claims of the sentence from *low* to *high*; *follows* is whether the sentence before it has one."""
    drafts: list[Draft] = []
    for match in matches[:MAX_CUES]:
        if match.cue.side == "nobody":
            if not drafts:
                drafts.append(Draft(match, [NOBODY], match.cue.stance, match.end, high))
            continue
        if match.cue.side == "subject" and _is_untold(passage, low, high, match):
            continue
        if match.cue.side != "subject":
            draft = _of_noun(passage, low, high, match, earlier)
        else:
            draft = _of_verb(passage, low, high, match, drafts, earlier, follows=follows)
        if draft:
            drafts.append(draft)
            for speaker in draft.speakers:
                earlier.add(speaker)
    return drafts


def _of_noun(passage: Passage, low: int, high: int, match: CueMatch, earlier: EarlierSources) -> Draft | None:
    """Return the claim of a source beside or inside its cue: according to officials."""
    start, end = trimmed(passage, *match.who) if match.who else phrase_ending(passage, low, match.start)
    speakers = identify(passage, start, end, low, earlier) if start < end else []
    if not speakers:
        return None
    draft = Draft(match, speakers, _stance(match.cue.stance, speakers[0]), match.end, high)
    if match.cue.relays and (carrier := _subject(passage, low, low, match, earlier)):
        draft.through = carrier.speakers[0].who
    return draft


def _of_verb(
    passage: Passage,
    low: int,
    high: int,
    match: CueMatch,
    drafts: list[Draft],
    earlier: EarlierSources,
    *,
    follows: bool,
) -> Draft | None:
    """Return the claim of a verb; None if it adds nothing to the claim before it, or its source is not known."""
    before = drafts[-1] if drafts else None
    floor = before.match.end if before and not _is_nested(passage, before.match) else low
    found = _subject(passage, low, floor, match, earlier)
    if before and before.match.cue.side != "nobody":
        if before.match.cue.relays:
            return None
        if found is None:
            return _continued(passage, before, match)
        if found.speakers[0].who == before.speakers[0].who and _is_nested(passage, before.match):
            return None
        if before.match.cue.side != "subject" and _is_nested(passage, match):
            return None
        carrier = before.speakers[0]
        if before.match.cue.side != "subject" and carrier.is_outlet and found.speakers[0].who != carrier.who:
            return _draft(passage, low, high, match, found, carrier.who)
    if found is None:
        found = of_sentence(passage, low, match.start, earlier) if passage.rules.subject is None else None
    if found is None and follows and passage.rules.subject and earlier.speakers and not drafts:
        return _draft(passage, low, high, match, Subject([replace(earlier.speakers[-1], first=-1, last=-1)], low, low), None)
    return _draft(passage, low, high, match, found, None) if found else None


def _is_untold(passage: Passage, low: int, high: int, match: CueMatch) -> bool:
    """Return whether a condition or a question makes a verb no cue: if the minister confirmed, did the minister say?"""
    first = clause_start(passage.searched, low, match.start)
    is_question = passage.field == "text" and passage.searched[low:high].rstrip()[-1:] in QUESTIONS
    return is_question or passage.rules.untold.search(passage.searched, first, match.start) is not None


def _subject(passage: Passage, low: int, floor: int, match: CueMatch, earlier: EarlierSources) -> Subject | None:
    if passage.rules.subject is None:
        return of_clause(passage, low, floor, match.start, earlier)
    found = marked(passage, low, match.start, earlier, floor=floor, is_nested=_is_nested(passage, match))
    if found or passage.field != "title":
        return found
    if opening := passage.rules.opening.match(passage.searched, low, match.start):
        start, end = trimmed(passage, *opening.span("who"))
        speakers = identify(passage, start, end, low, earlier) if start < end else []
        return Subject(speakers, start, opening.end()) if speakers else None
    return found


def _is_nested(passage: Passage, match: CueMatch) -> bool:
    return passage.rules.nested.match(passage.searched, match.end, match.end + MAX_NESTED) is not None


def _continued(passage: Passage, before: Draft, match: CueMatch) -> Draft | None:
    """Return another claim of the source of *before*; None if the cue at *match* belongs to that claim."""
    is_verdict = match.cue.stance in {"denied", "confirmed", "declined", "corrected"}
    if before.match.cue.side != "subject" or before.match.cue.relays:
        return None
    is_same_clause = not any(sign in passage.searched[before.match.end : match.start] for sign in ",，、")
    if is_same_clause or not is_verdict or before.stance == match.cue.stance:
        if is_verdict and before.stance == "said":
            before.stance = match.cue.stance
        if is_same_clause and passage.rules.subject is None:
            before.first = max(before.first, match.end)
        return None
    return Draft(match, before.speakers, match.cue.stance, match.end, match.end, before.through)


def _draft(passage: Passage, low: int, high: int, match: CueMatch, found: Subject, through: str | None) -> Draft:
    stance = _stance(match.cue.stance, found.speakers[0])
    if passage.rules.subject is None:
        first, last = match.end, high
        after = passage.text[first:last].strip(SIGNS + "。！？!?")
        if not after or (len(after) < MIN_AFTER and HIDDEN in passage.searched[low : found.start]):
            first, last = low, found.start
    elif found.is_last:
        first, last = low, found.start
    else:
        first, last = found.after, match.start
    return Draft(match, found.speakers, stance, first, last, through)


def _stance(stance: Stance, speaker: Speaker) -> Stance:
    """Return *stance*; what unnamed people or an outlet say is reported."""
    is_relayed = speaker.kind == "anonymous" or speaker.is_nameless or speaker.is_outlet
    return "reported" if stance == "said" and is_relayed else stance


def _labels(passage: Passage, low: int, earlier: EarlierSources) -> Iterator[Draft]:
    """Yield the claim of a title that names its source beside a sign: "Kremlin: no talks planned"."""
    for pattern in passage.rules.labels:
        if not (found := pattern.search(passage.searched, low, len(passage.searched))):
            continue
        start, end = trimmed(passage, *found.span("who"))
        speakers = identify(passage, start, end, low, earlier) if start < end else []
        if speakers and speakers[0].kind != "none":
            for speaker in speakers:
                earlier.add(speaker)
            match = CueMatch(CjkCue("said", pattern), *found.span("sign"))
            words = (match.end, len(passage.searched)) if start <= low + 1 else (low, found.start())
            yield Draft(match, speakers, _stance("said", speakers[0]), *words)
            return


def _claims(passage: Passage, draft: Draft) -> Iterator[Claim]:
    """Yield a claim for each source of *draft*."""
    first, last = draft.first, max(draft.first, draft.last)
    words = passage.text[first:last]
    first += len(words) - len(words.lstrip(SIGNS))
    last -= len(words) - len(words.rstrip(SIGNS))
    has_words = last - first >= MIN_WORDS and draft.stance != "declined"
    for speaker in draft.speakers:
        yield Claim(
            draft.stance,
            speaker.kind,
            speaker.who,
            Span(passage.field, draft.match.start, draft.match.end),
            who_at=Span(passage.field, speaker.first, speaker.last) if speaker.first >= 0 else None,
            entity=speaker.entity,
            through=draft.through,
            words=" ".join(passage.text[first:last].split())[:MAX_WORDS] if has_words else None,
            words_at=Span(passage.field, first, last) if has_words else None,
        )
