"""The fold of a story's articles into its origins. Their order does not matter where no list has reached its bound."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.messages import Origin, OriginKind, OriginName
from monitor.origins.identity import ANAPHORS, STATE, Identity, identify, is_body, is_state
from monitor.origins.outlets import outlet_key, same_outlet
from monitor.origins.standing import count_origins
from monitor.origins.statements import VERDICTS, Telling
from monitor.text import gazetteer

MAX_ORIGINS = 20
"""The most origins that are listed."""
MAX_NAMES = 8
"""The most names of an origin."""
MAX_OUTLETS = 20
"""The most outlets that are listed for a name."""
STRENGTH = ("asserted", "declined", "said", "reported", "announced", "corrected", "denied", "confirmed")
"""The stances, weakest first."""
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tally:
    """The origins of a story, the earliest first, and how many say anything, listed or not."""

    origins: tuple[Origin, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    name: OriginName
    identity: Identity


def fold(tally: Tally, tellings: Iterable[Telling], outlets: Sequence[str], articles: Sequence[str] = ()) -> Tally:
    """Return *tally* with *tellings* added. *outlets* and *articles* are the story's, those of *tellings* included or not."""
    tellings = list(tellings)
    outlets = list(dict.fromkeys((*outlets, *(each.outlet for each in tellings))))
    known_articles = {*articles, *(each.article for each in tellings)}
    names = [name for origin in tally.origins for name in origin.names]
    copies = [each for each in tellings if each.duplicate_of in known_articles and each.duplicate_of != each.article]
    for telling in tellings:
        if telling not in copies:
            names += telling.statements
    names = _merge(names)
    # A copy carries the sources of what it copies, and adds none.
    keys = {key for name in names for key in identify(name).keys}
    names = _merge([*names, *(name for copy in copies for name in copy.statements if identify(name).keys & keys)])
    groups = _group([_Known(name, identify(name)) for name in _independent(names, outlets)])
    origins = sorted((_origin(group) for group in groups), key=_importance)
    listed = sorted(origins[:MAX_ORIGINS], key=lambda each: (each.since, each.who))
    count = count_origins(origins)
    # Those beyond the list are not known any more: the most that were seen at once are counted.
    return Tally(tuple(listed), max(tally.count, count) if len(origins) > MAX_ORIGINS or tally.count > MAX_ORIGINS else count)


def _importance(origin: Origin) -> tuple[bool, bool, datetime, str]:
    return origin.at is None, origin.stance not in VERDICTS, origin.since, origin.who


def _key(name: OriginName) -> tuple[object, ...]:
    return name.kind, name.entity, name.role, tuple(sorted(identify(name).keys))


def _merge(names: Iterable[OriginName]) -> list[OriginName]:
    """Return *names* with those of one key as one: at the newest stance, of one time at the strongest."""
    merged: dict[tuple[object, ...], OriginName] = {}
    for name in names:
        key = _key(name)
        merged[key] = _join(merged[key], name) if key in merged else name
    return list(merged.values())


def _join(one: OriginName, other: OriginName) -> OriginName:
    newest = max(one, other, key=_rank)
    first = min(one, other, key=lambda each: (each.since, each.who or ""))
    outlets = dict.fromkeys((*first.outlets, *one.outlets, *other.outlets))
    return replace(
        first,
        stance=newest.stance,
        at=newest.at,
        outlets=tuple(outlets)[:MAX_OUTLETS],
        through=one.through if one.through == other.through else None,
        denied=_earliest(one.denied, other.denied),
        confirmed=_earliest(one.confirmed, other.confirmed),
    )


def _earliest(*times: datetime | None) -> datetime | None:
    return min((each for each in times if each), default=None)


def _rank(name: OriginName) -> tuple[datetime, int]:
    return name.at or NEVER, STRENGTH.index(name.stance)


def _independent(names: Sequence[OriginName], outlets: Sequence[str]) -> list[OriginName]:
    """Return *names* without the outlets of the story, and without what one of them or a cited one tells itself."""
    relayed = [name.through for name in names if name.through]
    sources = [name for name in names if not (_is_outlet(name) and _is_any(name.who, outlets))]
    own = [name for name in sources if not _is_relayed(name, outlets)]
    # Where the outlet that is cited tells of no source, the one that cites it does.
    sources = own or sources
    independent = [name for name in sources if not (_is_outlet(name) and _is_any(name.who, relayed))]
    named = [name for name in independent if name.who]
    return named or independent


def _is_relayed(name: OriginName, outlets: Sequence[str]) -> bool:
    others = [outlet for outlet in outlets if not _is_any(outlet, name.outlets)]
    return _is_any(name.through, others)


def _is_outlet(name: OriginName) -> bool:
    if name.kind != "named" or not name.who or (name.entity or "").startswith("person:"):
        return False
    entry = gazetteer.load().get(name.entity or "") or gazetteer.resolve(name.who)
    return entry is None or entry.kind == "outlet"


def _is_any(outlet: str | None, others: Sequence[str]) -> bool:
    return outlet is not None and any(same_outlet(outlet, other) for other in others)


def _group(known: Sequence[_Known]) -> list[list[_Known]]:
    """Return the names of each source: those that share a key, and those that may be a shorter name of another.

    A short name that may stand for several sources belongs to the earliest of them, so that it does not join them.
    """
    groups = sorted(_with_common_keys(known), key=_order)
    with_word: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for word in {word for each in group for word in (*each.identity.words, *each.identity.title)}:
            with_word.setdefault(word, set()).add(number)
    longer = {id(group): _longer(group, groups, with_word) for group in groups}
    found = {id(group): list(group) for group in groups if not longer[id(group)]}
    for group in groups:
        if longer[id(group)]:
            longest = next((other for other in longer[id(group)] if id(other) in found), None)
            found.setdefault(id(longest or group), []).extend(group)
    return _resolve(list(found.values()))


def _resolve(groups: Sequence[list[_Known]]) -> list[list[_Known]]:
    """Return *groups*, where 'the company' is the earliest source that is known and has its stance."""
    known = [group for group in groups if not _is_anaphor(group) and _origin(group).kind != "anonymous"]
    resolved = {id(group): list(group) for group in groups}
    for group in groups if known else ():
        if _is_anaphor(group):
            stance = _origin(group).stance
            chosen = next((each for each in known if _origin(each).stance == stance), group)
            if chosen is not group:
                resolved[id(chosen)] += resolved.pop(id(group))
    return list(resolved.values())


def _order(group: Sequence[_Known]) -> tuple[datetime, str]:
    return min((each.name.since, each.name.who or "") for each in group)


def _with_common_keys(known: Sequence[_Known]) -> list[list[_Known]]:
    """Return *known* in groups: any two that share a key, or that a third one joins, are in one."""
    groups: dict[int, list[_Known]] = {}
    with_key: dict[str, int] = {}
    for number, each in enumerate(known):
        shared = {with_key[key] for key in each.identity.keys if key in with_key}
        joined = [groups.pop(found) for found in sorted(shared)]
        groups[number] = [each, *(other for group in joined for other in group)]
        with_key.update((key, number) for other in groups[number] for key in other.identity.keys)
    return list(groups.values())


def _longer(
    group: Sequence[_Known], groups: Sequence[Sequence[_Known]], with_word: Mapping[str, AbstractSet[int]]
) -> list[Sequence[_Known]]:
    """Return those of *groups* of whose names all in *group* may be shorter ones. *with_word* has their numbers by word."""
    words = group[0].identity.words
    # Only a name with all the words of another can be a longer one of it.
    candidates = sorted(set.intersection(*map(set, map(with_word.__getitem__, words)))) if words else range(len(groups))
    others = [groups[number] for number in candidates if groups[number] is not group]
    return [other for other in others if all(any(_contains(longer, each) for longer in other) for each in group)]


def _contains(longer: _Known, shorter: _Known) -> bool:
    kinds = shorter.name.kind, longer.name.kind
    words, described = shorter.identity.words, longer.identity.title | longer.identity.words
    if is_state(shorter.identity):
        return longer.name.kind != "anonymous" and words < described and bool(STATE & described)
    match kinds:
        case ("named", "named"):
            return words < longer.identity.words
        case ("named", "role"):
            return is_body(shorter.identity) and words < described
        case ("role", "named"):
            return words <= longer.identity.title and bool(words & longer.identity.head)
    return "named" not in kinds and words < longer.identity.words


def _is_anaphor(group: Sequence[_Known]) -> bool:
    """Return whether *group* is only called 'the company' or the like, by articles that name it elsewhere."""
    return all(each.name.kind == "role" and each.identity.words <= ANAPHORS for each in group)


def _origin(group: Sequence[_Known]) -> Origin:
    """Return the origin with the names in *group*: as it is named most exactly, and at its newest stance."""
    names = sorted((each.name for each in group), key=lambda each: (each.since, each.who or ""))
    kinds = {each.kind for each in names}
    kind: OriginKind = "named" if "named" in kinds else "anonymous" if "anonymous" in kinds else "role"
    shown = [each for each in names if each.kind == kind]
    newest = max(names, key=_rank)
    outlets = {outlet_key(outlet): outlet for name in reversed(names) for outlet in reversed(name.outlets)}
    first = list(reversed(outlets.values()))
    return Origin(
        who=shown[0].who or "unnamed sources",
        kind=kind,
        stance=newest.stance,
        since=names[0].since,
        at=_since(newest, names),
        outlets=tuple(first[:MAX_OUTLETS]),
        names=tuple(names[:MAX_NAMES]),
    )


def _since(newest: OriginName, names: Sequence[OriginName]) -> datetime | None:
    """Return since when a source with *names* stands where *newest* stands."""
    match newest.stance:
        case "denied":
            return _earliest(*(each.denied for each in names))
        case "confirmed":
            return _earliest(*(each.confirmed for each in names))
    return newest.at
