"""A title or text that is read letter by letter: its sentences, without what is quoted, and the names in it. Linear time."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.messages import Entity
from monitor.text.languages import AttributionRules
from monitor.text.languages.cjk import CjkRules
from monitor.text.scripts.letters import LETTERS

HIDDEN = "\ue000"
"""What stands for each letter of a quotation."""
ENDS = "。！？!?．"
"""What ends a sentence within a quotation."""
MAX_QUOTATION = 600
"""The most letters of a quotation. Longer ones are read as text."""
_QUOTATION = re.compile(
    "|".join(
        f"{opening}[^{opening}{closing}\n]{{1,{MAX_QUOTATION}}}{closing}"
        for opening, closing in ("“”", "「」", "『』", "‘’", "《》", "〈〉", '""', "''")
    )
)
_SENTENCE = re.compile(r"(?:[^。！？!?.．\n]|[.．](?!\s|$))+(?:[。！？!?.．]+|$|(?=\n))|[。！？!?.．\n]", re.MULTILINE)
MAX_SENTENCE = 400
"""The most letters of a sentence. A longer one is read in parts."""


@dataclass(frozen=True, slots=True)
class NamePlace:
    """An *entity* where the text names it."""

    start: int
    end: int
    entity: Entity


@dataclass(frozen=True, slots=True)
class Passage:
    """A title or text, as it is written and as it is searched: without the words of quotations, variants of letters as one."""

    field: Literal["title", "text"]
    text: str
    searched: str
    names: Sequence[NamePlace]
    rules: CjkRules
    anonymity: re.Pattern[str]

    def name_ending(self, end: int) -> NamePlace | None:
        """Return the name that ends at *end*; None if there is none."""
        place = bisect_left(self.names, end, key=lambda name: name.end)
        return self.names[place] if place < len(self.names) and self.names[place].end == end else None

    def names_within(self, start: int, end: int) -> list[NamePlace]:
        """Return the names from *start* to *end*."""
        first = bisect_left(self.names, start, key=lambda name: name.start)
        last = bisect_left(self.names, end + 1, key=lambda name: name.end)
        return list(self.names[first:last])

    def is_within_name(self, place: int) -> bool:
        """Return whether a name goes on at *place*."""
        number = bisect_left(self.names, place + 1, key=lambda name: name.end)
        return number < len(self.names) and self.names[number].start < place


def make_passage(field: Literal["title", "text"], text: str, entities: Sequence[Entity], rules: AttributionRules) -> Passage:
    """Return the passage of *text*, which names *entities*. Raises ValueError if *rules* have no letters."""
    cjk = rules.cjk
    if cjk is None:
        raise ValueError("the rules of attribution are not for a language that is read letter by letter")
    names = [
        NamePlace(span.start, span.end, entity)
        for entity in entities
        for span in entity.mentions
        if span.field == field and entity.type != "event"
    ]
    names.sort(key=lambda name: name.start)
    searched = hide_quotations(text.translate(LETTERS) if cjk.folds else text)
    return Passage(field, text, searched, names, cjk, rules.anonymity)


def hide_quotations(text: str) -> str:
    """Return *text* with HIDDEN for each letter of a quotation, and for the marks around it.

    A quotation after a colon that ends with a full stop ends its sentence: 他说：“没有。” 外交部 ...
    """
    return _QUOTATION.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    letters = found.group()
    is_end = found.string[max(0, found.start() - 1) : found.start()] in {":", "："} and letters[-2] in ENDS
    return HIDDEN * (len(letters) - 1) + ("。" if is_end else HIDDEN)


def sentences(searched: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each sentence, in parts of at most MAX_SENTENCE letters."""
    for match in _SENTENCE.finditer(searched):
        for start in range(match.start(), match.end(), MAX_SENTENCE):
            yield start, min(start + MAX_SENTENCE, match.end())
