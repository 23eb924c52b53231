"""Names in Korean: the morphemes of mecab-ko, whose dictionary tells names of persons and places, and rules over them.

A name and the words joined to it make a group: 서울 + 대학교. Its last word shows what it is the name of. Particles end a
group.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from consumers.entities.ner import NerSpan, readable
from consumers.entities.sequences import sentences
from monitor.text.languages.korean.names import (
    BODIES,
    COMMITTEES,
    CONTINENTS,
    ENDINGS,
    NO_PLACES,
    ORGANISATIONS,
    PLACES,
    STATES,
    SURNAMES,
    TITLES,
)

PROPER = "NNP"
NOMINAL = frozenset({PROPER, "NNG", "XPN", "XSN", "SL", "SN"})
"""The parts of speech of a group: proper and common nouns, prefixes and suffixes, foreign letters, and numbers."""
PERSON, PLACE = "인명", "지명"
"""What the dictionary says of a proper noun."""
OFFICES = tuple(title for title in TITLES if len(title) > 1)
FULL_NAME, MAX_NAME = 3, 5
"""The letters of most names of Koreans, and the most that a name in one piece has."""


class Morpheme(NamedTuple):
    """A morpheme, its start and end, its part of speech, and what the dictionary says of its meaning."""

    text: str
    start: int
    end: int
    tag: str
    meaning: str | None = None


def make_analyser(dictionary: Path) -> Callable[[str], list[Morpheme]]:
    """Return the function that returns the morphemes of a sentence, by the *dictionary* in a folder."""
    from mecab import MeCab

    mecab = MeCab(dictionary)

    def analyse(sentence: str) -> list[Morpheme]:
        return [
            Morpheme(each.surface, each.span.start, each.span.end, each.pos, each.feature.semantic)
            for each in mecab.parse(sentence)
        ]

    return analyse


def load(dictionary: Path) -> Callable[[list[str]], list[list[NerSpan]]]:
    """Return the function that finds the names in each text, by the *dictionary* in a folder."""
    analyse = make_analyser(dictionary)

    def names(text: str) -> Iterator[NerSpan]:
        for start, end in sentences(text):
            for name in find_korean_names(analyse(text[start:end])):
                yield NerSpan(start + name.start, start + name.end, name.label)

    return lambda texts: [list(names(readable(text, by_letters=True))) for text in texts]


def find_korean_names(morphemes: Sequence[Morpheme]) -> list[NerSpan]:
    """Return the names in a sentence of *morphemes*, in order."""
    groups = list(_groups(morphemes))
    found: list[NerSpan] = []
    for group, after in zip(groups, [*groups[1:], []], strict=False):
        next_word = after[0].text if after and after[0].start == group[-1].end + 1 else ""
        if len(after) == 1 and next_word in STATES and all(each.meaning in {PERSON, PLACE} for each in group):
            found.append(NerSpan(group[0].start, after[0].end, "LOC"))
        else:
            found += _names_of(group, has_title=next_word in TITLES)
    return _joined(found, {morpheme.start for morpheme in morphemes if morpheme.text[0] in SURNAMES})


def _groups(morphemes: Sequence[Morpheme]) -> Iterator[list[Morpheme]]:
    """Yield the runs of nominal morphemes without a space in between."""
    group: list[Morpheme] = []
    for morpheme in morphemes:
        if group and (morpheme.tag not in NOMINAL or morpheme.start != group[-1].end):
            yield group
            group = []
        if morpheme.tag in NOMINAL:
            group.append(morpheme)
    if group:
        yield group


def _names_of(group: Sequence[Morpheme], *, has_title: bool) -> list[NerSpan]:
    """Return the names in a *group*. *has_title* is whether the next word is an office or a title."""
    while len(group) > 1 and group[-1].tag == "XSN" and group[-1].text not in PLACES:
        if group[-2].meaning == PLACE:
            return []  # 미국인 is an American.
        group = group[:-1]
    if _is_organisation(group):
        return [_span(group, "ORG")]
    if group[-1].text in NO_PLACES:
        return []
    if len(group) == 1 and group[0].text in CONTINENTS:
        return [_span(group, "LOC")]
    if person := _person(group, has_title=has_title):
        return [person]
    if group[0].meaning == PLACE and all(each.meaning == PLACE or each.text in PLACES for each in group):
        return [_span(group, "LOC")]
    return []


def _is_organisation(group: Sequence[Morpheme]) -> bool:
    last = group[-1]
    if len(group) == 1:
        is_unknown = last.tag == PROPER and last.meaning is None and len(last.text) >= FULL_NAME
        return last.text in BODIES or (is_unknown and last.text.endswith(ENDINGS))
    has_name = any(each.tag in {PROPER, "SL"} for each in group)
    return last.text in COMMITTEES or (has_name and last.text.endswith(ORGANISATIONS))


def _person(group: Sequence[Morpheme], *, has_title: bool) -> NerSpan | None:
    """Return the person at the start of *group*, without the office after it; None if there is none."""
    count = next((number for number, each in enumerate(group) if each.meaning != PERSON), len(group))
    name, rest = group[:count], group[count:]
    text = "".join(each.text for each in name)
    if name and all(each.text in TITLES for each in rest) and not text.endswith(OFFICES):
        return _span(name, "PER") if len(text) <= MAX_NAME or len(name) == 1 else None
    # The dictionary does not know the given name.
    text = "".join(each.text for each in group)
    if has_title and len(text) == FULL_NAME and group[0].text in SURNAMES and text not in TITLES:
        return _span(group, "PER")
    return None


def _span(group: Sequence[Morpheme], label: str) -> NerSpan:
    return NerSpan(group[0].start, group[-1].end, label)


def _joined(names: Sequence[NerSpan], surnames: AbstractSet[int]) -> list[NerSpan]:
    """Return *names*, in which the parts of a foreign name are one (조 바이든), and without single letters.

    *surnames* are the places of family names. Two full names of Koreans are two persons.
    """
    joined: list[NerSpan] = []
    for name in names:
        before = joined[-1] if joined else None
        if before and _is_part(before, name, surnames):
            joined[-1] = before._replace(end=name.end)
        else:
            joined.append(name)
    return [name for name in joined if name.end - name.start > 1]


def _is_part(first: NerSpan, second: NerSpan, surnames: AbstractSet[int]) -> bool:
    if first.label != "PER" or second.label != "PER" or first.end + 1 != second.start:
        return False
    return not all(each.end - each.start == FULL_NAME and each.start in surnames for each in (first, second))
