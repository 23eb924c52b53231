"""Others of the same surname: a leader's surname behind another given name is not the leader. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from consumers.entities.mentions import FULL, Field, Mention, is_headline_case, is_namesake
from monitor.text.tokens import tokens

ROLES = frozenset(
    re.split(
        r"\s+",
        "president premier minister chancellor king queen pope leader mr mrs "
        "prasident staatschef staatsprasident ministerprasident premierminister kanzler kanzlerin bundeskanzler "
        "aussenminister herr frau machthaber presidente ministro ministre chef canciller primeiro cancelliere "
        "президент премьер министр лидер",
    )
)
"""Folded words that stand before a surname with a capital and are no given name."""
_BEFORE = re.compile(r"([^\W\d_][\w-]*)\s$")
_BEGINNING = re.compile(r"(?:^|[.!?:“„\"«\n]\s*)$")
"""What stands before a sentence: there a capital tells nothing."""
REACH = 40
"""Code points that a given name can begin before a surname."""


def split_namesakes(found: Sequence[Mention], texts: Mapping[Field, str]) -> list[Mention]:
    """*found* without the known persons who are not meant.

    Where an article names 'the judoka Aylin Erdogan', its later 'Erdogan' is hers too, unless it names the known one in
    full or by office as well (President Erdogan). Which full names there are the model tells; where it does not read the
    language, the word before.
    """
    if not any(mention.known is None and mention.type == "person" for mention in found):
        found = [_with_given_name(mention, texts[mention.field]) for mention in found]
    others = {mention.words[-1] for mention in found if _is_other(mention)}
    whole = {mention.known.id for mention in found if mention.known and _is_clear(mention, texts[mention.field])}
    return [replace(mention, known=None) if _is_others(mention, others, whole) else mention for mention in found]


def _is_clear(mention: Mention, text: str) -> bool:
    before = _BEFORE.search(text, max(0, mention.start - REACH), mention.start)
    return len(mention.words) > 1 or (before is not None and ROLES.issuperset(tokens(before[1])))


def _is_other(mention: Mention) -> bool:
    return mention.type == "person" and mention.known is None and len(mention.words) == FULL


def _is_others(mention: Mention, others: set[str], whole: set[str]) -> bool:
    known = mention.known
    return (
        known is not None
        and known.type == "person"
        and mention.words[0] in others
        and len(mention.words) == 1
        and known.id not in whole
    )


def _with_given_name(mention: Mention, text: str) -> Mention:
    """*mention*, with the given name before it where it is a known person's surname and that name is not the person's."""
    known = mention.known
    if known is None or known.type != "person" or len(mention.words) != 1:
        return mention
    before = _BEFORE.search(text, max(0, mention.start - REACH), mention.start)
    if before is None or not before[1][0].isupper() or ROLES.issuperset(tokens(before[1])):
        return mention
    reach = max(0, before.start() - REACH)
    vague = _BEGINNING.search(text, reach, before.start()) or (mention.field == "title" and is_headline_case(text))
    if vague or not is_namesake(tokens(before[1]), known):
        return mention
    return replace(mention, start=before.start(), said=text[before.start() : mention.end], known=None)
