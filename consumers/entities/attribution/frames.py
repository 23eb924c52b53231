"""Whether what the frame of a verb asks for stands beside it, in languages whose sources do not follow their verb."""

from consumers.entities.attribution.circumstances import colon_after, has_setting
from consumers.entities.attribution.groups import AGENT, PRONOUN, starting_at
from consumers.entities.attribution.heads import NOUN
from consumers.entities.attribution.subjects import ADVERB, AND, BREAK, FINITE, INFINITIVE, NEGATION, PREPOSITION, QUOTES, TIME
from consumers.entities.attribution.tokens import CAPITAL, WORD, Tokens, bits
from monitor.text.languages import Verb

MAX_OBJECT = 6
"""The most tokens between a verb and the word for what it denies or corrects."""
MAX_NOT_CLAIM = 3
MAX_COMPLEMENT = 5
"""The most tokens between a verb and the verb of the clause that it introduces without a conjunction."""
OPENS_OBJECT = (
    PRONOUN | CAPITAL | NOUN | bits("determiner", "possessive", "number", "preposition", "break", "infinitive", "participle")
)
CLAIMS, NOT_CLAIMS, PAST = (bits(name) for name in ("claims", "not_claims", "past"))


def fits(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> bool:
    """Return whether what the verb's frame asks for stands beside the verb at token *index*."""
    after = index + 1
    if verb.frame in {"free", "tell"}:
        return True
    if verb.frame == "claim":
        return any(tokens.flags[each] & CLAIMS for each in range(after, min(index + MAX_OBJECT, high) + 1))
    if verb.frame == "outside":
        return not any(tokens.flags[each] & NOT_CLAIMS for each in range(after, min(index + MAX_NOT_CLAIM, high) + 1))
    if verb.frame != "direct" and colon_after(tokens, after, high):
        return True
    if after > high or not tokens.flags[after] & WORD:
        is_said = after > high or tokens.words[after] in QUOTES or tokens.words[after] in ":,.;"
        return verb.frame not in {"object", "direct"} and is_said and index > low
    is_place = bool(tokens.flags[after] & PREPOSITION) and after < high and not tokens.flags[after + 1] & TIME
    if verb.frame in {"object", "direct"}:
        asks = verb.stance == "said" and tokens.flags[after] & (NEGATION | INFINITIVE)
        is_indirect = verb.frame == "direct" and is_place
        return not asks and not is_indirect and not tokens.flags[after] & (AND | AGENT)
    if verb.frame == "any":
        return not tokens.flags[after] & AGENT
    if verb.frame == "place":
        return bool(tokens.flags[after] & (OPENS_OBJECT | TIME | ADVERB)) and not is_place
    return has_setting(tokens, verb, after, high) or _opens_clause(tokens, after, high)


def _opens_clause(tokens: Tokens, first: int, high: int) -> bool:
    """Return whether a clause starts at token *first*: with a conjunction, a pronoun, or a subject and its verb."""
    while first < high and tokens.flags[first] & (TIME | ADVERB):
        first += 1
    if tokens.flags[first] & (BREAK | PRONOUN) or tokens.words[first] in QUOTES:
        return True
    group = starting_at(tokens, first, high)
    if group is None or group.last >= high or group.last - first > MAX_COMPLEMENT:
        return False
    ends_with_verb = group.last > group.first and tokens.flags[group.last] & PAST
    return bool(ends_with_verb or tokens.flags[group.last + 1] & (FINITE | BREAK | PRONOUN))
