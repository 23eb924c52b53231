"""What stands between a verb and what is said: whom it is told, where, when and on what occasion."""

from consumers.entities.attribution.groups import COMPLEMENT, MAX_LINKS, PRONOUN, Group, starting_at
from consumers.entities.attribution.heads import NOUN, NUMBER, START
from consumers.entities.attribution.subjects import ADVERB, BREAK, FINITE, INFINITIVE, NEGATION, PREPOSITION, TIME
from consumers.entities.attribution.tokens import CAPITAL, WORD, Tokens, bits
from monitor.text.languages import Verb

MAX_CIRCUMSTANCES = 18
"""The most tokens between a verb and the conjunction that begins what is said."""
MAX_SETTING = 7
"""The most tokens between a verb and the colon before a quotation: wrote in a post on Monday:"""
OBJECT, SETTING, OCCASION, PAST = (bits(name) for name in ("object_pronoun", "setting", "occasion", "past"))
BEGINS = START | CAPITAL | PRONOUN | NUMBER
"""What can begin the words of a claim that no conjunction begins."""


def after_circumstances(tokens: Tokens, verb: Verb, first: int, high: int) -> int:
    """Return the token from which on the sentence is what is said, if *first* follows *verb*; *first* if that is not clear.

    As in: told him the loan was cheap; told reporters aboard the ferry the loan was cheap; said in an interview with a
    newspaper that the loan was cheap. It is the conjunction if there is one.
    """
    told = _after_addressee(tokens, first, high) if verb.frame == "tell" else first
    if (found := _complement(tokens, told, high)) is not None:
        return found
    index, has_occasion = told, False
    for _ in range(MAX_LINKS):
        if index < high and is_time(tokens, index, high):
            index += 1
        elif (group := _setting(tokens, index, high, PREPOSITION if has_occasion else SETTING)) is not None:
            is_occasion = any(tokens.flags[each] & OCCASION for each in range(group.first, group.last + 1))
            if not (is_occasion or has_occasion or told > first):
                # "Said in Oslo the price fell": the place may belong to what is said.
                break
            index, has_occasion = group.last + 1, has_occasion or is_occasion
        else:
            break
    is_clear = has_occasion or told > first
    return index if is_clear and index < high and tokens.flags[index] & BEGINS else first


def has_setting(tokens: Tokens, verb: Verb, first: int, high: int) -> bool:
    """Return whether a setting and then what is said stand from token *first* on: wrote on a wall that."""
    return bool(tokens.flags[first] & SETTING) and after_circumstances(tokens, verb, first, high) > first


def colon_after(tokens: Tokens, first: int, high: int) -> int | None:
    """Return the colon before a quotation, after where it was said: wrote on Instagram: "...". None if there is none."""
    for index in range(first, min(first + MAX_SETTING, high)):
        if tokens.words[index] == ":":
            return index if tokens.words[index + 1] in "\"“«„'‘" else None
        if not tokens.flags[index] & WORD or tokens.flags[index] & FINITE:
            return None
    return None


def is_told(tokens: Tokens, index: int, high: int) -> bool:
    """Return whether the subject of "told" at token *index*, without an auxiliary, is whom it is told: told to leave.

    Who tells something says to whom, so a conjunction, an infinitive or a subject cannot follow it.
    """
    after = index + 1
    if after < high and tokens.flags[after] & NEGATION:
        after += 1
    if after >= high:
        return False
    flags, next_flags = tokens.flags[after], tokens.flags[after + 1]
    if flags & INFINITIVE:
        return not (next_flags & (NOUN | START) or after + 1 in tokens.mentions)
    return bool(flags & COMPLEMENT or (flags & PRONOUN and next_flags & FINITE))


def is_time(tokens: Tokens, first: int, last: int) -> bool:
    """Return whether a time starts at token *first*, maybe after a preposition: late on Monday."""
    return any(
        tokens.flags[index] & TIME for index in range(first, min(first + 2, last)) if tokens.flags[first] & (TIME | PREPOSITION)
    )


def _after_addressee(tokens: Tokens, first: int, high: int) -> int:
    """Return the token after whom it is told at token *first*; *first* if it is not there."""
    if first >= high:
        return first
    if tokens.flags[first] & OBJECT and (
        not tokens.flags[first] & START or tokens.flags[first + 1] & (START | PRONOUN | BREAK | PREPOSITION)
    ):
        return first + 1
    group = starting_at(tokens, first, high)
    names_someone = group and (tokens.flags[group.head] & NOUN or group.head in tokens.mentions)
    return group.last + 1 if group and names_someone else first


def _complement(tokens: Tokens, first: int, high: int) -> int | None:
    """Return the conjunction that begins what is said, after circumstances from token *first* on; None if there is none."""
    if first < high and not tokens.flags[first] & (PREPOSITION | TIME | ADVERB | COMPLEMENT):
        return None
    for index in range(first, min(first + MAX_CIRCUMSTANCES, high)):
        flags = tokens.flags[index]
        if flags & COMPLEMENT:
            # "In a book that won a prize": the clause is about the book.
            after = tokens.flags[index + 1]
            return None if after & (FINITE | PAST) and not after & NOUN else index
        if not flags & WORD or (flags & FINITE and not flags & NOUN and index not in tokens.mentions):
            return None
    return None


def _setting(tokens: Tokens, index: int, high: int, preposition: int) -> Group | None:
    """Return the noun group after token *index* if that is a preposition with a class of *preposition*."""
    return starting_at(tokens, index + 1, high) if index < high and tokens.flags[index] & preposition else None
