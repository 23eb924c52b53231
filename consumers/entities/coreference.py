"""Short names carried to the full name that the same article gives: Kim after Kim Jong Un, WHO after its full name. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from consumers.entities.mentions import Field, Mention, across
from monitor.text.tokens import tokens

FAMILY_FIRST = frozenset(
    re.split(
        r"\s+",
        "kim lee park choi choe jung jong kang cho yoon yun jang chang lim han oh seo shin kwon hwang ahn song hong "
        "moon ri pak xi li wang zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin luo liang tang deng "
        "xiao han feng mao nguyen tran pham hoang phan vu dang bui ngo lai tsai",
    )
)
"""Family names, folded, of people whose family name stands first."""
ABBREVIATIONS = 50
"""The most of one article that are looked for."""
_ABBREVIATION = re.compile(r"\s*\(([A-Z][A-Z.]{1,9})\)")


def surname(name: Sequence[str]) -> str:
    """The folded word of *name*, a full name's folded words, by which its bearer is called after the first mention."""
    return name[0] if name[0] in FAMILY_FIRST and len(name) in {2, 3} else name[-1]


def resolve_short_names(found: Sequence[Mention], texts: Mapping[Field, str]) -> list[Mention]:
    """*found*, in order, with short names given the full name they stand for, and those that were missed added."""
    full = [mention for mention in found if mention.type == "person" and len(mention.words) > 1]
    by_word, by_surname = _by_word(full)
    missed = [mention for field, text in texts.items() for mention in _alone(field, text, by_surname.keys(), found)]
    named = [_linked(mention, by_word if mention.type == "person" else by_surname) for mention in (*found, *missed)]
    named.sort(key=_place)
    return sorted((*named, *_abbreviations(named, texts)), key=_place)


def _place(mention: Mention) -> tuple[bool, int]:
    """Where it stands: the title comes first."""
    return mention.field != "title", mention.start


def _by_word(full: Sequence[Mention]) -> tuple[dict[str, list[Mention]], dict[str, list[Mention]]]:
    """The full names by each of their words, and by the surname; each list in order."""
    by_word: dict[str, list[Mention]] = {}
    by_surname: dict[str, list[Mention]] = {}
    for mention in full:
        said = mention.words
        for word in dict.fromkeys(said):
            by_word.setdefault(word, []).append(mention)
        by_surname.setdefault(surname(said), []).append(mention)
    return by_word, by_surname


def _linked(mention: Mention, full: Mapping[str, Sequence[Mention]]) -> Mention:
    """*mention* as the full name it is short for: the latest before it, else the first after it."""
    own = mention.words
    if len(own) != 1 or mention.known or mention.type == "event" or own[0] not in full:
        return mention
    fits = full[own[0]]
    before = bisect_left(fits, _place(mention), key=_place) - 1
    chosen = fits[before] if before >= 0 and fits[before].field == mention.field else fits[0]
    return replace(mention, type="person", said=chosen.said, known=chosen.known)


def _alone(field: Field, text: str, surnames: AbstractSet[str], found: Sequence[Mention]) -> Iterator[Mention]:
    """Where one of *surnames* stands alone in *text*, with a capital, and in no other name."""
    if not surnames:
        return
    inside = [mention for mention in found if mention.field == field]
    starts = [mention.start for mention in inside]
    for match in re.finditer(r"\b[A-Z][\w-]+", text):
        said = tokens(match.group())
        mention = Mention(field, *match.span(), "person", match.group())
        if len(said) == 1 and said[0] in surnames and not across(mention, inside, starts):
            yield mention


def _abbreviations(found: Sequence[Mention], texts: Mapping[Field, str]) -> Iterator[Mention]:
    """What is written in brackets behind an organisation or event, wherever it stands in the text after that.

    *found* is in order. An abbreviation is taken from where it is written first, and at most ABBREVIATIONS of them.
    """
    text = texts["text"]
    inside = [mention for mention in found if mention.field == "text"]
    starts = [mention.start for mention in inside]
    meant: dict[str, Mention] = {}
    for mention in inside:
        if mention.type in {"org", "event"} and (bracket := _ABBREVIATION.match(text, mention.end)):
            meant.setdefault(bracket[1], mention)
    for short, mention in list(meant.items())[:ABBREVIATIONS]:
        for match in re.finditer(rf"\b{re.escape(short)}(?!\w)", text[mention.end :]):
            start, end = match.start() + mention.end, match.end() + mention.end
            again = replace(mention, start=start, end=end)
            if not across(again, inside, starts):
                yield again
