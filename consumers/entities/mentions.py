"""Mentions: the names that the model and the gazetteer find in a text, without overlaps. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from consumers.entities.ner import NerSpan
from monitor.messages import EntityType, Refusal
from monitor.text import gazetteer
from monitor.text.gazetteer import GazetteerEntry
from monitor.text.languages import NameRules
from monitor.text.languages.lemmas import lemmatiser
from monitor.text.tokens import tokens

Field = Literal["title", "text"]
ENTITY_TYPES: Mapping[str, EntityType] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "org",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "EVENT": "event",
}
"""The type of entity for each label of models trained on OntoNotes or CoNLL. Other labels are ignored."""
FULL_NAME_WORDS = 2
"""Words in a full name: a given name and the surname. A longer name also contains an office or an origin."""
NAME_DOTS = "·・‧"
"""The signs between the parts of a foreign name in Chinese and Japanese."""
MAX_WORDS, MAX_LETTERS, MAX_CHARS = 10, 40, 512
"""A span of more words, of more letters that are a token each (Chinese), or of more code points is not a name."""
MAX_ENDING = 40
"""The most code points at the end of a span that are searched for what is not part of the name."""
MAX_BEFORE = 30
"""The most code points before a span that are searched for words that tell its type."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the title or the text, from code point *start* to *end* (exclusive).

    *name* is the text at that place, or the full name if that text is a short name. *entry* is the name's entry in the
    gazetteer, if it has one. *refused* is the entry that it could mean but does not, and why. *abbreviation* is the text
    at that place, if it is one that the article defines.
    """

    field: Field
    start: int
    end: int
    type: EntityType
    name: str
    entry: GazetteerEntry | None = None
    refused: Refusal | None = None
    abbreviation: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of the name."""
        return tokens(self.name)


def find_mentions(field: Field, text: str, spans: Iterable[NerSpan], rules: NameRules, language: str = "") -> list[Mention]:
    """Return the mentions in *text*, in order. If one of the model and one of the gazetteer overlap, the better one is kept.

    *language* is the code of the language of *text*.
    """
    listed = [
        Mention(field, match.start, match.end, match.entry.type, text[match.start : match.end], match.entry)
        for match in gazetteer.find(text, language, lemmatiser(language))
    ]
    recognised = [mention for span in spans for mention in _trimmed(field, text, span, rules)]
    if field == "text":
        recognised += [_mention(field, text, *match.span(), "event") for match in rules.event_name.finditer(text)]
    starts = [mention.start for mention in listed]
    kept = [
        mention
        for mention in recognised
        if not any(_prefers_gazetteer(mention, other) for other in overlapping(mention, listed, starts))
    ]
    return _without_overlaps(kept, listed)


def overlapping(mention: Mention, others: Sequence[Mention], starts: Sequence[int]) -> list[Mention]:
    """Return those of *others* that overlap *mention*.

    *others* are ordered by start and do not overlap each other; *starts* are their starts, for a binary search.
    """
    nearby = others[max(0, bisect_right(starts, mention.start) - 1) : bisect_left(starts, mention.end)]
    return [other for other in nearby if mention.start < other.end and other.start < mention.end]


def is_namesake(words: Sequence[str], entry: GazetteerEntry) -> bool:
    """Return whether the folded *words* name another person than *entry*: one of them is in no name of *entry*."""
    own_words = {word for alias in (entry.name, *entry.aliases) for word in tokens(alias)}
    return not own_words.issuperset(words)


def _trimmed(field: Field, text: str, span: NerSpan, rules: NameRules) -> Iterator[Mention]:
    """Yield the mention in *span*, without titles before it and endings after it; nothing if no name remains."""
    entity_type = ENTITY_TYPES.get(span.label)
    original = text[span.start : span.end]
    if entity_type is None or len(original) > MAX_CHARS or "\n" in original.strip():
        return
    start, end = span.start, span.end
    before_name = rules.titles if entity_type == "person" else rules.articles or rules.titles
    if titles := before_name.match(original):
        start += titles.end()
    if ending := rules.endings.search(text, max(start, end - MAX_ENDING), end):
        end -= len(ending.group())
    if rules.event_noun.search(text[start:end]):
        entity_type = "event"
    elif rules.org_before.search(text, max(0, start - MAX_BEFORE), start) or rules.org_noun.search(text[start:end]):
        entity_type = "org"
    mention = _mention(field, text, start, end, entity_type)
    if start < end and any(char.isalpha() for char in mention.name) and _is_short(mention):
        yield mention


def _is_short(mention: Mention) -> bool:
    count = len(mention.words)
    each_letter = " " not in mention.name and sum(map(str.isalnum, mention.name)) == count
    return count <= MAX_WORDS or (each_letter and count <= MAX_LETTERS)


def _mention(field: Field, text: str, start: int, end: int, entity_type: EntityType) -> Mention:
    return Mention(field, start, end, entity_type, text[start:end])


def _prefers_gazetteer(recognised: Mention, listed: Mention) -> bool:
    """Return whether the gazetteer's mention *listed* is better than the model's mention *recognised*.

    The model's is better if it is a longer name around the other one, such as Bank of Russia. What only adds a number is no
    longer name, such as the date in PARIS 2026-03-14. For a person, it is better only if it is the full name of a namesake
    (Deniz Erdogan), since other longer names contain an office or an origin (Turkish President Erdogan).
    """
    longer = recognised.start <= listed.start and listed.end <= recognised.end and len(recognised.words) > len(listed.words)
    beside = _beside(recognised, listed) if longer else ""
    if longer and not any(map(str.isalpha, beside)):
        return True
    # In "Interfax news agency" nothing beside the name has a capital, or is of a script without capitals.
    if longer and listed.type == "org" and not any(char.isalpha() and not char.islower() for char in beside):
        return True
    if recognised.type == listed.type == "person":
        full_name = longer and (len(recognised.words) == FULL_NAME_WORDS or any(dot in recognised.name for dot in NAME_DOTS))
        return not (full_name and listed.entry and is_namesake(recognised.words, listed.entry))
    return not longer


def _beside(recognised: Mention, listed: Mention) -> str:
    """Return the part of *recognised* outside *listed*."""
    first, last = listed.start - recognised.start, listed.end - recognised.start
    return recognised.name[:first] + recognised.name[last:]


def _without_overlaps(recognised: Sequence[Mention], listed: Sequence[Mention]) -> list[Mention]:
    """Return the mentions in order. Of those that overlap, keep the longest; of equally long ones, the gazetteer's."""
    kept: list[Mention] = []
    mentions = sorted((*recognised, *listed), key=lambda m: (m.start - m.end, m.entry is None, m.start))
    taken = bytearray(max((mention.end for mention in mentions), default=0))
    for mention in mentions:
        # One that is kept is no shorter, so if it overlaps, it contains the first or the last code point.
        if not (taken[mention.start] or taken[mention.end - 1]):
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)
