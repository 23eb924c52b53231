"""The fold of a story's articles into its origins. Their order does not matter where no list has reached its bound."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.messages import Origin, OriginKind, OriginName
from monitor.origins.grouping import VERDICTS, Known, group_names, order, rank
from monitor.origins.identity import Identity, identify, is_outlet_noun, is_vague
from monitor.origins.outlets import Outlets, outlet_key, same_outlet
from monitor.origins.standing import count_origins
from monitor.origins.statements import Telling
from monitor.text import gazetteer

MAX_NAMES = 200
"""The most names that are compared, as each is with each: those of an alert and an article. Held articles may have 500."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most origins that are listed, names of an origin, and outlets of an origin and of a name."""

    origins: int = 20
    names: int = 8
    outlets: int = 20


BOUNDS = Bounds()
"""The bounds of an alert."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The origins of a story, the earliest first, and how many say anything, listed or not."""

    origins: tuple[Origin, ...] = ()
    count: int = 0


def fold(
    tally: Tally,
    tellings: Iterable[Telling],
    outlets: Sequence[str],
    articles: Sequence[str] = (),
    bounds: Bounds = BOUNDS,
) -> Tally:
    """Return *tally* with *tellings* added. *outlets* and *articles* are the story's, those of *tellings* included or not."""
    tellings = list(tellings)
    outlets = list(dict.fromkeys((*outlets, *(each.outlet for each in tellings))))
    known_articles = {*articles, *(each.article for each in tellings)}
    names = [name for origin in tally.origins for name in origin.names]
    copies = [each for each in tellings if each.duplicate_of in known_articles and each.duplicate_of != each.article]
    for telling in tellings:
        if telling not in copies:
            names += telling.statements
    names = _merge(names, bounds)
    # A copy carries the sources of what it copies, and adds none.
    keys = {key for name in names for key in identify(name).keys}
    names = _merge([*names, *(name for copy in copies for name in copy.statements if identify(name).keys & keys)], bounds)
    known = sorted(_without_commentary(_independent(names, outlets)), key=_precedence)[:MAX_NAMES]
    groups = group_names([Known(name, _relayed_identity(name)) for name in known])
    origins = sorted((_origin(group, bounds) for group in groups), key=_importance)
    listed = sorted(origins[: bounds.origins], key=lambda each: (each.since, each.who))
    count = count_origins(origins)
    # Those beyond the list are not known any more: the most that were seen at once are counted.
    is_full = len(origins) > bounds.origins or tally.count > bounds.origins
    return Tally(tuple(listed), max(tally.count, count) if is_full else count)


def _precedence(name: OriginName) -> tuple[bool, tuple[datetime, str, str, str, str]]:
    return name.stance not in VERDICTS, order(name)


def _importance(origin: Origin) -> tuple[bool, bool, datetime, str]:
    return origin.at is None, origin.stance not in VERDICTS, origin.since, origin.who


def _key(name: OriginName) -> tuple[object, ...]:
    return name.kind, name.entity, name.role, tuple(sorted(identify(name).keys))


def _merge(names: Iterable[OriginName], bounds: Bounds) -> list[OriginName]:
    """Return *names* with those of one key as one: at the newest stance, of one time at the strongest."""
    merged: dict[tuple[object, ...], OriginName] = {}
    for name in names:
        key = _key(name)
        merged[key] = _join(merged[key], name, bounds) if key in merged else name
    return list(merged.values())


def _join(one: OriginName, other: OriginName, bounds: Bounds) -> OriginName:
    if one.beside != other.beside:
        return other if one.beside else one
    newest = max(one, other, key=rank)
    first = min(one, other, key=lambda each: (order(each), each.outlets))
    outlets = dict.fromkeys((*first.outlets, *one.outlets, *other.outlets))
    return replace(
        first,
        stance=newest.stance,
        at=newest.at,
        outlets=tuple(outlets)[: bounds.outlets],
        through=one.through if one.through and other.through and same_outlet(one.through, other.through) else None,
        denied=_earliest(one.denied, other.denied),
        confirmed=_earliest(one.confirmed, other.confirmed),
    )


def _earliest(*times: datetime | None) -> datetime | None:
    return min((each for each in times if each), default=None)


def _independent(names: Sequence[OriginName], outlets: Sequence[str]) -> list[OriginName]:
    """Return *names* without the outlets of the story, and without what one of them or a cited one tells itself."""
    relayed = [name.through for name in names if name.through]
    own, cited = Outlets(outlets), Outlets(relayed)
    sources = [name for name in names if not _is_one_of(name, own)]
    # Where the outlet that is cited tells of no source, the one that cites it does.
    sources_of_own = [name for name in sources if name.at and not _is_relayed(name, outlets, own)]
    telling = list(dict.fromkeys(outlet for name in sources_of_own for outlet in name.outlets))
    told = Outlets(telling)
    sources = [name for name in sources if not _is_relayed(name, telling, told)]
    independent = [name for name in sources if not _is_one_of(name, cited)]
    cites = bool(relayed) or any(_is_outlet(name) and (name.stance == "reported" or not _is_person(name)) for name in names)
    known = [name for name in independent if name.who and not (is_vague(name.who) and (cites or not is_outlet_noun(name.who)))]
    tells = any(name.stance != "declined" for name in known)
    return known if tells else independent


def _relayed_identity(name: OriginName) -> Identity:
    """Return the identity of *name*, where unnamed sources that the same outlet is cited for are one."""
    identity = identify(name)
    if name.kind == "anonymous" and name.through:
        return identity._replace(keys=identity.keys | {f"through:{outlet_key(name.through)}"})
    return identity


def _is_relayed(name: OriginName, outlets: Sequence[str], known: Outlets) -> bool:
    """Return whether *name* is told through one of *outlets*, which are *known*, that is none of its own."""
    if name.through is None or name.through not in known:
        return False
    own = Outlets(name.outlets)
    return any(same_outlet(name.through, outlet) and outlet not in own for outlet in outlets)


def _is_one_of(name: OriginName, outlets: Outlets) -> bool:
    """Return whether *name* is that of one of *outlets*; the outlet may be called by its role: the broadcaster Velm."""
    if _is_person(name):
        return outlet_key(name.who or "") in outlets.keys
    if not _is_outlet(name):
        return False
    who = name.who or ""
    is_known = who in outlets or f"{name.role or ''} {who}" in outlets
    return is_known or (gazetteer.resolve(who) is None and outlets.has_short(who))


def _is_person(name: OriginName) -> bool:
    return (name.entity or "").startswith("person:")


def _is_outlet(name: OriginName) -> bool:
    if name.kind != "named" or not name.who:
        return False
    entry = gazetteer.load().get(name.entity or "") or gazetteer.resolve(name.who)
    return entry is None or entry.kind == "outlet"


def _without_commentary(names: Sequence[OriginName]) -> Sequence[OriginName]:
    """Return *names* without those that only comment, unless nobody else says anything."""
    telling = [name for name in names if not name.beside]
    return telling if any(name.stance != "declined" for name in telling) else names


def _origin(group: Sequence[Known], bounds: Bounds) -> Origin:
    """Return the origin with the names in *group*: as it is named most exactly, and at its newest stance."""
    names = sorted((each.name for each in group), key=order)
    kinds = {each.kind for each in names}
    kind: OriginKind = "named" if "named" in kinds else "anonymous" if "anonymous" in kinds else "role"
    shown = [each for each in names if each.kind == kind]
    newest = max(names, key=rank)
    outlets = {outlet_key(outlet): outlet for name in reversed(names) for outlet in reversed(name.outlets)}
    first = list(reversed(outlets.values()))
    # The name that has the stance is kept, so that it does not stand otherwise at the next article.
    kept = (newest, *(each for each in names if each is not newest))[: bounds.names]
    return Origin(
        who=shown[0].who or "unnamed sources",
        kind=kind,
        stance=newest.stance,
        since=names[0].since,
        at=_since(newest, names),
        outlets=tuple(first[: bounds.outlets]),
        names=tuple(sorted(kept, key=order)),
    )


def _since(newest: OriginName, names: Sequence[OriginName]) -> datetime | None:
    """Return since when a source with *names* stands where *newest* stands."""
    match newest.stance:
        case "denied":
            return _earliest(*(each.denied for each in names))
        case "confirmed":
            return _earliest(*(each.confirmed for each in names))
    return newest.at
