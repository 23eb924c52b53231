"""Noun groups: the words around a token that name a person or body. Each search visits a bounded number of tokens."""

from typing import NamedTuple

from consumers.entities.attribution.heads import NOUN, NUMBER, PERSON, START, find_head
from consumers.entities.attribution.tokens import CAPITAL, OWNER, VERB, WORD, Tokens, bits
from monitor.text import gazetteer

MAX_GROUP = 14
"""The most tokens of a group."""
MAX_PLAIN = 5
"""The most words in lower case in succession that are no known nouns."""
MAX_LINKS = 5
"""The most groups that prepositions and conjunctions join to one source."""
MAX_CLAUSE = 14
"""The most tokens of a relative clause between a source and its verb."""
PRONOUN = bits("person_pronoun", "group_pronoun", "body_pronoun")
STOP = bits(
    "be", "auxiliary", "modal", "negation", "adverb", "infinitive", "relative", "conjunction", "break", "preposition", "agent",
    "time", "continue",
) | PRONOUN  # fmt: skip
LINK, AGENT, INFINITIVE = bits("preposition"), bits("agent"), bits("infinitive")
NAMES_SOMEONE = NOUN | START | CAPITAL
"""What follows "to" as a preposition: an adviser to the mayor, ordered by a court to pay."""
AND, RELATIVE, PARTICIPLE, COMPLEMENT, GENITIVE, ABOUT = (
    bits(name) for name in ("conjunction", "relative", "participle", "complement", "genitive", "about")
)


ADDRESSEE, OUTLET, DOCUMENT, SETTING_OF_WORDS = (bits(name) for name in ("addressee", "outlet", "document", "within"))


class Group(NamedTuple):
    """A noun group from token *first* to *last*. Its head, which says who it is, goes from *first* to *head*."""

    first: int
    last: int
    head: int


def is_noun_like(tokens: Tokens, index: int) -> bool:
    """Return whether a noun group can contain the token at *index*."""
    flags = tokens.flags[index]
    if not flags & WORD or (flags & (STOP | START) and not flags & (NOUN | NUMBER)):
        return False
    if not flags & VERB or flags & NOUN or index in tokens.mentions:
        return True
    return index > 0 and bool(tokens.flags[index - 1] & (START | OWNER))


def is_source_like(tokens: Tokens, group: Group) -> bool:
    """Return whether *group* can be a source by its words alone: a name, a role or a pronoun."""
    flags = tokens.flags[group.head]
    if flags & OWNER or (tokens.flags[group.last] & OWNER and group.head + 1 == group.last):
        return False
    mention = tokens.mentions.get(group.head)
    if mention:
        return mention.entity.type != "event"
    if tokens.rules.grammar.capitalises_nouns and tokens.flags[group.first] & START:
        # "Die Vereinten Nationen": only in a name an adjective has a capital.
        is_name = group.last - group.first > 1 and tokens.flags[group.last] & tokens.flags[group.last - 1] & CAPITAL
        return bool(flags & NOUN or is_name)
    return bool(flags & (NOUN | CAPITAL | PRONOUN)) or any(
        tokens.flags[index] & NOUN & ~OWNER for index in range(group.first, group.head + 1)
    )


def ending_at(tokens: Tokens, low: int, last: int) -> Group | None:
    """Return the noun group whose last token is *last*, in a sentence that starts at token *low*; None if there is none."""
    if last < low:
        return None
    if tokens.flags[last] & PRONOUN:
        return Group(last, last, last)
    if not is_noun_like(tokens, last):
        return None
    first = index = last
    plain = 0
    while index >= low and last - index < MAX_GROUP:
        flags = tokens.flags[index]
        mention = tokens.mentions.get(index)
        if mention and mention.first >= low:
            first, index = mention.first, mention.first - 1
            continue
        if not flags & WORD and not _abbreviates(tokens, low, index):
            break
        if flags & START and not flags & NUMBER:
            first = index
            break
        if flags & WORD:
            plain = 0 if flags & (CAPITAL | NOUN | NUMBER) else plain + 1
            if plain > MAX_PLAIN or not is_noun_like(tokens, index) or _breaks_before(tokens, index, first, last):
                break
            first = index
        index -= 1
    return Group(first, last, find_head(tokens, first, last))


def _is_circumstance(tokens: Tokens, preposition: int, group: Group) -> bool:
    """Return whether *group* after *preposition* is whom it is told, or in what: les pompiers à l'AFP, en un comunicado."""
    if preposition & ADDRESSEE:
        mention = tokens.mentions.get(group.head)
        entry = gazetteer.load().get(mention.entity.id) if mention else None
        if entry and entry.kind == "outlet":
            return True
    return bool(preposition & SETTING_OF_WORDS and tokens.flags[group.head] & (OUTLET | DOCUMENT))


def _abbreviates(tokens: Tokens, low: int, index: int) -> bool:
    """Return whether the token at *index* is the full stop of an abbreviation."""
    return tokens.words[index] == "." and index > low and tokens.words[index - 1] in tokens.rules.abbreviations


def _breaks_before(tokens: Tokens, index: int, following: int, last: int) -> bool:
    """Return whether a group ends between *index* and *following*: a name follows a word that does not introduce names."""
    flags = tokens.flags[index]
    if index == following or flags & (CAPITAL | NUMBER) or tokens.flags[last] & (NOUN | CAPITAL) == NOUN:
        return False
    after = tokens.flags[following]
    return bool(after & CAPITAL and not flags & NOUN and not after & NOUN)


def starting_at(tokens: Tokens, first: int, high: int) -> Group | None:
    """Return the noun group that starts at token *first*, in a sentence that ends at token *high*; None if there is none."""
    index, last, plain = first, -1, 0
    if index > high:
        return None
    if tokens.flags[index] & PRONOUN:
        return Group(index, index, index)
    while index <= high and index - first < MAX_GROUP:
        flags = tokens.flags[index]
        mention = tokens.mentions.get(index)
        if mention and mention.last <= high and plain <= 1:
            last, index, plain = mention.last, mention.last + 1, 0
            continue
        if not _goes_on(tokens, first, last, index, high, plain):
            break
        if flags & WORD:
            plain = 0 if flags & (CAPITAL | NOUN | NUMBER | START) else plain + 1
            last = index
        index += 1
    if last < 0 or (last == first and tokens.flags[first] & START and not tokens.flags[first] & (NUMBER | NOUN)):
        return None
    return Group(first, last, find_head(tokens, first, last))


def _goes_on(tokens: Tokens, first: int, last: int, index: int, high: int, plain: int) -> bool:
    """Return whether the group from *first* to *last* goes on with the token at *index*. See _breaks_after."""
    flags = tokens.flags[index]
    if not flags & WORD:
        return _abbreviates(tokens, first, index)
    if flags & START and not flags & NUMBER:
        return last < 0
    dependents = tokens.rules.dependents
    if dependents and not flags & (CAPITAL | NOUN) and any(tokens.flags[each] & NOUN for each in range(first, last + 1)):
        return bool(dependents.search(tokens.words[index])) and is_noun_like(tokens, index) and not flags & NUMBER
    if plain >= MAX_PLAIN and not flags & (CAPITAL | NOUN | NUMBER):
        return False
    return is_noun_like(tokens, index) and not (last >= 0 and _breaks_after(tokens, last, index, high, plain))


def _breaks_after(tokens: Tokens, last: int, index: int, high: int, plain: int) -> bool:
    """Return whether a group ends between *last* and *index*, after *plain* words in lower case that are no known nouns.

    It does where a name follows several such words, and where one follows a name and no role is near.
    """
    flags, before = tokens.flags[index], tokens.flags[last]
    if tokens.rules.grammar.capitalises_nouns and before & CAPITAL and not flags & CAPITAL:
        return True
    if flags & CAPITAL and not flags & NOUN and plain > 1:
        return True
    if flags & (CAPITAL | NOUN) or not before & CAPITAL or before & (OWNER | NOUN):
        return False
    return not any(tokens.flags[near] & NOUN for near in range(index, min(index + 3, high + 1)))


def extend_left(tokens: Tokens, low: int, group: Group) -> list[Group]:
    """Return the sources that *group* ends: itself with what it belongs to (a spokesman for it), and those joined to it."""
    groups = _joined_left(tokens, low, group)
    if owner := antecedent(tokens, low, groups[0].first):
        if tokens.rules.grammar.inverts:
            return [owner]
        return [Group(owner.first, groups[-1].last, owner.head)]
    if len(groups) > 1 and not _starts_clause(tokens, low, groups[0].first):
        return groups[-1:]
    return groups


def _joined_left(tokens: Tokens, low: int, group: Group) -> list[Group]:
    """Return the groups that prepositions, participles and conjunctions join to *group*, up to the outermost source."""
    groups, result = [group], [group]
    for _ in range(MAX_LINKS):
        before = groups[0].first - 1
        if tokens.flags[groups[0].first] & GENITIVE and (owned := ending_at(tokens, low, before)):
            if not tokens.flags[owned.head] & (NOUN | CAPITAL):
                break
            groups = [Group(owned.first, groups[0].last, owned.head), *groups[1:]]
            result = groups if is_source_like(tokens, owned) else result
            continue
        previous = ending_at(tokens, low, before - 1) if before > low else None
        if previous is None:
            break
        flags, is_source = tokens.flags[before], is_source_like(tokens, previous)
        if flags & LINK or (flags & PARTICIPLE and not flags & VERB):
            counts = tokens.flags[previous.head] & NUMBER and not tokens.flags[previous.head] & NOUN
            # "One of the officials" is an official.
            is_named = not counts and _names_the_head(tokens, previous, groups[0])
            groups = [
                Group(previous.first, groups[0].last, groups[0].head if counts or is_named else previous.head),
                *groups[1:],
            ]
            is_source = is_source or bool(counts)
        elif flags & AND and is_source:
            groups = [previous, *groups]
        else:
            break
        if is_source:
            result = groups
    return result


def _names_the_head(tokens: Tokens, role: Group, group: Group) -> bool:
    """Return whether *group*, what belongs to *role*, ends with the name of who has that: il ministro degli Esteri Ana Ruiz.

    A name alone is not that of the role: il portavoce di Ana Ruiz.
    """
    mention = tokens.mentions.get(group.last)
    is_person = mention is not None and mention.entity.type == "person" and mention.last > mention.first > group.first
    if not is_person or not mention or not tokens.rules.grammar.inverts or not tokens.flags[role.head] & PERSON:
        return False
    return not any(tokens.flags[index] & PERSON for index in range(group.first, mention.first))


def antecedent(tokens: Tokens, low: int, first: int) -> Group | None:
    """Return the group before a relative pronoun whose clause, without a sign, reaches token *first*; None if there is none."""
    for index in range(first - 1, max(low, first - MAX_CLAUSE), -1):
        if not tokens.flags[index] & WORD:
            return None
        if tokens.flags[index] & COMPLEMENT and not tokens.flags[index] & RELATIVE:
            return _before_complement(tokens, low, index) if tokens.rules.grammar.inverts else None
        if tokens.flags[index] & RELATIVE:
            group = ending_at(tokens, low, index - 1)
            return group if group and is_source_like(tokens, group) else None
    return None


def _before_complement(tokens: Tokens, low: int, index: int) -> Group | None:
    """Return the group before token *index*, a word that begins what is said, or a relative clause after a noun."""
    group = ending_at(tokens, low, index - 1)
    is_noun = group and tokens.flags[group.head] & NOUN
    return group if group and is_noun and not (group.first > low and tokens.flags[group.first - 1] & VERB) else None


def _starts_clause(tokens: Tokens, low: int, first: int) -> bool:
    """Return whether a clause can start at token *first*."""
    return (
        first <= low or not tokens.flags[first - 1] & WORD or bool(tokens.flags[first - 1] & bits("break", "time", "relative"))
    )


def extend_right(tokens: Tokens, group: Group, high: int) -> list[Group]:
    """Return the sources that *group* starts: itself with what it belongs to, and those joined to it."""
    groups = [group]
    for _ in range(MAX_LINKS):
        after = groups[-1].last + 1
        if after >= high:
            break
        flags = tokens.flags[after]
        if flags & ABOUT:
            break
        if flags & GENITIVE and (owner := starting_at(tokens, after, high)):
            groups[-1] = Group(groups[-1].first, owner.last, groups[-1].head)
            continue
        following = starting_at(tokens, after + 1, high)
        if following is None or tokens.flags[following.first] & PRONOUN:
            break
        if flags & INFINITIVE and not tokens.flags[following.first] & NAMES_SOMEONE:
            break
        if tokens.rules.grammar.inverts and flags & (LINK | ADDRESSEE) and _is_circumstance(tokens, flags, following):
            break
        if flags & (LINK | AGENT) and not tokens.flags[after + 1] & bits("time"):
            groups[-1] = Group(groups[-1].first, following.last, groups[-1].head)
        elif flags & AND and is_source_like(tokens, following):
            groups.append(following)
        else:
            break
    return groups
