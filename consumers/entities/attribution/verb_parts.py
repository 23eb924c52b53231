"""The parts of a verb in languages whose sources may follow it: finite part, participle and particle."""

from typing import NamedTuple

from consumers.entities.attribution.subjects import AND, AUXILIARY, BE, BREAK, PREPOSITION, verb_group
from consumers.entities.attribution.tokens import WORD, Tokens, bits
from monitor.text.languages import Verb
from monitor.text.languages.attribution import VerbForm

MAX_BRACKET = 25
"""The most tokens between the two parts of a verb."""
AGENT, COMPLEMENT, RELATIVE = bits("agent"), bits("complement"), bits("relative")
BEGINS_WORDS = frozenset(',:«„“"')
"""Signs before what is said."""


class VerbParts(NamedTuple):
    """The tokens of a verb's finite part and of its last part, and whether it is in the passive."""

    finite: int
    last: int
    is_passive: bool = False


def find_parts(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> VerbParts | None:
    """Return the parts of the verb whose cue is at token *index*; None if one is missing."""
    if verb.particle:
        end = _particle(tokens, index, high, verb.particle)
        return None if end is None else VerbParts(index, end)
    if tokens.rules.grammar.has_brackets:
        return _bracket(tokens, low, high, index, verb.form) or (None if verb.form == "perfect" else VerbParts(index, index))
    if verb.form != "perfect":
        return VerbParts(index, index)
    group = verb_group(tokens, low, index)
    if index < high and tokens.flags[index + 1] & AGENT:
        return VerbParts(index, index, is_passive=True)
    return VerbParts(index, index, is_passive=group.is_passive) if group.has_auxiliary else None


def _bracket(tokens: Tokens, low: int, high: int, index: int, form: VerbForm) -> VerbParts | None:
    """Return the verb whose participle at token *index* ends the clause, with its auxiliary; None if there is none."""
    if index < high and tokens.flags[index + 1] & AUXILIARY:
        return VerbParts(index, index + 1)
    may_follow = BREAK | AND | (PREPOSITION if form == "perfect" else 0)
    if index < high and tokens.flags[index + 1] & WORD and not tokens.flags[index + 1] & may_follow:
        return None
    for each in range(index - 1, max(low, index - MAX_BRACKET) - 1, -1):
        if tokens.flags[each] & (AUXILIARY | BE):
            return VerbParts(each, index, is_passive=bool(tokens.flags[each] & BE))
        if tokens.flags[each] & RELATIVE:
            # "Het was Macron die zei": the verb is in the relative clause.
            return None
        if not tokens.flags[each] & WORD and not (tokens.words[each] == "." and tokens.words[each - 1].isdigit()):
            return None
    return None


def _particle(tokens: Tokens, index: int, high: int, particle: str) -> int | None:
    """Return the token of *particle*, which ends the clause of the verb at token *index*."""
    for each in range(index + 1, min(index + MAX_BRACKET, high) + 1):
        is_last = each == high or not tokens.flags[each + 1] & WORD or tokens.flags[each + 1] & (BREAK | AND)
        if tokens.words[each] == particle and is_last:
            return each
        if tokens.words[each] in BEGINS_WORDS or tokens.flags[each] & COMPLEMENT:
            return None
    return None
