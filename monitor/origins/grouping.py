"""The names of a source that is one: those that share a key, shorter names, and words such as "the company". Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from monitor.messages import OriginName, Stance
from monitor.origins.descriptions import is_country, singular
from monitor.origins.identity import Identity, is_anaphor, is_body, is_owned_body, is_people, is_state
from monitor.origins.outlets import outlet_key
from monitor.origins.vocabulary import vocabulary
from monitor.text.tokens import tokens

STRENGTH = ("asserted", "declined", "said", "reported", "announced", "corrected", "denied", "confirmed")
"""The stances, weakest first."""
VERDICTS: frozenset[Stance] = frozenset({"confirmed", "denied"})
"""The stances that only another of them replaces."""
TOLD: frozenset[Stance] = frozenset({"said", "reported", "announced"})
"""The stances of which one may be told as another."""
NEVER = datetime.min.replace(tzinfo=UTC)


class Known:
    """A name and its features, computed once because each name is compared with many."""

    __slots__ = ("countries", "identity", "is_body", "is_minister", "is_people", "is_state", "name", "outlet")

    def __init__(self, name: OriginName, identity: Identity) -> None:
        self.name, self.identity = name, identity
        self.is_people, self.is_state, self.is_body = is_people(identity), is_state(identity), is_body(identity)
        self.is_minister = not vocabulary().ministers.isdisjoint(identity.title)
        self.countries = frozenset(filter(is_country, identity.words))
        self.outlet = outlet_key(name.outlets[0]) if name.outlets else ""


def rank(name: OriginName) -> tuple[bool, datetime, int]:
    """Return the key by which the stance of a source is the greatest: the newest, and of one time the strongest.

    A later statement does not take back a confirmation or denial.
    """
    return name.at is not None and name.stance in VERDICTS, name.at or NEVER, STRENGTH.index(name.stance)


def _stance(group: Sequence[Known]) -> Stance:
    return max((each.name for each in group), key=rank).stance


def group_names(known: Sequence[Known]) -> list[list[Known]]:
    """Return the names of each source: those that share a key, and those that may be a shorter name of another.

    A short name that may stand for several sources belongs to the earliest of them, so that it does not join them.
    """
    groups = sorted(_with_common_keys(sorted(known, key=lambda each: order(each.name))), key=_order)
    return _deny_again(_resolve(_with_shorter_names(groups)))


def _with_common_keys(known: Sequence[Known]) -> list[list[Known]]:
    """Return *known* in groups: any two that share a key, or that a third one joins, are in one."""
    groups: dict[int, list[Known]] = {}
    with_key: dict[str, int] = {}
    for number, each in enumerate(known):
        shared = {with_key[key] for key in each.identity.keys if key in with_key}
        joined = [groups.pop(found) for found in sorted(shared)]
        groups[number] = [each, *(other for group in joined for other in group)]
        with_key.update((key, number) for other in groups[number] for key in other.identity.keys)
    return list(groups.values())


def _with_shorter_names(groups: Sequence[list[Known]]) -> list[list[Known]]:
    """Return *groups*, in order of time, each with the groups of its shorter names, and with theirs."""
    longer: dict[int, int] = {}
    words, outlets = [_all_words(group) for group in groups], [_outlets_of_unnamed(group) for group in groups]
    for number, group in enumerate(groups):
        is_any = any(_needs_no_word(each) for each in group)
        for place, other in enumerate(groups):
            # Most sources have no word in common, which is found faster than all the rest.
            may_be = is_any or not words[number].isdisjoint(words[place]) or not outlets[number].isdisjoint(outlets[place])
            if may_be and _is_shorter(group, other) and _longest(longer, place) != number:
                longer[number] = place
                break
    found: dict[int, list[Known]] = {}
    for number, group in enumerate(groups):
        found.setdefault(_longest(longer, number), []).extend(group)
    return list(found.values())


def _all_words(group: Sequence[Known]) -> frozenset[str]:
    return frozenset().union(*(each.identity.title | each.identity.words | each.identity.body for each in group))


def _needs_no_word(known: Known) -> bool:
    """Return whether *known* may be another source though neither a word of its names nor its outlet is the same.

    Such are a state, its minister, and people of whom nothing is told.
    """
    return (known.is_people and not known.identity.words) or known.is_state or known.is_minister


def _outlets_of_unnamed(group: Sequence[Known]) -> frozenset[str]:
    return frozenset(each.outlet for each in group if each.name.kind == "anonymous")


def _longest(longer: Mapping[int, int], number: int) -> int:
    while number in longer:
        number = longer[number]
    return number


def _resolve(groups: Sequence[list[Known]]) -> list[list[Known]]:
    """Return *groups*, where 'the company' is the earliest source that is known and has its stance."""
    known = [group for group in groups if not _is_anaphor(group) and _kind(group) != "anonymous"]
    resolved = {id(group): list(group) for group in groups}
    for group in groups if known else ():
        if _is_anaphor(group):
            stance = _stance(group)
            meant = [each for each in known if (_has_person(each) if _is_office(group) else _has_body(each))]
            chosen = next((each for each in meant if _stance(each) == stance or {stance, _stance(each)} <= TOLD), group)
            if chosen is not group:
                resolved[id(chosen)] += resolved.pop(id(group))
    return list(resolved.values())


def order(name: OriginName) -> tuple[datetime, str, str, str, str]:
    """Return by what names are sorted, so that the order in which they came changes nothing."""
    return name.since, name.who or "", name.kind, name.role or "", name.entity or ""


def _order(group: Sequence[Known]) -> tuple[datetime, str, str, str, str]:
    return min(order(each.name) for each in group)


def _is_shorter(group: Sequence[Known], other: Sequence[Known]) -> bool:
    """Return whether all names in *group* may be shorter ones of a name in *other*."""
    if group is other:
        return False
    speakers = [each for each in group if each.identity.body or each.is_minister or each.is_state]
    if any(_speaks_for(each, longer) for each in speakers for longer in other):
        return True
    return all(any(_contains(longer, each) for longer in other) for each in group)


def _speaks_for(known: Known, body: Known) -> bool:
    """Return whether *known* speaks for *body*, or is a state and *body* its ministry."""
    if body.name.kind == "anonymous":
        return False
    spoken, described = known.identity.body, body.identity.title | body.identity.words
    if spoken and not body.is_people and spoken < (body.identity.body or body.identity.words):
        return True
    if _is_minister_of(known, body):
        return True
    if not known.is_state or not vocabulary().parted.isdisjoint(described):
        return False
    is_outlet = any(f"outlet of {country}" in body.identity.keys for country in known.identity.words)
    return is_outlet or (known.identity.words < described and not vocabulary().state.isdisjoint(described))


def _is_minister_of(known: Known, state: Known) -> bool:
    """Return whether *known* is a minister without a country, and *state* the government of which the same outlet tells."""
    if known.name.kind != "named" or not known.is_minister or any(map(is_country, known.identity.title)):
        return False
    governs = state.is_state or state.identity.words <= vocabulary().government
    return governs and bool(state.identity.words) and not set(known.name.outlets).isdisjoint(state.name.outlets)


def _contains(longer: Known, shorter: Known) -> bool:
    kinds = shorter.name.kind, longer.name.kind
    words, described = shorter.identity.words, longer.identity.title | longer.identity.words
    if "anonymous" in kinds and (shorter.name.stance == "denied") != (longer.name.stance == "denied"):
        # One who denies is not the unnamed source of what is denied.
        return False
    if kinds == ("anonymous", "anonymous") and shorter.outlet == longer.outlet:
        # Unnamed sources are two only if each has an outlet of its own.
        return not (shorter.countries and longer.countries and shorter.countries != longer.countries)
    if shorter.is_people and (longer.is_people or "anonymous" in kinds):
        return longer.is_people and (words < longer.identity.words if words else _is_bare(shorter))
    if shorter.is_people and (own := words - _nouns_of_people()):
        return own <= (longer.identity.body or described)
    if words and (words == longer.identity.body or (shorter.is_body and words < longer.identity.body)):
        return True
    match kinds:
        case ("named", "named"):
            own = words - shorter.countries if shorter.countries and not longer.countries else words
            return bool(own) and own < longer.identity.words
        case ("named", "role"):
            return (shorter.is_body or len(words) > 1) and words < described
        case ("role", "named"):
            return _is_role_of(longer.identity, words)
    return "named" not in kinds and bool(words) and words < longer.identity.words


def _is_bare(known: Known) -> bool:
    """Return whether unnamed people are not described at all: "sources" are those of whom another article tells more."""
    return len([word for word in tokens(known.name.who or "") if word not in vocabulary().articles]) <= 1


@cache
def _nouns_of_people() -> frozenset[str]:
    return frozenset(map(singular, vocabulary().people))


def _is_role_of(person: Identity, words: frozenset[str]) -> bool:
    """Return whether *words* describe the named *person*: the Danish minister is the minister Ana Ruiz."""
    countries = frozenset(filter(is_country, words))
    told = frozenset(filter(is_country, person.title))
    role = words - countries
    is_meant = bool(role & person.head) or len(role) > 1
    return role <= person.title and is_meant and (not countries or not told or bool(countries & told))


def _is_anaphor(group: Sequence[Known]) -> bool:
    """Return whether *group* is only called 'the company' or the like, by articles that name it elsewhere."""
    return all(
        each.name.kind == "role" and is_anaphor(each.identity) and not is_owned_body(each.name.who or "") for each in group
    )


def _deny_again(groups: Sequence[list[Known]]) -> list[list[Known]]:
    """Return *groups*, where an official who denies is the earliest named person who does, unless the country differs."""
    named = [group for group in groups if _kind(group) == "named" and _stance(group) == "denied"]
    joined = {id(group): list(group) for group in groups}
    for group in groups:
        if _stance(group) == "denied" and all(_is_one_of_the_unnamed(each) for each in group):
            chosen = next((each for each in named if _may_be_of_one_country(each, group) and _has_person(each)), None)
            if chosen:
                joined[id(chosen)] += joined.pop(id(group))
    return list(joined.values())


def _kind(group: Sequence[Known]) -> str:
    kinds = {each.name.kind for each in group}
    return "named" if "named" in kinds else "anonymous" if "anonymous" in kinds else "role"


def _is_one_of_the_unnamed(known: Known) -> bool:
    people = vocabulary().people
    return known.is_people and any(word in people and singular(word) == word for word in tokens(known.name.who or ""))


def _has_person(group: Sequence[Known]) -> bool:
    return any((each.name.entity or "").startswith("person:") for each in group)


def _has_body(group: Sequence[Known]) -> bool:
    return any(not each.name.role or not (each.name.entity or "").startswith("person:") for each in group)


def _is_office(group: Sequence[Known]) -> bool:
    return all(each.identity.words <= vocabulary().offices for each in group)


def _may_be_of_one_country(group: Sequence[Known], other: Sequence[Known]) -> bool:
    one, two = (
        {word for each in names for word in each.identity.title | each.identity.words if is_country(word)}
        for names in (group, other)
    )
    return not one or not two or bool(one & two)
