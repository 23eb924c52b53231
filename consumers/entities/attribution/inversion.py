"""Where the source of a verb stands in languages that put it before the verb or after it: según informó la policía."""

from typing import NamedTuple

from consumers.entities.attribution.groups import NOUN, START, Group, extend_right, is_source_like, starting_at
from consumers.entities.attribution.subjects import (
    ADVERB,
    AND,
    AUXILIARY,
    BE,
    BREAK,
    NEGATION,
    PREPOSITION,
    QUOTES,
    SHARED,
    TIME,
    VerbGroup,
    agent,
    appositive,
    following,
    subject,
    verb_group,
)
from consumers.entities.attribution.tokens import CAPITAL, WORD, Tokens, bits
from monitor.text.languages import Verb

MAX_BRACKET = 25
"""The most tokens between the two parts of a verb."""
MAX_BETWEEN = 8
"""The most tokens between a verb and the source after it."""
MAX_CLAIM = 8
"""The most tokens between a verb and the word for what it denies, or what begins the words that it introduces."""
AGENT, OBLIQUE, ENCLITIC, CLAIMS, COMPLEMENT, PRONOUN, ADDRESSEE = (
    bits(name) for name in ("agent", "oblique", "enclitic", "claims", "complement", "person_pronoun", "addressee")
)
BEGINS_WORDS = frozenset(',:«„“"')


class Found(NamedTuple):
    """The noun groups that are sources, of a cue that ends at token *last*.

    *is_after* is set if what is said stands before them and their verb.
    """

    groups: list[Group]
    is_after: bool = False
    last: int = -1


class _Verb(NamedTuple):
    """The tokens of a verb's finite part and of its last part, and whether it is in the passive."""

    finite: int
    last: int
    is_passive: bool = False


def sources(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> Found | None:
    """Return the sources of the verb at token *index*, in the sentence from *low* to *high*; None if it is no cue."""
    parts = _parts(tokens, low, high, index, verb)
    if parts is None or (parts.finite > low and _is_noun(tokens, parts.finite)):
        return None
    group = verb_group(tokens, low, parts.finite)
    if group.is_negated or group.is_modal or group.is_infinitive or _is_negated_after(tokens, parts, high):
        return None
    if parts.is_passive or group.is_passive:
        groups = _agent(tokens, parts, index, high)
        return Found(groups, is_after=True) if groups else None
    if (joined := _enclitic(tokens, group, index)) is not None:
        return Found([Group(joined, joined, joined)], is_after=True) if tokens.flags[joined] & PRONOUN else None
    found = _around(tokens, low, high, parts, group, verb)
    if found is None or not _fits(tokens, high, parts, found, verb):
        return None
    return found._replace(last=parts.last if verb.particle else index)


def _is_noun(tokens: Tokens, index: int) -> bool:
    """Return whether the word at *index* is a noun that looks like a verb: l'annonce. German tells them by the capital."""
    return bool(tokens.flags[index - 1] & START) and not tokens.rules.grammar.capitalises_nouns


def left(tokens: Tokens, low: int, before: int, *, is_plural: bool, any_group: bool = False) -> list[Group]:
    """Return the sources whose verb group starts after token *before*. *is_plural* is whether their verb is in the plural.

    See subject about *any_group*.
    """
    groups = subject(tokens, low, before, any_group=any_group)
    if not groups or groups[0] is SHARED:
        return groups
    first = groups[0].first
    if tokens.flags[first] & OBLIQUE:
        return []
    is_plural = is_plural and tokens.rules.grammar.locative_bodies
    return [] if first > low and tokens.flags[first - 1] & PREPOSITION and not is_plural else groups


def _around(tokens: Tokens, low: int, high: int, parts: _Verb, group: VerbGroup, verb: Verb) -> Found | None:
    before = group.before
    follows_sign = before >= low and not tokens.flags[before] & WORD
    is_free = before < low or follows_sign or bool(tokens.flags[before] & BREAK)
    is_said = verb.stance in {"said", "reported"} and verb.frame not in {"object", "direct", "outside"}
    may_follow = verb.frame not in {"object", "direct", "mind"}
    if is_free and (is_said or not follows_sign) and may_follow and (groups := _right(tokens, parts.finite, high, verb)):
        return Found(groups, is_after=follows_sign)
    speaks = verb.stance == "said" and verb.frame == "free"
    if groups := left(tokens, low, before, is_plural=verb.form == "plural", any_group=speaks):
        return Found(groups)
    groups = _right(tokens, parts.finite, high, verb) if may_follow else []
    ends_quotation = follows_sign and (tokens.words[before] in QUOTES or tokens.words[before - 1] in QUOTES)
    # "...", dijo: who says it is left out.
    return Found(groups, is_after=follows_sign) if groups or (is_said and ends_quotation) else None


def _parts(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> _Verb | None:
    """Return the parts of the verb whose cue is at token *index*; None if one is missing."""
    if verb.particle:
        end = _particle(tokens, index, high, verb.particle)
        return None if end is None else _Verb(index, end)
    if tokens.rules.grammar.has_brackets:
        return _bracket(tokens, low, high, index) or (None if verb.form == "perfect" else _Verb(index, index))
    if verb.form != "perfect":
        return _Verb(index, index)
    group = verb_group(tokens, low, index)
    if index < high and tokens.flags[index + 1] & AGENT:
        return _Verb(index, index, is_passive=True)
    return _Verb(index, index, is_passive=group.is_passive) if group.has_auxiliary else None


def _bracket(tokens: Tokens, low: int, high: int, index: int) -> _Verb | None:
    """Return the verb whose participle at token *index* ends the clause, with its auxiliary; None if there is none."""
    if index < high and tokens.flags[index + 1] & AUXILIARY:
        return _Verb(index, index + 1)
    if index < high and tokens.flags[index + 1] & WORD and not tokens.flags[index + 1] & (BREAK | AND):
        return None
    for each in range(index - 1, max(low, index - MAX_BRACKET) - 1, -1):
        if tokens.flags[each] & (AUXILIARY | BE):
            return _Verb(each, index, is_passive=bool(tokens.flags[each] & BE))
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


def _is_negated_after(tokens: Tokens, parts: _Verb, high: int) -> bool:
    """Return whether a negation follows the finite part, as in German: bestätigte den Bericht nicht."""
    if not tokens.rules.grammar.has_brackets:
        return False
    for each in range(parts.finite + 1, min(max(parts.last, parts.finite + MAX_BRACKET), high) + 1):
        if tokens.flags[each] & NEGATION:
            return True
        if not tokens.flags[each] & WORD and each > parts.last:
            break
    return False


def _agent(tokens: Tokens, parts: _Verb, index: int, high: int) -> list[Group]:
    for each in range(parts.finite + 1, parts.last):
        if tokens.flags[each] & AGENT:
            return following(tokens, each + 1, parts.last - 1)
    return agent(tokens, index, high)


def _enclitic(tokens: Tokens, group: VerbGroup, index: int) -> int | None:
    """Return the pronoun that is joined to a verb, or to its auxiliary: a-t-elle ajouté, dit-il."""
    places = range(group.before + 1, min(index + 2, len(tokens.words)))
    return next((each for each in places if tokens.flags[each] & ENCLITIC), None)


def _right(tokens: Tokens, index: int, high: int, verb: Verb) -> list[Group]:
    """Return the sources after the finite verb at token *index*."""
    first = _after_time(tokens, index + 1, high)
    if first < high and tokens.flags[first] & ADDRESSEE and (addressee := starting_at(tokens, first + 1, high)):
        first = _after_addressee(tokens, addressee)
    if verb.form == "plural" and tokens.rules.grammar.locative_bodies and first < high and tokens.flags[first] & PREPOSITION:
        first += 1
    group = starting_at(tokens, first, high)
    if group is None or not is_source_like(tokens, group) or tokens.flags[group.first] & OBLIQUE:
        return []
    groups = extend_right(tokens, group, high)
    return [appositive(tokens, groups[0], high), *groups[1:]]


def _after_addressee(tokens: Tokens, group: Group) -> int:
    """Return the token after whom it is told, the first noun or name of *group*: explicaron a este diario fuentes."""
    for index in range(group.first, group.last):
        if tokens.flags[index] & NOUN or (tokens.flags[index] & CAPITAL and not tokens.flags[index + 1] & CAPITAL):
            return index + 1
    return group.last + 1


def _after_time(tokens: Tokens, first: int, high: int) -> int:
    """Return the first token from *first* on that is no time, adverb or quotation mark: dijo este martes el ministro."""
    for _ in range(MAX_BETWEEN):
        if first > high:
            break
        flags, following_flags = tokens.flags[first], tokens.flags[min(first + 1, high)]
        is_time = flags & (TIME | ADVERB) or tokens.words[first].isdigit() or tokens.words[first] in QUOTES
        if not is_time and not (flags & (PREPOSITION | START) and following_flags & TIME):
            break
        first += 1
    return first


def _fits(tokens: Tokens, high: int, parts: _Verb, found: Found, verb: Verb) -> bool:
    """Return whether what the verb's frame asks for stands beside it: a word for a claim, or words that are said."""
    if verb.frame == "claim":
        end = max(parts.last, parts.finite + MAX_CLAIM)
        return any(tokens.flags[each] & CLAIMS for each in range(parts.finite + 1, min(end, high) + 1))
    if verb.frame not in {"clause", "mind"} or found.is_after:
        return True
    first = max([parts.last, *(group.last for group in found.groups)]) + 1
    return any(
        tokens.words[each] in BEGINS_WORDS or tokens.flags[each] & COMPLEMENT
        for each in range(first, min(first + MAX_CLAIM, high + 1))
    )
