"""How an article stands to what it tells, and who stands behind it: rules that would rather be silent than wrong. Pure.

The grades are those of news agencies: confirmed, denied, declined to comment, reported (attributed), asserted.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from monitor.messages import Claim, Entity, Source, Span, Stance

CLAIMS = 20
NEAR = 40
"""Code points behind 'according to' within which its source begins."""
_RULES: tuple[tuple[Stance, re.Pattern[str]], ...] = (
    (
        "declined",
        re.compile(
            r"""
            \b(?: neither\ confirm(?:s|ed)?\ nor\ den(?:y|ies|ied) | no\ comment | (?:not|to)\ be\ drawn
            | (?: declin(?:e|es|ed|ing) | refus(?:e|es|ed|ing) | (?:would|will|did|does)\ not | won['’]t | had\ no )
              \b(?:\s+\w+){0,4}?\s+(?:to\s+)?
              (?: comment | confirm(?:\ or\ deny)? | discuss | elaborate | say\ whe(?:ther|re) | answer | respond | reply )\w*
            )\b
            """,
            re.IGNORECASE | re.VERBOSE,
        ),
    ),
    (
        "denied",
        re.compile(
            r"""
            \b(?: den(?:ied|ies|y|ying) | dismiss(?:ed|es) | rebuff(?:ed|s) | refut(?:ed|es) )\b
            (?! \s+(?: entry | bail | access | a\ visa ) )
            """,
            re.IGNORECASE | re.VERBOSE,
        ),
    ),
    ("confirmed", re.compile(r"\bconfirm(?:ed|s|ing)?\b", re.IGNORECASE)),
    (
        "reported",
        re.compile(
            r"""
            \b(?: according\ to | on\ (?:the\ )?condition\ of\ anonymity | citing | reported(?:ly)? | reports?\ (?:say|said|in)
            | (?:not|neither|none)\b [^.]{0,40}? \b(?:named|identified|authori[sz]ed\ to\ speak)
            | (?:sources?|officials?|diplomats?)\ (?:\w+\ ){0,3}?(?:said|say|says|told|tells?|expect|believe[sd]?)
            )\b
            """,
            re.IGNORECASE | re.VERBOSE,
        ),
    ),
)
_UNSURE = re.compile(
    r"""
    (?: \b(?: not | nor | never | no | un | cannot | yet\ to | neither | awaiting | whether | if | until | to | would | n['’]t )
        \s+ (?: (?:be|been|independently|immediately|officially|yet) \s+ )* | \bun )$
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What before 'confirm' or 'deny' takes its force away: could not be confirmed, asked to confirm."""
_ANONYMOUS = re.compile(
    r"""
    \b(?: anonym\w+ | unnamed | unidentified | names?\ (?:be\ )?withheld | give\ their\ names
    | (?: not | neither | none | n['’]t )\b [^.]{0,40}?
      \b(?: named | identified | identify | authori[sz]ed | names\ to\ be\ used )
    | sources | (?: two | three | four | several | some | senior | government | western | u\.s\. )
      \ (?:[\w-]+\ ){0,3} (?:officials|diplomats|sources)
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ROLE = re.compile(
    r"""
    (?<!['’])\b(?:[A-Z][\w.-]*\s+){0,3}(?:[\w-]+\s+)?
    (?: spokes(?:man|woman|person) | ministry | minister | officials? | diplomats? | government | embassy | regulator | police
      | bank | company | administration | authorities | secretary )\b
    """,
    re.VERBOSE,
)
_ARTICLE = re.compile(r"^(?:the|an?|two|three|four|several|some)\s+", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\w)[^.!?\n]+|[.](?=[A-Z]\.)[^.!?\n]*)*[.!?]*[\"”’]*")
_STRENGTH: Sequence[Stance] = ("confirmed", "denied", "declined", "reported", "asserted")


class _Sentence(NamedTuple):
    field: Literal["title", "text"]
    start: int
    text: str


def claims(title: str, text: str, entities: Sequence[Entity]) -> tuple[Claim, ...]:
    """The claims in *title* and *text*, strongest first, at most CLAIMS; *entities* are what they name."""
    found = [claim for sentence in _sentences(title, text) for claim in _read(sentence, entities)]
    found.sort(key=lambda claim: _STRENGTH.index(claim.stance))
    return tuple(found[:CLAIMS])


def _sentences(title: str, text: str) -> Iterator[_Sentence]:
    if title:
        yield _Sentence("title", 0, title)
    for match in _SENTENCE.finditer(text):
        yield _Sentence("text", match.start(), match.group())


def _read(sentence: _Sentence, entities: Sequence[Entity]) -> Iterator[Claim]:
    """Each stance that the sentence shows, once."""
    hidden: list[tuple[int, int]] = []
    for stance, pattern in _RULES:
        for match in pattern.finditer(sentence.text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in hidden):
                continue
            if stance in {"confirmed", "denied"} and _UNSURE.search(sentence.text[:start]):
                continue
            hidden.append((start, end))
            cue = Span(sentence.field, sentence.start + start, sentence.start + end)
            yield Claim(stance, *_source(sentence, cue, stance, entities), cue)
            break


def _source(sentence: _Sentence, cue: Span, stance: Stance, entities: Sequence[Entity]) -> tuple[Source, str | None]:
    """Who stands behind *cue*: the unnamed, a person, organisation or government that is named, or a role."""
    role = _ROLE.search(sentence.text)
    said = _ARTICLE.sub("", role.group()) if role else None
    if _ANONYMOUS.search(sentence.text):
        return "anonymous", f"unnamed {said}" if said else None
    if name := _named(sentence, cue, stance, entities):
        return "named", name
    return ("role", said) if said else ("none", None)


def _named(sentence: _Sentence, cue: Span, stance: Stance, entities: Sequence[Entity]) -> str | None:
    """The nearest name before the cue, or right behind 'according to' and 'citing'; a country stands for its government."""
    found = [
        (cue.start - span.end, entity)
        for entity in entities
        for span in entity.mentions
        if span.field == sentence.field and sentence.start <= span.start < sentence.start + len(sentence.text)
    ]
    if stance == "reported":
        behind = [entity.name for _, entity in found if _follows(cue, entity, sentence) and entity.type != "place"]
        return behind[0] if behind else None
    before = [(gap, entity.name) for gap, entity in found if gap >= 0 and (entity.type in {"person", "org"} or gap <= 1)]
    return min(before)[1] if before else None


def _follows(cue: Span, entity: Entity, sentence: _Sentence) -> bool:
    return any(span.field == sentence.field and cue.end <= span.start <= cue.end + NEAR for span in entity.mentions)
