"""Coreference of names whose letters are a token each: Chinese, Japanese and Korean. Pure.

The short form of a foreign name is its last part (马克龙 after 埃马纽埃尔·马克龙). That of a name in one piece is its
beginning, the family name (岸田 after 岸田文雄).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from consumers.entities.mentions import NAME_DOTS, Field, Mention, overlapping

MIN_SHORT = 2
"""The least letters of a short form. One letter is a family name in Chinese and Korean, but also a word."""
MIN_SEARCHED = 3
"""The least letters of a short form that is searched for. Two may be a part of any word."""
MAX_SEARCHED = 50
"""The most short forms to search for in an article."""
_KATAKANA = "\u30a1-\u30fa\u30fc"
_DOTS = re.compile(f"[{NAME_DOTS}]")


def is_by_letters(mention: Mention) -> bool:
    """Return whether each letter of the name is a token: 岸田文雄, but neither Kim Jong Un nor Kim."""
    if mention.name.isascii() or " " in mention.name:
        return False
    name = _DOTS.sub("", mention.name)
    return len(name) > 1 and len(mention.words) == len(name)


def resolve_short_forms(mentions: Sequence[Mention], texts: Mapping[Field, str]) -> list[Mention]:
    """Return *mentions* with full names in place of short forms, and with those that the model missed."""
    by_short: dict[str, list[Mention]] = {}
    last_parts: dict[str, Mention] = {}
    for mention in sorted(mentions, key=_position):
        if mention.type == "person" and is_by_letters(mention):
            for short in _short_forms(mention.name):
                by_short.setdefault(short, []).append(mention)
            parts = _DOTS.split(mention.name)
            if len(parts) > 1 and len(parts[-1]) >= MIN_SEARCHED:
                last_parts.setdefault(parts[-1], mention)
    if not by_short:
        return list(mentions)
    resolved = [_resolved(mention, by_short) for mention in mentions]
    missed = [each for field, text in texts.items() for each in _missed(field, text, last_parts, resolved)]
    return [*resolved, *(_resolved(mention, by_short) for mention in missed)]


def _short_forms(name: str) -> Iterator[str]:
    parts = _DOTS.split(name)
    if len(parts) > 1:
        yield from (part for part in parts[-1:] if len(part) >= MIN_SHORT)
    else:
        yield from (name[:length] for length in range(MIN_SHORT, len(name)))


def _position(mention: Mention) -> tuple[bool, int]:
    return mention.field != "title", mention.start


def _resolved(mention: Mention, by_short: Mapping[str, Sequence[Mention]]) -> Mention:
    """Return *mention* with its full name, if it is a short form: the last one before it, or else the first.

    The lists of *by_short* are in order.
    """
    if mention.type != "person" or mention.entry or mention.name not in by_short:
        return mention
    full_names = by_short[mention.name]
    before = bisect_left(full_names, _position(mention), key=_position) - 1
    full_name = full_names[max(before, 0)]
    return replace(mention, name=full_name.name, entry=full_name.entry)


def _missed(field: Field, text: str, last_parts: Mapping[str, Mention], mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield a mention for each of *last_parts* in *text* that is outside all *mentions*, and no part of a word in katakana."""
    if not last_parts:
        return
    in_field = sorted((mention for mention in mentions if mention.field == field), key=_position)
    starts = [mention.start for mention in in_field]
    searched = sorted(list(last_parts)[:MAX_SEARCHED], key=len, reverse=True)
    pattern = f"(?<![{_KATAKANA}{NAME_DOTS}])(?:{'|'.join(map(re.escape, searched))})(?![{_KATAKANA}{NAME_DOTS}])"
    for match in re.finditer(pattern, text):
        mention = Mention(field, *match.span(), "person", match.group())
        if not overlapping(mention, in_field, starts):
            yield mention
