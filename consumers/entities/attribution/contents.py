"""The words of a claim: what the source says, on the side of the cue where it stands."""

from consumers.entities.attribution.circumstances import after_circumstances, colon_after, is_time
from consumers.entities.attribution.cues import Cue
from consumers.entities.attribution.groups import PRONOUN, RELATIVE, Group
from consumers.entities.attribution.subjects import (
    ADVERB,
    AND,
    AUXILIARY,
    BE,
    BREAK,
    FINITE,
    NEGATION,
    PREPOSITION,
    SHARED,
    TIME,
)
from consumers.entities.attribution.tokens import WORD, Tokens, bits

MAX_WORDS = 300
"""The longest words of a claim, in code points."""
MAX_DATELINE = 14
"""The most tokens of a dateline: SEOUL, Sept 8 (Meridian) -."""
MIN_TOKENS = 2
"""The fewest words that are a claim."""
TRAILING = AND | AUXILIARY | BE | BREAK | NEGATION
MAX_ADDRESSEE = 7
"""The most tokens between a verb and the conjunction that begins what is said: told reporters in Oslo on Monday that."""
MAX_ASIDE = 20
"""The most tokens of a relative clause between a source and what it says."""
MAX_BREAK = 4
"""The most tokens after the last conjunction of a clause that are no part of it: despite repeated denials from ..."""
COMPLEMENT, AGENT, WHOLE, CLAIMS, DEFINITE = (bits(name) for name in ("complement", "agent", "whole", "claims", "definite"))
NO_OBJECT = TIME | PREPOSITION | ADVERB | AND | BREAK | AGENT | FINITE
REFERRING = WHOLE | CLAIMS | PRONOUN | bits("determiner")
"""The classes of words that say nothing of what is denied or confirmed."""
DASHES = frozenset("-–—")


def content(tokens: Tokens, low: int, high: int, cue: Cue, groups: list[Group], stop: int) -> tuple[int, int] | None:
    """Return the first and last token of the words of *cue*, whose sources are *groups*; None if it has none.

    The sentence goes from token *low* to *high*, and the next claim that is no part of this one starts at token *stop*.
    """
    first = min([cue.first, *(group.first for group in groups if group is not SHARED)])
    last = max([cue.last, *(group.last for group in groups if group is not SHARED)])
    if cue.relays:
        # "Quoted an official as saying that ...": what is relayed follows the next verb.
        verb = next((index for index in range(last + 1, min(last + MAX_BREAK, high)) if tokens.verb(index)), high)
        return _trim(tokens, verb + 1, high) if verb < high else None
    before = _trim(tokens, low, _before_break(tokens, low, first - 1) if cue.is_after else first - 1, is_before=True)
    if first > low and tokens.flags[first - 1] & BREAK:
        # "After the mayor denied it, ...": the claim ends with its clause.
        stop = min(stop, next((index for index in range(last + 1, high) if tokens.words[index] == ","), stop))
    after = _trim(
        tokens, _after_aside(tokens, cue, last + 1, high), high if stop > high else _before_break(tokens, last, stop - 1)
    )
    if cue.stance == "declined":
        return after
    if after is None and not cue.is_after and cue.stance in {"denied", "confirmed"}:
        after = _object(tokens, last + 1, high)
    if cue.is_after and before and after and not any(tokens.flags[index] & FINITE for index in range(before[0], before[1] + 1)):
        # "The mayor, according to an aide, will not run": the claim is on both sides.
        return _trim(tokens, low, high) if tokens.words[first - 1] == "," else after
    if cue.is_after or (before and _leads(tokens, first) and not _follows(tokens, last, high)):
        return before or after
    if not (after or before) and tokens.rules.grammar.has_brackets:
        # "Hat den Vorfall bestätigt": what is said is between the parts of the verb.
        start = max([low, *(group.last + 1 for group in groups)])
        return _trim(tokens, start, cue.first - 1) if start < cue.first else None
    return after or before


def after_dateline(tokens: Tokens, low: int, high: int) -> int:
    """Return the first token after the dateline of the sentence from token *low* to *high*."""
    if tokens.text[tokens.starts[low] : tokens.ends[low]].isupper() and tokens.ends[low] - tokens.starts[low] > 1:
        for index in range(low + 1, min(low + MAX_DATELINE, high)):
            if tokens.words[index] in DASHES:
                return index + 1
    return low


def words(tokens: Tokens, first: int, last: int) -> str:
    """Return the text from token *first* to *last* on one line, at most MAX_WORDS long and cut between words."""
    text = " ".join(tokens.text[tokens.starts[first] : min(tokens.ends[last], tokens.starts[first] + 2 * MAX_WORDS)].split())
    if len(text) <= MAX_WORDS:
        return text
    return text[:MAX_WORDS].rpartition(" ")[0] or text[:MAX_WORDS]


def refers_back(tokens: Tokens, first: int, last: int) -> bool:
    """Return whether the words of a denial or confirmation only stand for what another said: the whole thing, the report."""
    flags = tokens.flags[first : last + 1]
    names_claim = bool(flags[0] & DEFINITE) or not tokens.rules.grammar.has_articles
    return all(flag & REFERRING for flag in flags) and (names_claim or any(flag & (WHOLE | PRONOUN) for flag in flags))


def is_one_thing(tokens: Tokens, last: int) -> bool:
    """Return whether words that end at token *last*, and refer back, are of one thing: the report, but not the accusations."""
    return bool(tokens.flags[last] & (WHOLE | PRONOUN)) or not tokens.words[last].endswith(tokens.rules.plural)


def _object(tokens: Tokens, index: int, high: int) -> tuple[int, int] | None:
    """Return the bounds of the one word at token *index* that is denied: denied wrongdoing. None if there is none."""
    if index > high or not tokens.flags[index] & WORD or tokens.flags[index] & NO_OBJECT:
        return None
    return index, index


def _after_aside(tokens: Tokens, cue: Cue, first: int, high: int) -> int:
    """Return the first token after what stands between a cue with its source and what is said: whom it is told, or who it is.

    As in: told reporters the loan was cheap; according to two people, who asked not to be named, the loan was cheap.
    """
    verb = tokens.verb(cue.last)
    if not cue.is_after and (colon := colon_after(tokens, first, high)) is not None:
        return colon + 1
    if verb and not cue.is_after and not tokens.rules.grammar.inverts:
        return after_circumstances(tokens, verb, first, high)
    if cue.is_after and first < high and tokens.words[first] == "," and tokens.flags[first + 1] & RELATIVE:
        end = next((index for index in range(first + 1, min(first + MAX_ASIDE, high)) if tokens.words[index] == ","), None)
        return first if end is None else end + 1
    return first


def _before_break(tokens: Tokens, low: int, last: int) -> int:
    """Return the last token of the clause that ends at token *last*, without the start of another."""
    for index in range(last, max(low, last - MAX_BREAK), -1):
        if tokens.flags[index] & BREAK and not tokens.quoted[index]:
            return index - 1
    return last


def _leads(tokens: Tokens, first: int) -> bool:
    """Return whether a comma or quotation mark before token *first* separates it from a clause before it."""
    return first > 0 and tokens.words[first - 1] in ",?!\"”’'»"


def _follows(tokens: Tokens, last: int, high: int) -> bool:
    """Return whether what is said follows token *last*, rather than a sign or a time."""
    after = last + 1
    if after < high and tokens.words[after] == ":":
        return True
    if any(tokens.flags[index] & COMPLEMENT for index in range(after, min(after + MAX_ADDRESSEE, high))):
        return True
    if (verb := tokens.verb(last)) and verb.frame == "tell":
        return False
    return after < high and bool(tokens.flags[after] & WORD) and not tokens.flags[after] & (TIME | PREPOSITION | ADVERB)


def _after_time(tokens: Tokens, first: int, last: int) -> int:
    """Return the first token after a time, whom it is told, and a conjunction: reporters on Monday that ..."""
    has_preposition = False
    for index in range(first, min(first + MAX_ADDRESSEE, last)):
        if tokens.flags[index] & COMPLEMENT:
            return index + 1
        if tokens.words[index] == "," and tokens.flags[index + 1] & COMPLEMENT and not has_preposition:
            # "Сказал Макрону, что": before the conjunction stands whom it is told.
            return index + 2
        has_preposition = has_preposition or bool(tokens.flags[index] & PREPOSITION)
        if not tokens.flags[index] & WORD or tokens.flags[index] & FINITE:
            break
    index = first
    while index < last and (
        tokens.flags[index] & TIME or (tokens.flags[index] & (PREPOSITION | ADVERB) and is_time(tokens, index + 1, last))
    ):
        index += 1
    return index


def _trim(tokens: Tokens, first: int, last: int, *, is_before: bool = False) -> tuple[int, int] | None:
    """Return the bounds without signs and conjunctions at either end; None if too little remains.

    A time at the start is that of the cue, unless what is said *is_before* it.
    """
    while first <= last and (not tokens.flags[first] & WORD and tokens.words[first] not in "\"“‘'«"):
        first += 1
    first = first if is_before else _after_time(tokens, first, last)
    while first <= last and (
        tokens.words[last] in ",;:—–-(.!?\n"
        or (tokens.flags[last] & TRAILING and tokens.flags[last] & WORD and not tokens.quoted[last])
    ):
        last -= 1
    return (first, last) if last - first + 1 >= MIN_TOKENS else None
