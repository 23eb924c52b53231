"""Short names carried to the full name that the same article gives: Kim after Kim Jong Un, WHO after its full name. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from consumers.entities.mentions import Field, Mention
from monitor.text import words

FAMILY_FIRST = frozenset(
    re.split(
        r"\s+",
        "kim lee park choi choe jung jong kang cho yoon yun jang chang lim han oh seo shin kwon hwang ahn song hong "
        "moon ri pak xi li wang zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin luo liang tang deng "
        "xiao han feng mao nguyen tran pham hoang phan vu dang bui ngo lai tsai",
    )
)
"""Family names, folded, of people whose family name stands first."""
_ABBREVIATION = re.compile(r"\s*\(([A-Z][A-Z.]{1,9})\)")


def surname(name: Sequence[str]) -> str:
    """The folded word of *name*, a full name's folded words, by which its bearer is called after the first mention."""
    return name[0] if name[0] in FAMILY_FIRST and len(name) in {2, 3} else name[-1]


def carry(found: Sequence[Mention], texts: Mapping[Field, str]) -> list[Mention]:
    """*found*, in order, with short names given the full name they stand for, and those that were missed added."""
    full = [mention for mention in found if mention.type == "person" and len(mention.words) > 1]
    surnames = {surname(mention.words) for mention in full}
    missed = [mention for field, text in texts.items() for mention in _alone(field, text, surnames, found)]
    named = [_linked(mention, full) for mention in (*found, *missed)]
    return sorted((*named, *_abbreviations(named, texts)), key=lambda m: (m.field != "title", m.start))


def _linked(mention: Mention, full: Sequence[Mention]) -> Mention:
    """*mention* as the full name it is short for: the latest before it, else the first after it."""
    own = mention.words
    if len(own) != 1 or mention.known or mention.type == "event":
        return mention
    fits = [other for other in full if own[0] == surname(other.words) or (mention.type == "person" and own[0] in other.words)]
    if not fits:
        return mention
    before = [other for other in fits if other.field == mention.field and other.start < mention.start]
    chosen = before[-1] if before else fits[0]
    return replace(mention, type="person", said=chosen.said, known=chosen.known)


def _alone(field: Field, text: str, surnames: set[str], found: Sequence[Mention]) -> Iterator[Mention]:
    """Where one of *surnames* stands alone in *text*, with a capital, and in no other name."""
    if not surnames:
        return
    inside = [mention for mention in found if mention.field == field]
    wanted = {(surname,) for surname in surnames}
    for match in re.finditer(r"\b[A-Z][\w-]+", text):
        start, end = match.span()
        if words(match.group()) not in wanted:
            continue
        if not any(mention.start < end and start < mention.end for mention in inside):
            yield Mention(field, start, end, "person", match.group())


def _abbreviations(found: Sequence[Mention], texts: Mapping[Field, str]) -> Iterator[Mention]:
    """What is written in brackets behind an organisation or event, wherever it stands in the text after that."""
    text = texts["text"]
    for mention in found:
        if mention.field != "text" or mention.type not in {"org", "event"}:
            continue
        if not (bracket := _ABBREVIATION.match(text, mention.end)):
            continue
        for match in re.finditer(rf"\b{re.escape(bracket[1])}(?!\w)", text[mention.end :]):
            start, end = match.start() + mention.end, match.end() + mention.end
            if not any(other.start < end and start < other.end for other in found if other.field == "text"):
                yield replace(mention, start=start, end=end)
