"""Coreference: short names get the full name from the same article, such as Kim after Kim Jong Un. Pure."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import pairwise

from consumers.entities.letter_names import is_by_letters, resolve_short_forms
from consumers.entities.mentions import Field, Mention, overlapping
from monitor.messages import EntityType, Refusal
from monitor.text.languages import NameRules
from monitor.text.tokens import tokens

_BY_PRECEDENCE: Sequence[EntityType] = ("person", "org", "place", "event")
MAX_BEFORE = 30
"""The most code points before a name that tell whether it is a place."""
MAX_ABBREVIATIONS = 50
"""The most abbreviations to search for in an article."""


def surname(words: Sequence[str], rules: NameRules) -> str:
    """Return the surname in *words*, the folded words of a full name: the first word or the last."""
    return words[0] if words[0] in rules.family_names_first and len(words) in {2, 3} else words[-1]


def resolve_short_names(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions* with full names in place of short ones, and with those that the model missed; title first, in order."""
    mentions = resolve_short_forms(_with_one_type(mentions), texts)
    persons = [mention for mention in mentions if mention.type == "person"]
    full_names = [mention for mention in persons if len(mention.words) > 1 and not is_by_letters(mention)]
    by_word, by_surname = _index(full_names, rules)
    mentions = [_without_entry(mention, by_surname.keys(), texts[mention.field], rules) for mention in mentions]
    double = {pair for mention in full_names for pair in pairwise(mention.words)}
    missed = [
        mention for field, text in texts.items() for mention in _missed(field, text, by_surname.keys(), double, mentions, rules)
    ]
    resolved = [_resolved(mention, by_word if mention.type == "person" else by_surname) for mention in (*mentions, *missed)]
    resolved.sort(key=_position)
    return sorted((*resolved, *_abbreviated(resolved, texts["text"], rules)), key=_position)


def _with_one_type(mentions: Sequence[Mention]) -> list[Mention]:
    """Return *mentions*, in which all of one full name have the type that most of them have.

    The model may take one name for a person here and for an organisation there.
    """
    counts: dict[tuple[str, ...], Counter[EntityType]] = {}
    for mention in mentions:
        if mention.entry is None and len(mention.words) > 1:
            counts.setdefault(mention.words, Counter())[mention.type] += 1
    types = {words: max(_BY_PRECEDENCE, key=count.__getitem__) for words, count in counts.items()}
    return [
        replace(mention, type=types[mention.words]) if mention.entry is None and mention.words in types else mention
        for mention in mentions
    ]


def _position(mention: Mention) -> tuple[bool, int]:
    """Return a sort key: the title precedes the text."""
    return mention.field != "title", mention.start


def _index(full_names: Sequence[Mention], rules: NameRules) -> tuple[dict[str, list[Mention]], dict[str, list[Mention]]]:
    """Return the full names by each of their words, and by surname; each list is in order."""
    by_word: dict[str, list[Mention]] = {}
    by_surname: dict[str, list[Mention]] = {}
    for mention in full_names:
        words = mention.words
        for word in dict.fromkeys(words):
            by_word.setdefault(word, []).append(mention)
        by_surname.setdefault(surname(words, rules), []).append(mention)
    return by_word, by_surname


def _resolved(mention: Mention, full_names: Mapping[str, Sequence[Mention]]) -> Mention:
    """Return *mention* with its full name, if it is a short name: the last one before it, or else the first in the article.

    Any other mention is returned unchanged.
    """
    words = mention.words
    if len(words) != 1 or mention.entry or mention.type == "event" or words[0] not in full_names:
        return mention
    candidates = full_names[words[0]]
    before = bisect_left(candidates, _position(mention), key=_position) - 1
    antecedent = candidates[before] if before >= 0 and candidates[before].field == mention.field else candidates[0]
    return replace(mention, type="person", name=antecedent.name, entry=antecedent.entry)


def _without_entry(mention: Mention, surnames: AbstractSet[str], text: str, rules: NameRules) -> Mention:
    """Return *mention* without its entry if it is the surname of a person whom the article names in full: Jordan.

    A word before it that shows a place (in Jordan) keeps the entry.
    """
    entry = mention.entry
    if entry is None or entry.type == "person" or len(mention.words) != 1 or mention.words[0] not in surnames:
        return mention
    if rules.place_before.search(text, max(0, mention.start - MAX_BEFORE), mention.start):
        return mention
    return replace(mention, entry=None, refused=Refusal(entry.id, entry.name, "namesake"))


def _missed(
    field: Field,
    text: str,
    surnames: AbstractSet[str],
    double: AbstractSet[tuple[str, str]],
    mentions: Sequence[Mention],
    rules: NameRules,
) -> Iterator[Mention]:
    """Yield a mention for each capitalised word in *text* that is one of *surnames* and outside all *mentions*.

    It may be a part of a word with hyphens (the Vale-era), unless that is a surname itself: two of its parts are *double*.
    """
    if not surnames:
        return
    in_field = [mention for mention in mentions if mention.field == field]
    starts = [mention.start for mention in in_field]
    for match in rules.capitalised_word.finditer(text):
        if "-" in match.group() and not double.isdisjoint(pairwise(tokens(match.group()))):
            continue
        for start, end in _parts(match):
            words = tokens(text[start:end])
            mention = Mention(field, start, end, "person", text[start:end])
            if len(words) == 1 and words[0] in surnames and not overlapping(mention, in_field, starts):
                yield mention


def _parts(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of a word, or of each of its parts with a capital: Vale-era, Anti-Vale-Demo."""
    position = match.start()
    for part in match.group().split("-"):
        if part[:1].isupper():
            yield position, position + len(part)
        position += len(part) + 1


def _abbreviated(mentions: Sequence[Mention], text: str, rules: NameRules) -> Iterator[Mention]:
    """Yield a mention for each later use of an abbreviation that follows the name of an organisation or event in *text*.

    *mentions* are in order. The first definition of an abbreviation counts. At most MAX_ABBREVIATIONS are searched for.
    """
    in_text = [mention for mention in mentions if mention.field == "text"]
    starts = [mention.start for mention in in_text]
    defined: dict[str, Mention] = {}
    for mention in in_text:
        if mention.type in {"org", "event"} and (bracket := rules.abbreviation.match(text, mention.end)):
            defined.setdefault(bracket[1], mention)
    if not defined:
        return
    # The longest first: of two that begin alike, the longer one is meant.
    searched = sorted(list(defined)[:MAX_ABBREVIATIONS], key=len, reverse=True)
    for match in re.finditer(rf"\b(?:{'|'.join(map(re.escape, searched))})(?!\w)", text):
        mention = defined[match.group()]
        repeated = replace(mention, start=match.start(), end=match.end(), abbreviation=match.group())
        if match.start() >= mention.end and not overlapping(repeated, in_text, starts):
            yield repeated
