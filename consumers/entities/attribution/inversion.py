"""Where the source of a verb stands in languages that put it before the verb or after it: según informó la policía."""

from typing import NamedTuple

from consumers.entities.attribution import clefts
from consumers.entities.attribution.agreement import judge, nominatives
from consumers.entities.attribution.before_source import after_addressee, after_outlet, after_time
from consumers.entities.attribution.groups import Group, ending_at, extend_right, is_source_like, starting_at
from consumers.entities.attribution.heads import START
from consumers.entities.attribution.subjects import (
    BREAK,
    NEGATION,
    PREPOSITION,
    QUOTES,
    SHARED,
    VerbGroup,
    agent,
    appositive,
    following,
    subject,
    verb_group,
)
from consumers.entities.attribution.tokens import CAPITAL, VERB, WORD, Tokens, bits
from consumers.entities.attribution.verb_parts import BEGINS_WORDS, MAX_BRACKET, VerbParts, find_parts
from monitor.text.languages import Verb

MAX_CLAIM = 8
"""The most tokens between a verb and the word for what it denies, or what begins the words that it introduces."""
AGENT, OBLIQUE, ENCLITIC, CLAIMS, COMPLEMENT, PERSON_PRONOUN, ADDRESSEE, REFLEXIVE, PLURAL, SETTING, QUESTION, BODY = (
    bits(name)
    for name in (
        "agent",
        "oblique",
        "enclitic",
        "claims",
        "complement",
        "person_pronoun",
        "addressee",
        "reflexive",
        "plural",
        "setting",
        "question",
        "body",
    )
)


class Found(NamedTuple):
    """The noun groups that are sources, of a cue that ends at token *last*.

    *is_after* is set if what is said stands before them and their verb. There are none if the verb *is_impersonal*.
    """

    groups: list[Group]
    is_after: bool = False
    last: int = -1
    is_impersonal: bool = False


IMPERSONAL = Found([], is_impersonal=True)
"""Of a verb whose subject is nobody: it was announced that."""


def sources(tokens: Tokens, low: int, high: int, index: int, verb: Verb) -> Found | None:
    """Return the sources of the verb at token *index*, in the sentence from *low* to *high*; None if it is no cue."""
    parts = find_parts(tokens, low, high, index, verb)
    if parts is None or (parts.finite > low and _is_noun(tokens, parts.finite)):
        return None
    group = verb_group(tokens, low, parts.finite)
    if group.is_negated or group.is_modal or group.is_infinitive or _is_negated_after(tokens, parts, high):
        return None
    if parts.finite < high and tokens.flags[parts.finite + 1] & QUESTION:
        return None
    if clefts.is_free_relative(tokens, low, group.before) or _is_reflexive(tokens, low, high, parts, verb):
        return None
    if parts.is_passive or group.is_passive:
        groups = _agent(tokens, low, parts, index, high)
        if groups:
            return Found(groups, is_after=True)
        return IMPERSONAL if _tells_clause(tokens, parts.last, high, verb) else None
    if (joined := _enclitic(tokens, group, index)) is not None:
        if tokens.flags[joined] & PERSON_PRONOUN:
            return Found([Group(joined, joined, joined)], is_after=True)
        return _of_nobody(tokens, max(joined, index), high) if verb.frame in {"free", "clause"} else None
    found = _around(tokens, low, high, parts, group, verb)
    if found is None or not _fits(tokens, high, parts, found, verb):
        return None
    return found._replace(last=parts.last if verb.particle else index)


def _is_noun(tokens: Tokens, index: int) -> bool:
    """Return whether the word at *index* is a noun that looks like a verb: l'annonce. German tells them by the capital."""
    grammar = tokens.rules.grammar
    return bool(tokens.flags[index - 1] & START) and grammar.has_articles and not grammar.capitalises_nouns


def _is_reflexive(tokens: Tokens, low: int, high: int, parts: VerbParts, verb: Verb) -> bool:
    """Return whether a reflexive pronoun makes the verb say nothing: le projet s'annonce cher, se confirmó la tendencia."""
    if verb.stance in {"said", "reported"}:
        return False
    near = range(max(parts.finite - 2, low), min(parts.finite + 1, high) + 1)
    return any(tokens.flags[index] & REFLEXIVE for index in near)


def _tells_clause(tokens: Tokens, last: int, high: int, verb: Verb) -> bool:
    """Return whether the clause that the verb ending at token *last* introduces follows it: was announced that."""
    if verb.frame not in {"free", "clause"}:
        return False
    for index in range(last + 1, min(last + MAX_CLAIM, high)):
        if tokens.flags[index] & COMPLEMENT:
            return True
        if tokens.flags[index] & VERB:
            return False
    return False


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
    is_locative = is_plural and tokens.rules.grammar.locative_bodies
    unless = SETTING if is_locative else 0
    if first > low and tokens.flags[first - 1] & PREPOSITION and not tokens.flags[first - 1] & unless:
        return _after_name(tokens, groups)
    return nominatives(tokens, groups)


def _after_name(tokens: Tokens, groups: list[Group]) -> list[Group]:
    """Return the name that follows that of a person who is told: a Zelensky Orban ha detto. Nothing if *groups* is one name."""
    first, last, _ = groups[0]
    mention = tokens.mentions.get(first)
    is_name = all(tokens.flags[index] & CAPITAL and index not in tokens.mentions for index in range(first + 1, last + 1))
    if (
        len(groups) > 1
        or not mention
        or mention.entity.type != "person"
        or mention.last != first
        or first == last
        or not is_name
    ):
        return []
    return [Group(first + 1, last, last)]


def _around(tokens: Tokens, low: int, high: int, parts: VerbParts, group: VerbGroup, verb: Verb) -> Found | None:
    before = group.before
    if (cleft := clefts.source(tokens, low, before)) is not None:
        return Found([cleft])
    follows_sign = before >= low and not tokens.flags[before] & WORD
    is_free = before < low or follows_sign or bool(tokens.flags[before] & BREAK)
    is_said = verb.stance in {"said", "reported"} and verb.frame not in {"object", "direct", "outside"}
    is_object = verb.frame in {"object", "direct", "mind"}
    if is_free and (is_said or not follows_sign) and not is_object and (groups := _right(tokens, parts.finite, high, verb)):
        return Found(groups, is_after=follows_sign)
    speaks = verb.stance == "said" and verb.frame == "free"
    is_plural = _is_plural(tokens, group, parts, verb)
    groups = left(tokens, low, before, is_plural=is_plural, any_group=speaks)
    is_locative = groups and groups[0].first > low and tokens.flags[groups[0].first - 1] & PREPOSITION
    case = judge(tokens, groups, parts.finite, is_plural=is_plural) if groups and not is_locative else "subject"
    if groups and case == "subject":
        return Found(groups)
    # An object may stand first only if something else is the subject: Den Minister beschuldigte Macron.
    is_rejected = bool(groups) or _is_oblique(tokens, low, before)
    after = _right(tokens, parts.finite, high, verb) if is_rejected or not is_object else []
    ends_quotation = follows_sign and (tokens.words[before] in QUOTES or tokens.words[before - 1] in QUOTES)
    if after or (is_said and ends_quotation):
        # "...", dijo: who says it is left out.
        return Found(after, is_after=follows_sign)
    if groups and case == "unclear":
        return Found(groups)
    is_impersonal = is_plural and _tells_clause(tokens, parts.last, high, verb)
    return IMPERSONAL if is_impersonal else None


def _is_plural(tokens: Tokens, group: VerbGroup, parts: VerbParts, verb: Verb) -> bool:
    """Return whether the verb, or its auxiliary, is in the plural."""
    if verb.form == "plural":
        return True
    return verb.form == "perfect" and any(tokens.flags[index] & PLURAL for index in range(group.before + 1, parts.finite + 1))


def _is_oblique(tokens: Tokens, low: int, before: int) -> bool:
    """Return whether the noun group that ends at token *before* is in a case, or after a preposition, of no subject."""
    group = ending_at(tokens, low, before) if before >= low else None
    if group is None:
        return False
    flags = tokens.flags[group.first] | (tokens.flags[group.first - 1] if group.first > low else 0)
    return bool(tokens.flags[group.first] & OBLIQUE or flags & PREPOSITION)


def _is_negated_after(tokens: Tokens, parts: VerbParts, high: int) -> bool:
    """Return whether a negation follows the finite part, as in German: bestätigte den Bericht nicht."""
    if not tokens.rules.grammar.has_brackets:
        return False
    for each in range(parts.finite + 1, min(max(parts.last, parts.finite + MAX_BRACKET), high) + 1):
        if tokens.flags[each] & NEGATION:
            return True
        if each > parts.last and (not tokens.flags[each] & WORD or tokens.flags[each] & COMPLEMENT):
            break
    return False


def _agent(tokens: Tokens, low: int, parts: VerbParts, index: int, high: int) -> list[Group]:
    """Return the source of a passive: between its parts, after it, or before it (von Macron wurde er beschuldigt)."""
    for each in range(parts.finite + 1, parts.last):
        if tokens.flags[each] & AGENT:
            return following(tokens, each + 1, parts.last - 1)
    if groups := agent(tokens, index, high):
        return groups
    group = ending_at(tokens, low, parts.finite - 1) if tokens.rules.grammar.has_brackets else None
    leads = group and group.first > low and tokens.flags[group.first - 1] & AGENT
    return [group] if group and leads and is_source_like(tokens, group) else []


def _enclitic(tokens: Tokens, group: VerbGroup, index: int) -> int | None:
    """Return the pronoun that is joined to a verb, or to its auxiliary: a-t-elle ajouté, dit-il."""
    places = range(group.before + 1, min(index + 2, len(tokens.words)))
    return next((each for each in places if tokens.flags[each] & ENCLITIC), None)


def _of_nobody(tokens: Tokens, last: int, high: int) -> Found:
    """Return the body that stands after a verb of nobody, which ends at token *last*: indique-t-on à la mairie."""
    if last + 1 < high and tokens.flags[last + 1] & ADDRESSEE:
        groups = following(tokens, last + 2, high)
        if groups and tokens.flags[groups[0].head] & BODY:
            return Found(groups, is_after=True)
    return IMPERSONAL._replace(is_after=True)


def _right(tokens: Tokens, index: int, high: int, verb: Verb) -> list[Group]:
    """Return the sources after the finite verb at token *index*."""
    first = after_time(tokens, index + 1, high)
    if first < high and tokens.flags[first] & ADDRESSEE and (addressee := starting_at(tokens, first + 1, high)):
        first = after_addressee(tokens, addressee)
    first = after_outlet(tokens, first, high, verb)
    if verb.form == "plural" and tokens.rules.grammar.locative_bodies and first < high and tokens.flags[first] & SETTING:
        first += 1
    group = starting_at(tokens, first, high)
    if group is None or not is_source_like(tokens, group) or tokens.flags[group.first] & OBLIQUE:
        return []
    groups = nominatives(tokens, extend_right(tokens, group, high))
    is_locative = tokens.flags[group.first - 1] & PREPOSITION
    if not is_locative and judge(tokens, groups, index, is_plural=verb.form == "plural") == "other":
        return []
    return [appositive(tokens, groups[0], high), *groups[1:]]


def _fits(tokens: Tokens, high: int, parts: VerbParts, found: Found, verb: Verb) -> bool:
    """Return whether what the verb's frame asks for stands beside it: a word for a claim, or words that are said."""
    if verb.frame == "claim":
        end = max(parts.last, parts.finite + MAX_CLAIM)
        # "Den Vorwurf wies der Minister zurück": the claim may stand first.
        start = parts.finite - MAX_CLAIM if found.groups and found.groups[0].first > parts.finite else parts.finite + 1
        return any(tokens.flags[each] & CLAIMS for each in range(max(start, 0), min(end, high) + 1))
    if verb.frame not in {"clause", "mind"} or found.is_after:
        return True
    first = max([parts.last, *(group.last for group in found.groups)]) + 1
    return any(
        tokens.words[each] in BEGINS_WORDS or tokens.flags[each] & COMPLEMENT
        for each in range(first, min(first + MAX_CLAIM, high + 1))
    )
