"""Where the source of a cue stands: before its verb, after it, after "by", or with an earlier verb of the sentence."""

from typing import NamedTuple

from consumers.entities.attribution.groups import (
    AGENT,
    COMPLEMENT,
    PARTICIPLE,
    PRONOUN,
    RELATIVE,
    Group,
    antecedent,
    ending_at,
    extend_left,
    extend_right,
    is_source_like,
    starting_at,
)
from consumers.entities.attribution.heads import NOUN, START
from consumers.entities.attribution.tokens import CAPITAL, OWNER, VERB, WORD, Tokens, bits

MAX_VERB_GROUP = 12
"""The most tokens before a verb that belong to its group: has not yet, on Monday."""
MAX_PARENTHESIS = 30
"""The most tokens between a source and its verb that commas, dashes or brackets enclose."""
MAX_OWNED = 4
"""The most tokens between an owner and what is owned."""
MAX_NAME = 4
"""The most words of a person's name."""
MAX_AGENT = 6
"""The most tokens between a passive verb and the word for its agent."""
BE, AUXILIARY, MODAL, NEGATION, ADVERB, INFINITIVE, CONTINUE, TIME, PREPOSITION, NUMBER, AND, BREAK, ENCLITIC = (
    bits(name)
    for name in (
        "be", "auxiliary", "modal", "negation", "adverb", "infinitive", "continue", "time", "preposition", "number",
        "conjunction", "break", "enclitic",
    )
)  # fmt: skip
FINITE = BE | AUXILIARY | MODAL | VERB
PARENTHESES = {",": ",", "—": "—", "–": "–", "-": "-", ")": "("}
BODY = bits("body")
QUOTES = "\"”»’'“"
SHARED = Group(-1, -1, -1)
"""The source of the previous verb: "denied it and said ..."."""


class VerbGroup(NamedTuple):
    """What stands before a verb: the token *before* it all, and what the words between them do to the verb."""

    before: int
    is_negated: bool = False
    is_passive: bool = False
    is_modal: bool = False
    is_infinitive: bool = False
    has_auxiliary: bool = False


def verb_group(tokens: Tokens, low: int, verb: int) -> VerbGroup:
    """Return the group of the verb at token *verb*, in a sentence that starts at token *low*."""
    index, seen, infinitive = verb - 1, 0, False
    while index >= low and verb - index <= MAX_VERB_GROUP:
        flags = tokens.flags[index]
        if flags & TIME or ((flags & NUMBER or tokens.words[index].isdigit()) and index > low and _is_date(tokens, index - 1)):
            # At least this token: a number is no word of time by itself.
            index = min(_before_time(tokens, low, index), index - 1)
        elif flags & INFINITIVE:
            index -= 1 if index <= low or not tokens.flags[index - 1] & PREPOSITION else 2
            if index < low or not tokens.flags[index] & CONTINUE:
                infinitive = True
                break
            seen |= AUXILIARY
            index -= 1
        elif flags & (BE | AUXILIARY | MODAL | NEGATION | ADVERB | ENCLITIC) and not _is_noun(tokens, low, index):
            seen |= flags
            index -= 1
        else:
            break
    return VerbGroup(
        index, bool(seen & NEGATION), bool(seen & BE), bool(seen & MODAL), infinitive, bool(seen & (AUXILIARY | BE))
    )


def _is_noun(tokens: Tokens, low: int, index: int) -> bool:
    """Return whether the word at *index* is a noun, though it may be a form of "be": lo stato, but not è stato."""
    flags = tokens.flags[index]
    is_form = flags & BE and index > low and tokens.flags[index - 1] & (BE | AUXILIARY)
    return bool(flags & NOUN and not is_form)


def _is_date(tokens: Tokens, index: int) -> bool:
    return bool(tokens.flags[index] & TIME) or tokens.words[index] == "."


def _before_time(tokens: Tokens, low: int, index: int) -> int:
    """Return the token before the expression of time that ends at token *index*: on Monday, earlier on Sept. 8, last week."""
    last = index
    while index >= low and last - index < MAX_VERB_GROUP:
        flags = tokens.flags[index]
        if not flags & (TIME | ADVERB) and not tokens.words[index].isdigit() and tokens.words[index] != ".":
            break
        index -= 1
    if index >= low and tokens.flags[index] & (PREPOSITION | START) and not tokens.flags[index] & bits("possessive"):
        index -= 1
    return index


def subject(tokens: Tokens, low: int, before: int, *, any_group: bool = True) -> list[Group]:
    """Return the sources whose verb group starts after token *before*; SHARED for those of the previous verb.

    Without *any_group* only names, roles and pronouns are sources.
    """
    if before < low:
        return []
    flags = tokens.flags[before]
    if flags & RELATIVE:
        before -= 2 if before > low and tokens.words[before - 1] == "," else 1
        group = ending_at(tokens, low, before)
        is_cleft = group and group.first > low and tokens.flags[group.first - 1] & BE
        is_source = group and (is_source_like(tokens, group) or (any_group and is_cleft and _is_described(tokens, group)))
        return extend_left(tokens, low, group) if group and is_source else []
    if flags & AND:
        return [SHARED]
    if (opening := PARENTHESES.get(tokens.words[before])) is not None:
        return _before_parenthesis(tokens, low, before, opening)
    group = ending_at(tokens, low, before)
    if group is None or not (is_source_like(tokens, group) or (any_group and _can_speak(tokens, low, group))):
        if owner := antecedent(tokens, low, before + 1):
            return [owner]
        joined = extend_left(tokens, low, group) if group and tokens.rules.grammar.inverts else []
        return joined if group and joined and joined[0].first < group.first else []
    return extend_left(tokens, low, group)


def _is_described(tokens: Tokens, group: Group) -> bool:
    """Return whether *group* is somebody by an unknown noun: the fisherman, her neighbours."""
    return bool(tokens.flags[group.first] & (START | NUMBER | OWNER)) and group.last > group.first


def _can_speak(tokens: Tokens, low: int, group: Group) -> bool:
    """Return whether *group*, before a verb that needs a speaker, is one although its noun is unknown."""
    return _is_described(tokens, group) or _is_alone(tokens, low, group)


def _is_alone(tokens: Tokens, low: int, group: Group) -> bool:
    """Return whether *group* is one unknown word between what is said and its verb: "...", vets said."""
    first = group.first
    return first == group.last and first > low + 1 and tokens.words[first - 1] in {",", "?", "!", *QUOTES}


def _before_parenthesis(tokens: Tokens, low: int, closing: int, opening: str) -> list[Group]:
    """Return the source before the parenthesis that ends at token *closing*: Peskov, his spokesman, said."""
    for index in range(closing - 1, max(low, closing - MAX_PARENTHESIS), -1):
        if tokens.words[index] in QUOTES and not tokens.quoted[index]:
            return []
        if tokens.words[index] == opening:
            break
    else:
        return []
    while index - 2 > low and tokens.words[index - 1].isdigit() and tokens.words[index - 2] == opening:
        index -= 2
    first = index + 1
    group = ending_at(tokens, low, index - 1)
    if first >= closing or group is None or not is_source_like(tokens, group):
        return []
    flags = tokens.flags[first]
    opens = (
        flags & (RELATIVE | NEGATION | START | PARTICIPLE | NUMBER | PREPOSITION | NOUN | CAPITAL)
        or tokens.words[first][0].isdigit()
    )
    clause = any(tokens.flags[each] & FINITE for each in range(first, closing))
    may_begin_clause = RELATIVE | PARTICIPLE | NUMBER | NEGATION | (START | COMPLEMENT if tokens.rules.grammar.inverts else 0)
    opens = opens or flags & may_begin_clause or (tokens.rules.grammar.inverts and not clause)
    if not opens or (clause and not flags & may_begin_clause):
        return []
    groups = extend_left(tokens, low, group)
    head = tokens.flags[groups[-1].head]
    name = _name_in(tokens, first, closing - 1) or (_body_in(tokens, first, closing - 1) if head & BODY else None)
    if name and head & NOUN:
        return [Group(groups[-1].first, name.last, name.head)]
    return groups


def _name_in(tokens: Tokens, first: int, last: int) -> Group | None:
    """Return the tokens from *first* to *last* if they are a person's name: a regional official, Andrei Saltykov, denied."""
    mention = tokens.mentions.get(first)
    if mention and mention.entity.type == "person" and mention.last == last:
        return Group(first, last, last)
    capitals = all(tokens.flags[index] & CAPITAL and not tokens.flags[index] & NOUN for index in range(first, last + 1))
    return Group(first, last, last) if 0 < last - first < MAX_NAME and capitals else None


def _body_in(tokens: Tokens, first: int, last: int) -> Group | None:
    """Return the tokens from *first* to *last* if they are the name of a body: its operator, Vestnett, said."""
    is_name = all(tokens.flags[index] & CAPITAL and not tokens.flags[index] & (NOUN | TIME) for index in range(first, last + 1))
    return Group(first, last, last) if last - first < MAX_NAME and is_name else None


def inverted(tokens: Tokens, low: int, verb: int, high: int) -> list[Group]:
    """Return the source after the verb at token *verb*: "...", said Kim. It must end the clause."""
    if verb <= low or verb >= high:
        return []
    sign = tokens.words[verb - 1]
    if not (sign == "," or sign in QUOTES or sign in "?!" or tokens.quoted[verb - 1]):
        return []
    group = starting_at(tokens, verb + 1, high)
    if group is None or not is_source_like(tokens, group):
        return []
    groups = extend_right(tokens, group, high)
    after = groups[-1].last + 1
    ends = (
        after > high
        or not tokens.flags[after] & WORD
        or bool(tokens.flags[after] & (TIME | PREPOSITION | RELATIVE | BREAK | ADVERB))
    )
    return [appositive(tokens, groups[0], high), *groups[1:]] if ends else []


def appositive(tokens: Tokens, group: Group, high: int) -> Group:
    """Return the name after *group* if *group* is a role: said the mayor, Ann Vale."""
    first = group.last + 2
    if first <= high and tokens.words[group.last + 1] == "," and tokens.flags[group.head] & NOUN:
        mention = tokens.mentions.get(first)
        if mention and mention.entity.type == "person":
            return Group(group.first, mention.last, mention.last)
        if tokens.rules.grammar.inverts and (name := _name_from(tokens, first, high)):
            return Group(group.first, name.last, name.head)
    return group


def _name_from(tokens: Tokens, first: int, high: int) -> Group | None:
    """Return the name, known by its capitals, from token *first* to the next sign; None if there is none."""
    last = first
    while last < high and last - first < MAX_NAME and tokens.flags[last + 1] & WORD:
        last += 1
    return _name_in(tokens, first, last)


def agent(tokens: Tokens, verb: int, high: int) -> list[Group]:
    """Return the source after a passive verb: denied on Monday by officials in Tehran."""
    for index in range(verb + 1, min(verb + MAX_AGENT, high) + 1):
        if tokens.flags[index] & AGENT:
            return following(tokens, index + 1, high)
        if not tokens.flags[index] & (TIME | ADVERB | PREPOSITION | START | CAPITAL | PRONOUN):
            return []
    return []


def owning(tokens: Tokens, low: int, noun: int) -> Group | None:
    """Return the owner of the noun at token *noun*: Vale's repeated claim that, their claim that. None if there is none."""
    for index in range(noun - 1, max(low - 1, noun - MAX_OWNED), -1):
        flags = tokens.flags[index]
        if flags & bits("possessive"):
            return Group(index, index, index)
        if flags & OWNER and flags & CAPITAL:
            mention = tokens.mentions.get(index)
            return Group(mention.first if mention else index, index, index)
        if not flags & WORD or flags & (START | FINITE | PREPOSITION | BREAK | AND):
            return None
    return None


def following(tokens: Tokens, first: int, high: int) -> list[Group]:
    """Return the sources that start at token *first*, as after "according to"."""
    while first <= high and (tokens.words[first] in QUOTES or tokens.flags[first] & (ADVERB | NOUN) == ADVERB):
        first += 1
    group = starting_at(tokens, first, high)
    if group is None or not (is_source_like(tokens, group) or _is_described(tokens, group)):
        return []
    groups = extend_right(tokens, group, high)
    return [appositive(tokens, groups[0], high), *groups[1:]]
