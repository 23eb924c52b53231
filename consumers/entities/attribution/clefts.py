"""Sentences that single out their source (it was Macron who said), and clauses that tell nothing (what he said surprised)."""

from consumers.entities.attribution.groups import COMPLEMENT, RELATIVE, Group, ending_at, is_source_like
from consumers.entities.attribution.heads import START
from consumers.entities.attribution.subjects import ADVERB, AUXILIARY, BE, BREAK, ENCLITIC, MODAL, NEGATION, PREPOSITION
from consumers.entities.attribution.tokens import Tokens, bits
from monitor.text.languages import Verb

MAX_BE = 6
"""The most tokens before the source of a cleft sentence that its form of "be" has: it was not, after all."""
WHAT = bits("what")


def source(tokens: Tokens, low: int, before: int) -> Group | None:
    """Return the source that a relative clause whose verb follows token *before* singles out; None if there is none.

    As in: fue Macron el que dijo; è Macron che ha detto; es war Macron, der sagte.
    """
    if before <= low:
        return None
    flags = tokens.flags[before]
    if tokens.rules.grammar.capitalises_nouns and flags & START and tokens.words[before - 1] == ",":
        group = ending_at(tokens, low, before - 2)
        return group if group and is_source_like(tokens, group) else None
    if not flags & COMPLEMENT:
        return None
    last = before - 1
    if tokens.flags[last] & START or tokens.words[last] == ",":
        last -= 1
    group = ending_at(tokens, low, last)
    return group if group and is_source_like(tokens, group) and _follows_be(tokens, low, group.first) else None


def of_infinitive(tokens: Tokens, low: int, index: int, verb: Verb) -> Group | None:
    """Return the source of the infinitive at token *index*, a form of *verb*: è stato Macron a dire. None if there is none."""
    if verb.form != "base" or index - 2 < low or not tokens.flags[index - 1] & PREPOSITION:
        return None
    group = ending_at(tokens, low, index - 2)
    is_source = group and (is_source_like(tokens, group) or tokens.flags[group.first] & START)
    return group if group and is_source and _follows_be(tokens, low, group.first) else None


def _follows_be(tokens: Tokens, low: int, first: int) -> bool:
    """Return whether a form of "be", without a subject of its own, stands before token *first*."""
    return first > low and bool(tokens.flags[first - 1] & BE)


def is_negated(tokens: Tokens, low: int, first: int) -> bool:
    """Return whether the source that starts at token *first* is one of which something is denied: it was not Putin who."""
    index = first
    while index > low and first - index < MAX_BE:
        index -= 1
        flags = tokens.flags[index]
        if flags & NEGATION:
            return True
        if not flags & (BE | AUXILIARY | MODAL | ADVERB | ENCLITIC):
            break
    return False


def is_free_relative(tokens: Tokens, low: int, before: int) -> bool:
    """Return whether the verb after token *before* is in a clause that stands for what is said: lo que dijo Macron.

    What a sentence calls so is told: eso es lo que dijo Macron.
    """
    if (group := ending_at(tokens, low, before)) and not tokens.flags[before] & WHAT:
        before = group.first - 1
    if before < low or not tokens.flags[before] & (COMPLEMENT | RELATIVE | WHAT):
        return False
    what = before
    if tokens.flags[before] & (COMPLEMENT | RELATIVE):
        what -= 2 if before > low and tokens.words[before - 1] == "," else 1
    if what < low or not tokens.flags[what] & WHAT:
        return False
    is_named = what > low and tokens.flags[what - 1] & BE and not is_negated(tokens, low, what)
    # "Según lo que dijo Macron" tells it; "nada de lo que dijo Macron" does not.
    follows_according = what > low and tokens.flags[what - 1] & PREPOSITION and tokens.flags[what - 1] & BREAK
    return not (is_named or follows_according)
