"""Disambiguation of surnames: a leader's surname with another given name does not mean the leader. Pure."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from consumers.entities.mentions import FULL_NAME_WORDS, Field, Mention, is_namesake
from monitor.messages import Refusal
from monitor.text.languages import NameRules
from monitor.text.names_in_context import is_sentence_start
from monitor.text.tokens import tokens

MAX_DISTANCE = 40
"""The most code points from the start of a given name to the surname."""
_PRECEDING_WORD = re.compile(r"([^\W\d_][\w-]*)\s$")


def split_namesakes(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions*, without the gazetteer's entry if a mention means a namesake of the listed person.

    If an article names "the judoka Aylin Erdogan", its later "Erdogan" is hers too, unless the article also names the
    listed person in full or by office (President Erdogan). The model finds full names; in a language without a model, a
    capitalised word before the surname is taken for a given name.
    """
    if not any(mention.entry is None and mention.type == "person" for mention in mentions):
        headline_case = rules.is_headline_case(texts["title"])
        ends = {(mention.field, mention.end) for mention in mentions}
        mentions = [
            _with_given_name(mention, texts[mention.field], rules, ends, headline_case=headline_case) for mention in mentions
        ]
    namesakes = {mention.words[-1] for mention in mentions if _is_unlisted_full_name(mention)}
    certain = {mention.entry.id for mention in mentions if mention.entry and _is_certain(mention, texts[mention.field], rules)}
    return [_refused(mention) if _means_namesake(mention, namesakes, certain) else mention for mention in mentions]


def _refused(mention: Mention) -> Mention:
    """Return *mention* without its entry, whose namesake it means."""
    refused = Refusal(mention.entry.id, mention.entry.name, "namesake") if mention.entry else None
    return replace(mention, entry=None, refused=refused)


def _is_unlisted_full_name(mention: Mention) -> bool:
    return mention.type == "person" and mention.entry is None and len(mention.words) == FULL_NAME_WORDS


def _is_certain(mention: Mention, text: str, rules: NameRules) -> bool:
    """Return whether *mention* names the listed person in full or by office."""
    preceding = _preceding_word(mention, text)
    return len(mention.words) > 1 or (preceding is not None and _is_office(preceding[1], rules))


def _means_namesake(mention: Mention, namesakes: AbstractSet[str], certain: AbstractSet[str]) -> bool:
    """Return whether *mention* is a surname of *namesakes* and of a listed person who is not in *certain*, a set of ids."""
    entry = mention.entry
    return (
        entry is not None
        and entry.type == "person"
        and mention.words[0] in namesakes
        and len(mention.words) == 1
        and entry.id not in certain
    )


def _with_given_name(
    mention: Mention, text: str, rules: NameRules, ends: AbstractSet[tuple[Field, int]], *, headline_case: bool
) -> Mention:
    """Return *mention* extended by the given name before it, if the two are not the name of the listed person.

    Any other mention is returned unchanged. *ends* are the ends of all mentions: a word that is the end of another name is no
    given name (in Moscow Putin said). *headline_case* is whether the title capitalises most words.
    """
    entry = mention.entry
    if entry is None or entry.type != "person" or len(mention.words) != 1:
        return mention
    preceding = _preceding_word(mention, text)
    if preceding is None or not preceding[1][0].isupper() or _is_office(preceding[1], rules):
        return mention
    if (mention.field, preceding.end(1)) in ends:
        return mention
    start = preceding.start()
    always_capitalised = is_sentence_start(text, start) or (mention.field == "title" and headline_case)
    if always_capitalised or not is_namesake(tokens(preceding[1]), entry):
        return mention
    return replace(_refused(mention), start=start, name=text[start : mention.end])


def _preceding_word(mention: Mention, text: str) -> re.Match[str] | None:
    """Return the word before *mention*, as group 1, or None if something other than a word precedes it."""
    return _PRECEDING_WORD.search(text, max(0, mention.start - MAX_DISTANCE), mention.start)


def _is_office(word: str, rules: NameRules) -> bool:
    return rules.offices.issuperset(tokens(word))
