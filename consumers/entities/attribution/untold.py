"""Whether the words around a source and its verb say that nothing is told: it is asked, denied or supposed."""

from collections.abc import Sequence

from consumers.entities.attribution import clefts
from consumers.entities.attribution.groups import Group
from consumers.entities.attribution.subjects import AUXILIARY, BE, BREAK, MODAL, NEGATION, PREPOSITION
from consumers.entities.attribution.tokens import WORD, Tokens
from monitor.text.languages import Verb


def end_of_question(tokens: Tokens, low: int, high: int) -> int:
    """Return the token at which the part that is asked ends in the sentence from *low* to *high*: a comma, or its end.

    What is asked is not told: did the mayor say so? But: will prices fall, as the bank says?
    """
    if tokens.words[high] != "?" or tokens.quoted[high]:
        return low
    return next((index for index in range(low, high) if tokens.words[index] == ","), high)


def is_negative(tokens: Tokens, low: int, groups: Sequence[Group]) -> bool:
    """Return whether the source is nobody: neither capital has said, no official confirmed."""
    first = groups[0].first
    if first < 0:
        return False
    if tokens.flags[first] & NEGATION or clefts.is_negated(tokens, low, first):
        return True
    # "Nobody in the government said".
    return first - 1 > low and bool(tokens.flags[first - 1] & PREPOSITION and tokens.flags[first - 2] & NEGATION)


def is_dependent(tokens: Tokens, low: int, groups: Sequence[Group], verb: Verb) -> bool:
    """Return whether the word before the source makes the saying one that is asked, supposed or not told.

    As in: what Macron said surprised them; had Macron said so, they would know.
    """
    before = groups[0].first - 1
    if before < low:
        return False
    if verb.frame in {"free", "tell"} and tokens.flags[before] & clefts.WHAT:
        # "That is what they said", and "in what they said was a mistake", tell it.
        return before == low or not tokens.flags[before - 1] & (BE | PREPOSITION)
    begins = before == low or not tokens.flags[before - 1] & WORD or tokens.flags[before - 1] & BREAK
    return bool(begins and verb.form in {"base", "past"} and tokens.flags[before] & (AUXILIARY | MODAL))
