"""From what the model and the names table find in one text to mentions that do not overlap. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from consumers.entities.ner import NerSpan
from monitor.messages import EntityType
from monitor.text import gazetteer
from monitor.text.gazetteer import Name
from monitor.text.tokens import tokens

Field = Literal["title", "text"]
TYPES: Mapping[str, EntityType] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "org",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "EVENT": "event",
}
"""The models' labels, OntoNotes' and CoNLL's, that become entities."""
FULL = 2
"""Words of a full name: a given one and the surname. More of them hold roles and origins too."""
LONGEST = 10
"""More words than this are no name."""
_EVENT = re.compile(r"(?i:\b(forum|summit|conference|games|olympics|championships?))$")
_EVENT_NAME = re.compile(
    r"\b(?:[A-Z][\w’'-]{1,40}(?:\s+(?:of|the|on|for|and)){0,2}\s+){1,6}(?:Forum|Summit|Conference|Games|Olympics)\b"
)
_BEFORE = re.compile(
    r"^(?:(?i:the|a|an|mr|mrs|ms|dr|sir|prof|president|prime minister|chancellor|king|queen|prince|princess|pope|senator|sen|"
    r"rep|gov|governor|general|gen|minister|foreign minister|secretary|spokesman|spokeswoman|leader|premier|chairman)\b\.?\s+)+"
)
_AFTER = re.compile(r"(?:['’]s|['’]|[\s.,;:!?\"”)\]-])+$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the title or the text, from code point *start* to *end*; *known* where the table has it."""

    field: Field
    start: int
    end: int
    type: EntityType
    said: str
    known: Name | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Its folded words."""
        return tokens(self.said)


def mentions(field: Field, text: str, spans: Iterable[NerSpan]) -> list[Mention]:
    """The mentions in *text*, in order; where two overlap the longer model's span, else the table's, is taken."""
    known = [Mention(field, at.start, at.end, at.name.type, text[at.start : at.end], at.name) for at in gazetteer.find(text)]
    guessed = [mention for span in spans for mention in _cleaned(field, text, span)]
    if field == "text":
        guessed += [_mention(field, text, *match.span(), "event") for match in _EVENT_NAME.finditer(text)]
    starts = [mention.start for mention in known]
    left = [mention for mention in guessed if not any(_loses(mention, other) for other in across(mention, known, starts))]
    return _apart(left, known)


def is_headline_case(title: str) -> bool:
    """Whether *title* Is Written Like This, so that capitals tell nothing."""
    long = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]  # noqa: PLR2004  (short words stay small)
    return len(long) > 2 and sum(word[0].isupper() for word in long) > 0.7 * len(long)  # noqa: PLR2004  (more than any sentence)


def _cleaned(field: Field, text: str, span: NerSpan) -> Iterator[Mention]:
    """The mention in *span*, without titles before and genitives behind; none where nothing is left."""
    kind = TYPES.get(span.label)
    said = text[span.start : span.end]
    if kind is None or "\n" in said.strip():
        return
    start = span.start
    if before := _BEFORE.match(said):
        start += before.end()
    end = span.end - (len(match.group()) if (match := _AFTER.search(text[start : span.end])) else 0)
    mention = _mention(field, text, start, end, "event" if _EVENT.search(text[start:end]) else kind)
    if start < end and any(char.isalpha() for char in mention.said) and len(mention.words) <= LONGEST:
        yield mention


def _mention(field: Field, text: str, start: int, end: int, kind: EntityType) -> Mention:
    return Mention(field, start, end, kind, text[start:end])


def across(one: Mention, others: Sequence[Mention], starts: Sequence[int]) -> list[Mention]:
    """Those of *others*, which are in order of their *starts* and apart, that overlap *one*: found by halving."""
    near = others[max(0, bisect_right(starts, one.start) - 1) : bisect_left(starts, one.end)]
    return [other for other in near if one.start < other.end and other.start < one.end]


def _loses(guessed: Mention, known: Mention) -> bool:
    """Whether the table's *known* where both stand is to be preferred: but for a longer name round it, as Bank of Russia.

    A person's longer name loses too (Turkish President Erdogan), unless it is a namesake's (Deniz Erdogan).
    """
    longer = guessed.start <= known.start and known.end <= guessed.end and len(guessed.words) > len(known.words)
    if guessed.type == known.type == "person":
        return not (longer and len(guessed.words) == FULL and known.known and is_namesake(guessed.words, known.known))
    return not longer


def is_namesake(said: Sequence[str], known: Name) -> bool:
    """Whether *said*, a person's folded name, is somebody else's than *known*'s: one word of it *known* does not bear."""
    own = {word for alias in (known.name, *known.aliases) for word in tokens(alias)}
    return not own.issuperset(said)


def _apart(guessed: Sequence[Mention], known: Sequence[Mention]) -> list[Mention]:
    """All of both that do not overlap, longer ones first."""
    taken: list[Mention] = []
    starts: list[int] = []
    for mention in sorted((*guessed, *known), key=lambda m: (m.start - m.end, m.known is None, m.start)):
        if not across(mention, taken, starts):
            place = bisect_right(starts, mention.start)
            starts.insert(place, mention.start)
            taken.insert(place, mention)
    return taken
