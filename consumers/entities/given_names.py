"""Given names that are also names of places: India Walton, Paris Hilton, Israel Adesanya. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from consumers.entities.mentions import FULL_NAME_WORDS, Field, Mention
from monitor.messages import Refusal
from monitor.text import gazetteer
from monitor.text.languages import NameRules
from monitor.text.tokens import tokens

MAX_FULL_NAME = 4
"""The most words of a full name."""
MAX_SURNAME = 40
"""The most code points of a surname."""
BEFORE, AFTER = 30, 60
"""The most code points on each side of a name that tell whether it is a place."""
_SURNAME = re.compile(r" ([A-Z][\w’'-]{1,39})(?![\w’'-])")


def split_given_names(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions*, in which the name of a place that is a person's given name means the person.

    That is where a surname follows which the article uses alone, for somebody; and later alone (India told supporters), if the
    article names the person in full, and nothing shows that it also names the place.
    """
    mentions = [_with_age(each, texts[each.field], rules) for each in _with_surnames(mentions, texts, rules)]
    full_names: dict[str, Mention] = {}
    for mention in mentions:
        words = mention.words
        if mention.type == "person" and 1 < len(words) <= MAX_FULL_NAME and words[0] not in rules.family_names_first:
            full_names.setdefault(words[0], mention)
    alone = [each for each in mentions if _is_alone(each, full_names)]
    if not alone:
        return list(mentions)
    places = {each.words[0] for each in alone if _shows_place(each, full_names[each.words[0]], mentions, texts, rules)}
    return [
        _as_person(each, full_names[each.words[0]]) if _is_alone(each, full_names) and each.words[0] not in places else each
        for each in mentions
    ]


def _with_age(mention: Mention, text: str, rules: NameRules) -> Mention:
    """Return *mention* as a person if it is the name of a place with an age after it: Georgia, 34, said."""
    if mention.type != "place" or not mention.entry or len(mention.words) != 1 or not rules.aged.match(text, mention.end):
        return mention
    if rules.place_before.search(text, max(0, mention.start - BEFORE), mention.start):
        return mention
    return replace(mention, type="person", entry=None, refused=_refusal_of(mention))


def _is_alone(mention: Mention, full_names: Mapping[str, Mention]) -> bool:
    return mention.type == "place" and len(mention.words) == 1 and mention.words[0] in full_names


def _shows_place(
    mention: Mention, full_name: Mention, mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules
) -> bool:
    """Return whether *mention* means the place: by the words around it, by its country, or since the person is named later."""
    text, entry = texts[mention.field], mention.entry
    if mention.field == full_name.field == "text" and mention.start < full_name.start:
        return True
    if rules.place_before.search(text, max(0, mention.start - BEFORE), mention.start):
        return True
    if rules.place_after.match(text, mention.end, mention.end + AFTER):
        return True
    others = [each.entry for each in mentions if each.entry and each.entry is not entry]
    return entry is not None and entry.kind == "country" and any(other.country == entry.country for other in others)


def _as_person(mention: Mention, full_name: Mention) -> Mention:
    """Return *mention*, the given name of the person with *full_name*."""
    return replace(mention, type="person", name=full_name.name, entry=full_name.entry, refused=_refusal_of(mention))


def _refusal_of(mention: Mention) -> Refusal | None:
    """Return that *mention* is a person rather than the known place of that name; None if there is no such place."""
    return Refusal(mention.entry.id, mention.entry.name, "namesake") if mention.entry else None


def _with_surnames(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions* with the full names that the model has not found, or not as persons."""
    found = [(mention, words) for mention in mentions if (words := _full_name(mention, texts, rules))]
    if not found:
        return list(mentions)
    surnames = {words[-1] for _, words in found}
    alone = [each for each in mentions if not each.entry and len(each.words) == 1 and each.words[0] in surnames]
    personal = [each for each in (*alone, *(mention for mention, _ in found)) if _is_personal(each, texts, rules)]
    persons = {each.words[0] for each in alone if each.type == "person"}
    persons |= {each.words[0] for each in alone} & {_surname_of(each, texts) for each in personal}
    joined = {id(each): _joined(each, texts[each.field]) for each, words in found if words[-1] in persons}
    ends = {(each.field, each.end) for each in joined.values()}
    return [joined.get(id(each), each) for each in mentions if id(each) in joined or (each.field, each.end) not in ends]


def _is_personal(mention: Mention, texts: Mapping[Field, str], rules: NameRules) -> bool:
    """Return whether a pronoun after *mention*, in the same sentence, shows a person."""
    return bool(rules.personal.match(texts[mention.field], mention.end, mention.end + AFTER))


def _surname_of(mention: Mention, texts: Mapping[Field, str]) -> str:
    """Return the last word of *mention*, or the word after it if it is a known place."""
    after = _SURNAME.match(texts[mention.field], mention.end) if mention.entry else None
    return (tokens(after[1]) or ("",))[-1] if after else mention.words[-1]


def _full_name(mention: Mention, texts: Mapping[Field, str], rules: NameRules) -> tuple[str, ...] | None:
    """Return the words of the full name that *mention*, or the word after it too, may be; None if it is none.

    *mention* is a place, or a name with that of a place before a surname.
    """
    text = texts[mention.field]
    if mention.field == "title" and rules.is_headline_case(text):
        return None
    if mention.type == "place" and mention.entry and len(mention.words) == 1:
        is_place = rules.place_before.search(text, max(0, mention.start - BEFORE), mention.start)
        after = None if is_place else _SURNAME.match(text, mention.end, mention.end + MAX_SURNAME + 1)
        return (*mention.words, *tokens(after[1])) if after and len(tokens(after[1])) == 1 else None
    may_be_person = mention.entry is None and mention.type != "person" and len(mention.words) == FULL_NAME_WORDS
    return mention.words if may_be_person and gazetteer.resolve(mention.name.split()[0], "place") else None


def _joined(mention: Mention, text: str) -> Mention:
    """Return *mention* as a person with the surname."""
    after = _SURNAME.match(text, mention.end) if mention.entry else None
    end = after.end() if after else mention.end
    name = text[mention.start : end]
    return replace(mention, type="person", end=end, name=name, entry=None, refused=_refusal_of(mention))
