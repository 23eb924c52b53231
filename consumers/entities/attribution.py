"""Attribution: the stance of each sentence and the source that it names. It uses rules, no model. Pure.

The stances are the grades of news agencies: confirmed, denied, declined to comment, reported (attributed), asserted. The
rules favour precision over recall: in doubt they find no claim.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from monitor.messages import Claim, Entity, Source, Span, Stance
from monitor.text.languages import AttributionRules

MAX_CLAIMS = 20
"""The most claims that an article keeps."""
MAX_SENTENCE = 2_000
"""The most code points of a sentence. A longer one is read in parts, so that no rule takes long."""
MAX_HEDGE = 100
"""The most code points before a cue that may negate it."""
MAX_SOURCE_DISTANCE = 40
"""The most code points between a cue such as "according to" and the start of its source."""
STANCES_BY_STRENGTH: Sequence[Stance] = ("confirmed", "denied", "declined", "reported", "asserted")
"""The stances, strongest first."""


class Sentence(NamedTuple):
    """A sentence of the title or the text; *start* is in code points."""

    field: Literal["title", "text"]
    start: int
    text: str


def find_claims(title: str, text: str, entities: Sequence[Entity], rules: AttributionRules) -> tuple[Claim, ...]:
    """Return the claims of an article that names *entities*: the strongest first, at most MAX_CLAIMS."""
    cues = [cue for sentence in _sentences(title, text, rules) for cue in _cues(sentence, rules)]
    cues.sort(key=lambda cue: STANCES_BY_STRENGTH.index(cue.stance))
    # Sources are searched for in these sentences only: most of an adversarial text may be cues.
    return tuple(
        Claim(cue.stance, *_source(cue.sentence, cue.span, cue.stance, entities, rules), cue.span) for cue in cues[:MAX_CLAIMS]
    )


class Cue(NamedTuple):
    """The words at *span* of *sentence*, which show its *stance*."""

    sentence: Sentence
    stance: Stance
    span: Span


def _sentences(title: str, text: str, rules: AttributionRules) -> Iterator[Sentence]:
    """Yield the title, as one sentence, and the sentences of the text, in parts of at most MAX_SENTENCE."""
    yield from _parts(Sentence("title", 0, title))
    for match in rules.sentence.finditer(text):
        yield from _parts(Sentence("text", match.start(), match.group()))


def _parts(sentence: Sentence) -> Iterator[Sentence]:
    for start in range(0, len(sentence.text), MAX_SENTENCE):
        yield Sentence(sentence.field, sentence.start + start, sentence.text[start : start + MAX_SENTENCE])


def _cues(sentence: Sentence, rules: AttributionRules) -> Iterator[Cue]:
    """Yield a cue for each stance that the sentence shows."""
    used_spans: list[tuple[int, int]] = []
    for stance, pattern in rules.cues:
        for match in pattern.finditer(sentence.text):
            start, end = match.span()
            if any(start < used_end and used_start < end for used_start, used_end in used_spans):
                continue
            if stance in {"confirmed", "denied"} and rules.hedge.search(sentence.text, max(0, start - MAX_HEDGE), start):
                continue
            used_spans.append((start, end))
            yield Cue(sentence, stance, Span(sentence.field, sentence.start + start, sentence.start + end))
            break


def _source(
    sentence: Sentence, cue: Span, stance: Stance, entities: Sequence[Entity], rules: AttributionRules
) -> tuple[Source, str | None]:
    """Return the kind and the name of the source: anonymous, a named entity, a role, or none."""
    match = rules.role.search(sentence.text)
    role = rules.determiner.sub("", match.group()) if match else None
    if rules.anonymous.search(sentence.text):
        return "anonymous", rules.unnamed.format(role) if role else None
    if name := _named_source(sentence, cue, stance, entities):
        return "named", name
    return ("role", role) if role else ("none", None)


def _named_source(sentence: Sentence, cue: Span, stance: Stance, entities: Sequence[Entity]) -> str | None:
    """Return the nearest name before *cue*, or the first name close after it if *stance* is "reported"; None if there is none.

    A place is a source only directly before the cue, where it stands for its government.
    """
    if stance == "reported":
        following = [entity.name for entity in entities if entity.type != "place" and _follows(cue, entity, sentence)]
        return following[0] if following else None
    preceding = [
        (gap, entity.name)
        for entity in entities
        for span in entity.mentions
        if _is_in(span, sentence) and (gap := cue.start - span.end) >= 0 and (entity.type in {"person", "org"} or gap <= 1)
    ]
    return min(preceding)[1] if preceding else None


def _follows(cue: Span, entity: Entity, sentence: Sentence) -> bool:
    """Return whether *sentence* names *entity*, and a mention of it starts within MAX_SOURCE_DISTANCE after *cue*."""
    return any(_is_in(span, sentence) for span in entity.mentions) and any(
        span.field == sentence.field and cue.end <= span.start <= cue.end + MAX_SOURCE_DISTANCE for span in entity.mentions
    )


def _is_in(span: Span, sentence: Sentence) -> bool:
    return span.field == sentence.field and sentence.start <= span.start < sentence.start + len(sentence.text)
