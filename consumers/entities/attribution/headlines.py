"""Headlines that name their source after or before a colon or dash: "X to meet Y: report", "Kremlin: no talks"."""

from typing import NamedTuple

from consumers.entities.attribution.groups import Group, starting_at
from consumers.entities.attribution.heads import NOUN, START
from consumers.entities.attribution.tokens import CAPITAL, OWNER, VERB, Tokens, bits

SEPARATORS = frozenset(":–—-")
MAX_LABEL = 6
"""The most words of a source beside the colon."""
MIN_CLAIM = 3
"""The fewest words of a claim beside it."""
MIN_ACRONYM = 3
TELLS = bits("addressee", "infinitive")
"""Words before whom it is told: Macron to Putin."""
NO_LABEL, SEAT, UNNAMED, RUBRIC = bits("no_label"), bits("seat"), bits("unnamed", "outlet"), bits("rubric")


class Label(NamedTuple):
    """A source beside a sign of a headline, and the first and last token of what it says."""

    sign: int
    group: Group
    first: int
    last: int


def label(tokens: Tokens, low: int, high: int) -> Label | None:
    """Return the source that the headline from token *low* to *high* names beside a colon or dash; None if there is none."""
    signs = [index for index in range(low, high + 1) if tokens.words[index] in SEPARATORS and not tokens.quoted[index]]
    if not signs:
        return _after_comma(tokens, low, high) if tokens.rules.grammar.inverts else None
    return _at_end(tokens, low, signs[-1], high) or _at_start(tokens, low, signs[0], high)


def _at_end(tokens: Tokens, low: int, sign: int, high: int) -> Label | None:
    """Return the source after the last sign: "Kim boards a train: reports"."""
    last = high - 1 if high > sign and tokens.words[high] in ".!" else high
    if not 0 < last - sign <= MAX_LABEL or sign - low < MIN_CLAIM:
        return None
    group = starting_at(tokens, sign + 1, last)
    if group is None or group.last != last or not _is_source(tokens, group):
        return None
    if tokens.rules.grammar.inverts and tokens.flags[group.first] & START and last - group.first > 1:
        # "Elections: the parties end their campaigns": an unknown verb may be in it.
        return None
    return Label(sign, group, low, sign - 1)


def _after_comma(tokens: Tokens, low: int, high: int) -> Label | None:
    """Return the source after the last comma if it is one word for outlets or unnamed people: "L'accordo è vicino, fonti"."""
    last = high - 1 if tokens.words[high] in ".!" else high
    sign = last - 1
    if sign - low < MIN_CLAIM or tokens.words[sign] != "," or not tokens.flags[last] & UNNAMED:
        return None
    return Label(sign, Group(last, last, last), low, sign - 1)


def _at_start(tokens: Tokens, low: int, sign: int, high: int) -> Label | None:
    """Return the source before the first sign: "Kremlin: no talks planned"."""
    if tokens.words[sign] != ":" or not 0 < sign - low <= MAX_LABEL or high - sign < MIN_CLAIM:
        return None
    is_quoted = tokens.quoted[sign + 2]
    group = _speaker(tokens, low, sign)
    may_be_unknown = is_quoted or (group is not None and group.last + 1 < sign)
    if group is None or not (_is_source(tokens, group) or (may_be_unknown and _is_name(tokens, group))):
        return None
    if tokens.flags[sign + 1] & NO_LABEL and not is_quoted and not tokens.flags[group.head] & bits("unnamed"):
        return None
    if tokens.rules.grammar.inverts and not is_quoted and _is_subject(tokens, group):
        return None
    return Label(sign, group, sign + 1, high)


def _speaker(tokens: Tokens, low: int, sign: int) -> Group | None:
    """Return the noun group from token *low* to the colon at token *sign*, without whom it is told, or what it is about.

    As in: Macron to Putin: ...; Ucraina, Zelensky: «...».
    """
    comma = next((index for index in range(low, sign) if tokens.words[index] == ","), None)
    if comma is not None and tokens.quoted[sign + 2]:
        low = comma + 1
    group = starting_at(tokens, low, sign - 1)
    if group is None or group.last == sign - 1:
        return group
    after = group.last + 1
    told = starting_at(tokens, after + 1, sign - 1) if tokens.flags[after] & TELLS else None
    return group if told and told.last == sign - 1 and tokens.flags[told.head] & CAPITAL else None


def _is_name(tokens: Tokens, group: Group) -> bool:
    """Return whether *group* is a name that is not known, by its capitals, in a language where they show one."""
    if tokens.rules.grammar.capitalises_nouns:
        return False
    return all(
        tokens.flags[index] & CAPITAL and not tokens.flags[index] & NOUN and index not in tokens.mentions
        for index in range(group.first, group.last + 1)
    )


def _is_subject(tokens: Tokens, group: Group) -> bool:
    """Return whether *group* is an organisation by name, which may be what the headline is about: NATO: Gipfel beginnt."""
    mention = tokens.mentions.get(group.head)
    return mention is not None and mention.entity.type == "org" and not tokens.flags[group.head] & (NOUN | SEAT)


def _is_source(tokens: Tokens, group: Group) -> bool:
    """Return whether *group* is wholly a person or organisation by name, or ends with a role."""
    flags = tokens.flags[group.head]
    mention = tokens.mentions.get(group.head)
    if flags & RUBRIC and group.first == group.last:
        return False
    if mention and mention.last == group.last:
        return mention.entity.type in {"person", "org"} and not flags & OWNER
    if group.head != group.last or flags & OWNER:
        return False
    if flags & SEAT and flags & CAPITAL:
        return True
    if flags & CAPITAL and group.first == group.last and tokens.span_text(group.first, group.last).isupper():
        return tokens.ends[group.last] - tokens.starts[group.first] >= MIN_ACRONYM
    return bool(flags & NOUN) and not (flags & VERB and not flags & bits("document"))
