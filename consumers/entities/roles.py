"""Offices by which an article calls persons: "the Russian president", linked to who holds the office on its day. Pure.

An office is linked only if the table of holders is certain (monitor.text.office_holders) and the article names no other holder.
After the last day on which a line of the table is known to be right, the article must also name the holder.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Literal

from consumers.entities.linking import MAX_ENTITIES, MAX_MENTIONS
from monitor.messages import Entity, Role, RoleMention, Span
from monitor.text import gazetteer
from monitor.text.languages import LanguagePack
from monitor.text.languages.roles import RoleRules
from monitor.text.office_holders import by_office, holder_on, tenures_on
from monitor.text.tokens import Token, tokenize

MAX_ROLES = 50
"""The most offices that an article keeps."""
MAX_PEOPLE_WORDS = 3
"""The most words of a country's adjective: South Korean."""
MAX_GAP = 5
"""The most code points between a country or body and the title after it."""
MAX_APPOSITION = 10
"""The most code points between a name and an office after it."""
MAX_BEFORE = 60
"""The most code points before an office in which a year is of its sentence."""
MAX_AFTER = 10
"""The most code points after an office up to the end of a year that is its own: in 1999."""
_SENTENCE_END = re.compile(r"[.!?…]\s|\n")
_YEAR = re.compile(r"(?<![\w.,])(?:1[5-9]|20)\d\d(?![\w])")
_SPACES = re.compile(r"[\s-]{1,3}")
_JOINED = re.compile(r"[-‐‑]\w")
_BEFORE_NAME = re.compile(r"\s{1,3}|,\s{1,3}")
_AFTER_NAME = re.compile(r"\s?[,(–—-]\s{0,3}(?:\w{1,4}\s{1,3})?")
"""What is between a name and the office beside it."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office in a text: where it stands, its title, what it is *of*, and the id of the person who is named beside it.

    *is_other* is whether a word beside it makes it another's, such as a former holder's.
    """

    span: Span
    title: str
    of: str
    named: str | None = None
    is_other: bool = False


def link_roles(
    title: str, text: str, entities: Sequence[Entity], language: LanguagePack, day: date | None
) -> tuple[tuple[Entity, ...], tuple[RoleMention, ...]]:
    """Return *entities* with the offices that stand for them as mentions, and the offices that have no name beside them.

    *text* has spaces in the place of what is not news. *day* is that of the article.
    """
    rules = language.roles or RoleRules()
    headline_case = language.names.is_headline_case(title)
    in_title = _find("title", title, entities, rules, headline_case=headline_case)
    found = [*in_title, *_find("text", text, entities, rules, headline_case=False)][:MAX_ROLES]
    found = [_dated(office, title if office.span.field == "title" else text, day) for office in found]
    others = {(office.of, office.title, office.named) for office in found if office.named and not office.is_other}
    mentioned = {entity.id for entity in entities}
    mentions = tuple(_judged(office, others, mentioned, day) for office in found if office.named is None)
    linked = _with_mentions(entities, mentions)
    confirmed = {each.entity for each in mentions if each.entity} | {named for _, _, named in others}
    return tuple(_with_role(entity, day, is_confirmed=entity.id in confirmed) for entity in linked), mentions


def _dated(office: Office, source: str, day: date | None) -> Office:
    """Return *office*, another's if a year before that of *day* stands before it in its sentence, or directly after it.

    "In 1999 the Russian president" and "the Russian president in 1999" are not who holds the office now. A year that follows
    later is mostly of something else, such as a birth.
    """
    sentence = _SENTENCE_END.split(source[max(office.span.start - MAX_BEFORE, 0) : office.span.start])[-1]
    years = _YEAR.findall(sentence + source[office.span.end : office.span.end + MAX_AFTER])
    return replace(office, is_other=True) if day and any(int(year) < day.year for year in years) else office


def _judged(office: Office, others: set[tuple[str, str, str]], mentioned: set[str], day: date | None) -> RoleMention:
    """Return *office* with the person who holds it, or why that is not certain."""
    mention = RoleMention(office.span, office.title, office.of)
    if office.is_other:
        return replace(mention, refused="former")
    tenure, uncertain = holder_on(office.of, office.title, day)
    holder = tenure.holder if tenure else None
    if any((of, title) == (office.of, office.title) and named != holder for of, title, named in others):
        return replace(mention, refused="another")
    if uncertain == "unchecked" and holder in mentioned:
        uncertain = None
    return replace(mention, refused=uncertain) if uncertain else replace(mention, entity=holder)


def _with_mentions(entities: Sequence[Entity], mentions: Sequence[RoleMention]) -> list[Entity]:
    """Return *entities* with the linked *mentions*, and the entities that only these mention; most mentions first."""
    by_id = {entity.id: entity for entity in entities}
    for mention in mentions:
        if mention.entity is None:
            continue
        entity = by_id.get(mention.entity)
        if entity is None:
            entry = gazetteer.load()[mention.entity]
            by_id[entry.id] = Entity(
                entry.id, entry.type, entry.name, 1, (mention.at,), entry.qid or None, entry.kind, entry.country or None
            )
            continue
        spans = sorted((*entity.mentions, mention.at), key=lambda span: (span.field != "title", span.start))
        by_id[entity.id] = replace(entity, count=entity.count + 1, mentions=tuple(spans[:MAX_MENTIONS]))
    return sorted(by_id.values(), key=lambda entity: -entity.count)[:MAX_ENTITIES]


def _with_role(entity: Entity, day: date | None, *, is_confirmed: bool) -> Entity:
    """Return *entity* with its first office on *day*, if that is certain or the article confirms it."""
    if day is None:
        return entity
    certain = (each for each in tenures_on(entity.id, day) if is_confirmed or day <= each.checked)
    tenure = next(certain, None)
    return replace(entity, role=Role(tenure.role, tenure.titles[0], tenure.of)) if tenure else entity


class _Text:
    """A title or a text: its words, and the entities that it mentions, by the start and the end of the mention."""

    def __init__(self, field: Literal["title", "text"], text: str, entities: Sequence[Entity], rules: RoleRules) -> None:
        self.field, self.text, self.rules, self.tokens = field, text, rules, tokenize(text)
        self.by_start: dict[int, tuple[Entity, Span]] = {}
        self.by_end: dict[int, tuple[Entity, Span]] = {}
        for entity in entities:
            for span in entity.mentions:
                if span.field == field:
                    self.by_start[span.start] = self.by_end[span.end] = (entity, span)

    def words(self, first: int, count: int) -> str | None:
        """Return *count* folded words from number *first* on; None if there are fewer, or other signs between them."""
        found = self.tokens[max(first, 0) : first + count]
        if len(found) < count or not all(self.is_gap(*pair) for pair in pairwise(found)):
            return None
        return " ".join(token.text for token in found)

    def is_gap(self, one: Token, other: Token) -> bool:
        """Return whether nothing but spaces, a hyphen, or the full stop of an initial is between two words."""
        start = one.end + (self.text[one.end : one.end + 1] == "." and one.end - one.start == 1)
        return start == other.start or _SPACES.fullmatch(self.text, start, other.start) is not None

    def people(self, first: int, count: int) -> str | None:
        """Return the country whose adjective the *count* words from number *first* on are; None if they are none."""
        country = self.rules.peoples.get(self.words(first, count) or "")
        if country and self.rules.capitalised and not self.text[self.tokens[first].start].isupper():
            return None
        return country

    def beside(self, one: int, other: int) -> str:
        """Return the folded word *other* if only a gap is between it and word *one*, which is beside it; else nothing."""
        first, last = sorted((one, other))
        if first < 0 or last >= len(self.tokens) or not self.is_gap(self.tokens[first], self.tokens[last]):
            return ""
        return self.tokens[other].text


def _find(
    field: Literal["title", "text"], text: str, entities: Sequence[Entity], rules: RoleRules, *, headline_case: bool
) -> Iterator[Office]:
    """Yield the offices in *text* that the table of holders has, in order."""
    read, position = _Text(field, text, entities, rules), 0
    by_word = _by_first_word(tuple(rules.titles))
    for number, token in enumerate(read.tokens):
        if number < position:
            continue
        if token.text in rules.whole:
            found: tuple[str, int, int] | None = (rules.whole[token.text][0], number, number)
            title, last = rules.whole[token.text][1], number
        else:
            words = next(
                (each for each in by_word.get(token.text, ()) if read.words(number, each.count(" ") + 1) == each), None
            )
            if words is None:
                continue
            title, last = rules.titles[words], number + words.count(" ")
            found = _owner_before(read, number, last) or _owner_after(read, number, last)
        position = last + 1
        if found and (found[0], title) in by_office():
            office = _office(read, found, title, headline_case=headline_case)
            if office:
                yield office


@cache
def _by_first_word(titles: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """Return *titles* by their first word, the longest first."""
    index: dict[str, list[str]] = {}
    for title in sorted(titles, key=lambda each: -each.count(" ")):
        index.setdefault(title.partition(" ")[0], []).append(title)
    return index


def _owner_before(read: _Text, first: int, last: int) -> tuple[str, int, int] | None:
    """Return what the title of the words *first* to *last* is of, if that stands before it, and the words of both.

    What is of something else too (the Russian president of the federation) is of neither.
    """
    token = read.tokens[first]
    if _is_of_more(read, last):
        return None
    for count in range(MAX_PEOPLE_WORDS, 0, -1):
        if (country := read.people(first - count, count)) and read.beside(first, first - 1):
            return country, first - count, last
    for gap in range(1, MAX_GAP + 1):
        entity, span = read.by_end.get(token.start - gap, (None, None))
        if entity and span and (of := _of(entity)) and read.rules.possessive.fullmatch(read.text, span.end, token.start):
            return of, bisect_left(read.tokens, span.start, key=lambda each: each.start), last
    return None


def _owner_after(read: _Text, first: int, last: int) -> tuple[str, int, int] | None:
    """Return the same as `_owner_before`, of what stands after the title."""
    match = read.rules.of.match(read.text, read.tokens[last].end)
    entity, span = read.by_start.get(match.end(), (None, None)) if match else (None, None)
    if entity and span and (of := _of(entity)) and not read.rules.continued.match(read.text, span.end):
        return of, first, bisect_right(read.tokens, span.end, key=lambda each: each.end) - 1
    if read.rules.adjective_after and read.beside(last, last + 1):
        for count in range(MAX_PEOPLE_WORDS, 0, -1):
            country = read.people(last + 1, count)
            if country and not _is_of_more(read, last + count):
                return country, first, last + count
    return None


def _is_of_more(read: _Text, last: int) -> bool:
    """Return whether the words up to *last* are followed by what they are of, by a word for it or as a name."""
    match = read.rules.of.match(read.text, read.tokens[last].end)
    return match is not None and (bool(match.group().strip()) or match.end() in read.by_start)


def _of(entity: Entity) -> str | None:
    """Return what an office of *entity* is of: the code of a country, or the id of a known body; None for anything else."""
    if entity.kind == "country":
        return entity.country
    return entity.id if entity.type == "org" and entity.kind else None


def _office(read: _Text, found: tuple[str, int, int], title: str, *, headline_case: bool) -> Office | None:
    """Return the office of the words that were *found*; None if the name beside it is not known."""
    of, first, last = found
    start, end = read.tokens[first].start, read.tokens[last].end
    rules, following = read.rules, read.beside(last, last + 1)
    is_other = read.beside(first, first - 1) in rules.other or following in rules.other_after
    # With a hyphen the word goes on: president-elect, president-to-be.
    is_other = is_other or _JOINED.match(read.text, end) is not None
    named = _named_beside(read, start, end)
    if named is None and following and not headline_case and read.text[read.tokens[last + 1].start].isupper():
        return None
    return Office(Span(read.field, start, end), title, of, named, is_other)


def _named_beside(read: _Text, start: int, end: int) -> str | None:
    """Return the id of the person who is named directly before *start* or after *end*."""
    match = _BEFORE_NAME.match(read.text, end)
    after = read.by_start.get(match.end()) if match else None
    if after and after[0].type == "person":
        return after[0].id
    for gap in range(1, MAX_APPOSITION + 1):
        before = read.by_end.get(start - gap)
        if before and before[0].type == "person" and _AFTER_NAME.fullmatch(read.text, before[1].end, start):
            return before[0].id
    return None
