"""The offices by which a text calls persons: "the Russian president", "Britain's prime minister", "Kremlin spokesman". Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Literal

from consumers.entities.office_context import NOW, Context, context_of
from monitor.messages import Entity, Span
from monitor.messages.articles import RoleRefusal
from monitor.text.languages import LanguagePack
from monitor.text.languages.roles import RoleRules
from monitor.text.office_holders import by_office, offices_of
from monitor.text.tokens import Token, tokenize

MAX_PEOPLE_WORDS = 3
"""The most words of a country's adjective: South Korean."""
MAX_GAP = 5
"""The most code points between a country or body and the title after it."""
MAX_APPOSITION = 40
"""The most code points between a name and an office after it: Vale, who was then the."""
_SPACES = re.compile(r"[\s-]{1,3}")
_JOINED = re.compile(r"[-‐‑]\w")
_BEFORE_NAME = re.compile(r"\s{1,3}|,\s{1,3}")
_AFTER_NAME = re.compile(r"\s?[,(–—-]\s{0,3}(?:\w{1,4}\s{1,3})?")
"""What is between a name and the office beside it."""
_APPOSITION_END = re.compile(r"\s?(?:[^\w\s]|$)")
_APPOSED = re.compile(r",\s([^\W\d_][\w.’'-]{0,30}(?:\s[^\W\d_][\w.’'-]{0,30}){1,3})(?=[,.)]|\s?$)")
"""A name between commas."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office in a text: where it stands, its title, what it is *of*, and the id of the person who is named as its holder.

    *context* is what the words around it say of whom it means. *is_woman* is whether its title is that of a woman.
    """

    span: Span
    title: str
    of: str
    named: str | None = None
    context: Context = NOW
    is_woman: bool = False


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


def find_offices(
    field: Literal["title", "text"], text: str, entities: Sequence[Entity], language: LanguagePack, day: date | None
) -> Iterator[Office]:
    """Yield the offices in *text* that the table of holders has, in order. *day* is that of the article."""
    rules = language.roles or RoleRules()
    read, position = _Text(field, text, entities, rules), 0
    headline_case = field == "title" and language.names.is_headline_case(text)
    by_word = _by_first_word(tuple(rules.titles))
    for number, token in enumerate(read.tokens):
        if number < position:
            continue
        if token.text in rules.whole:
            found: tuple[str, int, int] | None = (rules.whole[token.text][0], number, number)
            words, title, last = token.text, rules.whole[token.text][1], number
        else:
            listed = by_word.get(token.text, ())
            words = next((each for each in listed if read.words(number, each.count(" ") + 1) == each), "")
            if not words:
                continue
            title, last = rules.titles[words], number + words.count(" ")
            found = _owner_before(read, number, last) or _owner_after(read, number, last)
        position = last + 1
        if found and (found[0], title) in by_office():
            office = _office(read, found, title, headline_case=headline_case)
            if office:
                office = office if office.context.refused else _in_context(office, read, language, day)
                yield replace(office, is_woman=words in rules.feminine)


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
    following = read.beside(last, last + 1)
    # With a hyphen the word goes on: president-elect, president-to-be.
    is_other = following in read.rules.other_after or _JOINED.match(read.text, end) is not None
    named = _named_beside(read, (of, title), start, end)
    if named is None and not headline_case:
        if following and read.text[read.tokens[last + 1].start].isupper():
            return None
        if _is_apposed(read, last):
            return None
    refused: RoleRefusal | None = "former" if is_other else None
    if not refused and named is None and not headline_case and _is_named(read, end):
        refused = "another"
    return Office(Span(read.field, start, end), title, of, named, Context(refused))


def _in_context(office: Office, read: _Text, language: LanguagePack, day: date | None) -> Office:
    start, end = office.span.start, office.span.end
    is_title, is_spokesperson = read.field == "title", office.title == "spokesperson"
    context = context_of(read.text, start, end, language, day, is_title=is_title, is_spokesperson=is_spokesperson)
    return replace(office, context=context)


def _named_beside(read: _Text, office: tuple[str, str], start: int, end: int) -> str | None:
    """Return the id of the person who is named before *start* or after *end* as who holds *office*."""
    for pattern in (_BEFORE_NAME, read.rules.is_named):
        match = pattern.match(read.text, end)
        after = read.by_start.get(match.end()) if match else None
        if after and _may_hold(after[0], office):
            return after[0].id
    found = next((read.by_end[start - gap] for gap in range(1, MAX_APPOSITION + 1) if start - gap in read.by_end), None)
    if found is None or not _may_hold(found[0], office):
        return None
    before = found[1].end
    # "After meeting Vale, the president left" has a sign before the office, and none that ends an apposition.
    is_closed = read.text[before].isspace() or _APPOSITION_END.match(read.text, end)
    is_beside = any(pattern.fullmatch(read.text, before, start) for pattern in (_AFTER_NAME, read.rules.named))
    return found[0].id if is_closed and is_beside else None


def _may_hold(entity: Entity, office: tuple[str, str]) -> bool:
    """Return whether *entity* is a person who may hold *office*: not one who is only known to hold others."""
    held = offices_of(entity.id)
    return entity.type == "person" and (not held or office in held)


def _is_apposed(read: _Text, last: int) -> bool:
    """Return whether a name that is not known follows the office up to word *last* after a comma: ", Ivan Orlov,"."""
    end = read.tokens[last].end
    match = _APPOSED.match(read.text, end)
    if match is None or match.start(1) in read.by_start:
        return False
    return all(word[:1].isupper() for word in match[1].split())


def _is_named(read: _Text, end: int) -> bool:
    """Return whether the words after *end* say that somebody with a name holds the office: was Ivan Orlov."""
    match = read.rules.is_named.match(read.text, end)
    if match is None or match.end() in read.by_start:
        return False
    word = next(
        (
            token
            for token in read.tokens[bisect_left(read.tokens, end, key=lambda each: each.start) :]
            if token.start == match.end()
        ),
        None,
    )
    return word is not None and read.text[word.start].isupper() and word.text not in read.rules.peoples
