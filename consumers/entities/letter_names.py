"""Coreference of names whose letters are a token each: Chinese, Japanese and Korean. Pure.

The short form of a foreign name is its last part (马克龙 after 埃马纽埃尔·马克龙, 마크롱 after 에마뉘엘 마크롱). That of a
name in one piece is its beginning, the family name (岸田 after 岸田文雄).
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from consumers.entities.mentions import NAME_DOTS, Field, Mention, overlapping
from monitor.text.names_in_context import is_alone_in_hangul

MIN_SHORT = 2
"""The least letters of a short form. One letter is a family name in Chinese and Korean, but also a word."""
MIN_SEARCHED = 3
"""The least letters of a short form that is searched for. Two may be a part of any word."""
MAX_SEARCHED = 50
"""The most short forms to search for in an article."""
_KATAKANA = "\u30a1-\u30fa\u30fc"
_DOTS = re.compile(f"[{NAME_DOTS} ]")
_HANGUL = re.compile("[\uac00-\ud7a3]{1,3}")


def is_by_letters(mention: Mention) -> bool:
    """Return whether each letter of the name is a token: 岸田文雄, but neither Kim Jong Un nor Kim."""
    if mention.name.isascii():
        return False
    name = _DOTS.sub("", mention.name)
    return len(name) > 1 and len(mention.words) == len(name)


def resolve_short_forms(mentions: Sequence[Mention], texts: Mapping[Field, str]) -> list[Mention]:
    """Return *mentions* with full names in place of short forms, and with those that the model missed."""
    mentions = _completed(mentions, texts)
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


def _completed(mentions: Sequence[Mention], texts: Mapping[Field, str]) -> list[Mention]:
    """Return *mentions*, in which a foreign name in Hangul has the letters that the model took for a particle.

    In 바르니에 the last letter is one of the name if the article has the name elsewhere: 미셸 바르니에, 바르니에 총리.
    """
    alone = {mention.name for mention in mentions if mention.type == "person" and _HANGUL.match(mention.name)}
    return [_whole(mention, texts[mention.field], alone) if " " in mention.name else mention for mention in mentions]


def _whole(mention: Mention, text: str, alone: AbstractSet[str]) -> Mention:
    last = mention.name.rpartition(" ")[2]
    following = _HANGUL.match(text, mention.end) if mention.type == "person" and mention.entry is None else None
    for count in range(1, 1 + len(following.group() if following else "")):
        end = mention.end + count
        if last + text[mention.end : end] in alone and last not in alone:
            return replace(mention, end=end, name=text[mention.start : end])
    return mention


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
    """Yield a mention for each of *last_parts* in *text* that is outside all *mentions*, and no part of a longer word."""
    if not last_parts:
        return
    in_field = sorted((mention for mention in mentions if mention.field == field), key=_position)
    starts = [mention.start for mention in in_field]
    searched = sorted(list(last_parts)[:MAX_SEARCHED], key=len, reverse=True)
    pattern = f"(?<![{_KATAKANA}{NAME_DOTS}])(?:{'|'.join(map(re.escape, searched))})(?![{_KATAKANA}{NAME_DOTS}])"
    for match in re.finditer(pattern, text):
        if _HANGUL.match(match.group()) and not is_alone_in_hangul(text, *match.span()):
            continue
        mention = Mention(field, *match.span(), "person", match.group())
        if not overlapping(mention, in_field, starts):
            yield mention
