"""One identity for each source: what its names, role or description have in common with those of others."""

from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from monitor.messages import OriginName
from monitor.origins.descriptions import (
    MAX_CACHED,
    describe,
    describe_people,
    describe_words,
    is_country,
    names_of,
    singular,
)
from monitor.origins.vocabulary import vocabulary
from monitor.text import gazetteer
from monitor.text.tokens import tokens

SEATS = frozenset({"org:kremlin", "org:white-house", "org:blue-house", "org:downing-street"})
"""Bodies that stand for their government, as its country and its capital do."""
STATE_OUTLETS = frozenset(
    {"org:kcna", "org:rodong-sinmun", "org:tass", "org:ria-novosti", "org:xinhua", "org:cctv", "org:cgtn"}
)
"""Outlets that a description means by state media."""
MIN_JOINED = 6
"""The fewest letters of a description that is the same with and without spaces: coast guard."""
ABBREVIATION = range(3, 7)
"""How long an abbreviation of initials is."""


class Identity(NamedTuple):
    """The *keys* of a source, of which one is enough to recognise it, and the *words* that describe it.

    *title* has those of a name and of its role, as a description has them, and *head* those before a preposition. *body* has
    those of the body that a person speaks for.
    """

    keys: frozenset[str]
    words: frozenset[str]
    title: frozenset[str] = frozenset()
    head: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()


class Body(NamedTuple):
    """The body that somebody speaks for: its key, and the words that describe it."""

    key: str
    words: frozenset[str]


def identify(name: OriginName) -> Identity:
    """Return the identity of the source *name*."""
    return _identify(name.who or "", name.kind == "named", name.entity, name.role)


@lru_cache(MAX_CACHED)
def _identify(who: str, is_named: bool, entity: str | None, role: str | None) -> Identity:  # noqa: FBT001  (arguments of a cache)
    found = _identify_alone(who, is_named, entity, role)
    is_person = (entity or "").startswith("person:")
    # All police of a story are one, as they are seldom called by one name.
    services = vocabulary().emergency & (found.body if is_person or found.body else found.words)
    return found._replace(keys=found.keys | {f"service:{each}" for each in services}) if services else found


def _identify_alone(who: str, is_named: bool, entity: str | None, role: str | None) -> Identity:  # noqa: FBT001  (arguments of a cache)
    if not is_named:
        return _identify_described(who)
    title = describe(f"{role or ''} {who}")
    key = _named_key(who, entity)
    is_person = (entity or "").startswith("person:") or leads(role or "")
    keys = {key} | _initials(who) | _state_outlet(key)
    if key.startswith("name:") and not is_person:
        # A body is the same by its name and by a description: South Korea's foreign ministry.
        own = describe(who)
        whole = title if any(map(is_country, title)) else own
        named = keys - {key} if any(map(is_country, title)) else keys
        return Identity(frozenset(named | {_described(whole), *_joined(who)}), whole, title, title)
    body = body_of(role) if role else None
    if body:
        keys = keys | {body.key, *(f"initials:{word}" for word in body.words if len(body.words) == 1)}
    elif is_person and len(names_of(who)) == 1:
        # A body of one word may pass for a person.
        keys = keys | {_described(describe(who))}
    head = describe_words(_before_preposition(role or "") + tokens(who))
    return Identity(frozenset(keys), describe(who), title, head, body.words if body else frozenset())


def _identify_described(who: str) -> Identity:
    if is_vague(who):
        return Identity(frozenset({"hearsay:"}), frozenset())
    if not who or is_group(who):
        people = describe_people(who)
        return Identity(frozenset({"people:" + " ".join(sorted(people))}), people)
    known = vocabulary()
    if not known.leaked.isdisjoint(tokens(who)) and not known.documents.isdisjoint(map(singular, tokens(who))):
        # Several outlets may have seen one document.
        return Identity(frozenset({"document:"}), frozenset())
    words = describe_words(_before_clause(who))
    if not known.studies.isdisjoint(tokens(who)):
        return Identity(frozenset({"study:"}), words)
    state = next(iter(words)) if len(words) == 1 else ""
    body = body_of(who) if not _leading().isdisjoint(tokens(who)) else None
    keys = {body.key if body else (f"state:{state}" if is_country(state) else _described(words)), *_joined(who)}
    if known.public & {*tokens(who)} and known.outlets & {*tokens(who)}:
        keys |= {f"outlet of {country or 'a state'}" for country in [each for each in words if is_country(each)] or [""]}
    return Identity(frozenset(keys), words, body=body.words if body else frozenset())


def is_state(identity: Identity) -> bool:
    """Return whether a country stands for its government."""
    return any(f"state:{word}" in identity.keys for word in identity.words) and len(identity.words) == 1


def is_body(identity: Identity) -> bool:
    """Return whether *identity* is that of a description, and of no person or known name."""
    return any(key.startswith("described:") for key in identity.keys)


def is_people(identity: Identity) -> bool:
    """Return whether *identity* is that of people who are not named."""
    return any(key.startswith("people:") for key in identity.keys)


@lru_cache(MAX_CACHED)
def is_group(who: str) -> bool:
    """Return whether *who* are people who are often left unnamed, such as officials, and no body."""
    words, known = tokens(who), vocabulary()
    return known.speakers.isdisjoint(words) and not known.people.isdisjoint(words)


def is_hearsay(who: str) -> bool:
    """Return whether *who* are reports of nobody in particular."""
    words, known = tokens(who), vocabulary()
    other = {word for word in describe(who) - known.hearsay if not is_country(word)}
    return not known.hearsay.isdisjoint(words) and known.public.isdisjoint(words) and not other


def is_unspecified(who: str) -> bool:
    """Return whether *who* has only words for what nobody in particular tells: 'media reports', but not 'Japanese media'."""
    return vocabulary().hearsay.issuperset(tokens(who))


@lru_cache(MAX_CACHED)
def is_vague(who: str) -> bool:
    """Return whether *who* is nobody in particular, or several at once: reports, a newspaper, both sides."""
    known = vocabulary()
    nouns = {word for word in describe(who) if not is_country(word)}
    is_outlet = bool(nouns) and nouns <= known.outlets | known.documents
    is_nothing = bool(who) and not describe(who) and not is_group(who)
    return is_hearsay(who) or is_outlet or is_nothing or not known.joint.isdisjoint(tokens(who)[:1])


@lru_cache(MAX_CACHED)
def is_outlet_noun(who: str) -> bool:
    """Return whether *who* is some outlet: a magazine."""
    return is_vague(who) and not is_hearsay(who) and not vocabulary().outlets.isdisjoint(map(singular, tokens(who)))


def is_own(who: str) -> bool:
    """Return whether *who* is somebody of the outlet itself: 'our correspondent'."""
    return not vocabulary().own.isdisjoint(tokens(who)[:1])


@lru_cache(MAX_CACHED)
def is_leader_alone(role: str) -> bool:
    """Return whether *role* is that of a spokesperson or leader, without the body."""
    words, known = tokens(role), vocabulary()
    leads = known.parted.isdisjoint(words) and not _leading().isdisjoint(words)
    owned = any(word in known.anaphors and after in known.articles for word, after in pairwise(words))
    return leads and (owned or body_of(role) is None)


@lru_cache(MAX_CACHED)
def leads(role: str) -> bool:
    """Return whether *role* has a word for one who speaks for a body or leads it."""
    return not _leading().isdisjoint(map(singular, tokens(role)))


@lru_cache(MAX_CACHED)
def is_called_alone(who: str) -> bool:
    """Return whether *who* is a word by which an article calls somebody whom it names elsewhere: the company, its spokesman."""
    known = vocabulary()
    words = [word for word in tokens(who) if word not in known.fillers and word not in known.articles]
    nouns = [word for word in words if word not in known.peoples] if len(words) > 1 else words
    bodies = [word for word in nouns if word not in known.speakers] or nouns
    is_one = len(bodies) == 1 and known.anaphors.issuperset(bodies) and (bodies == nouns or bodies[0] not in known.offices)
    return is_one and not is_group(who) and not is_vague(who)


def is_owned_body(who: str) -> bool:
    """Return whether *who* is a body that belongs to another, which it is not itself: its operator, but not its spokesman."""
    known, words = vocabulary(), tokens(who)
    return not known.possessives.isdisjoint(words[:1]) and known.speakers.isdisjoint(words) and known.offices.isdisjoint(words)


def is_anaphor(identity: Identity) -> bool:
    """Return whether *identity* is a word by which an article calls somebody whom it names elsewhere."""
    return bool(identity.words) and identity.words <= vocabulary().anaphors and not is_people(identity)


@lru_cache(MAX_CACHED)
def body_of(role: str) -> Body | None:
    """Return the body that a spokesperson or leader speaks for; None if *role* is another, or names no body."""
    words, known = tokens(role), vocabulary()
    if not known.parted.isdisjoint(words):
        return None
    if _leading().isdisjoint(words):
        end = next((place for place, word in enumerate(words) if word in known.belonging), len(words))
        words = words[end + 1 :]
    rest, place, is_told = list[str](), 0, False
    while place < len(words):
        phrase = " ".join(words[place : place + 2])
        found = known.leaders.get(phrase, known.leaders.get(singular(words[place]), words[place]))
        place += 2 if phrase in known.leaders else 1
        is_told = is_told or (bool(found) and found == known.leaders.get(phrase))
        if found and found not in known.speakers and found not in known.fillers:
            rest.append(found)
    described = describe_words(rest)
    if not described or (described <= known.anaphors and not is_told):
        return None
    described = described - known.anaphors or described
    if len(described) == 1 and is_country(country := next(iter(described))):
        return Body(f"state:{country}", frozenset())
    key = _named_key(" ".join(rest))
    return Body(_described(described) if key.startswith("name:") else key, described)


@cache
def _leading() -> frozenset[str]:
    return vocabulary().speakers | frozenset(vocabulary().leaders)


def _before_preposition(role: str) -> tuple[str, ...]:
    words = tokens(role)
    return words[: next((place for place, word in enumerate(words) if word in vocabulary().prepositions), len(words))]


def _before_clause(who: str) -> tuple[str, ...]:
    words = tokens(who)
    return words[: next((place for place, word in enumerate(words) if place and word in vocabulary().clauses), len(words))]


def _described(words: frozenset[str]) -> str:
    return "described:" + " ".join(sorted(words))


def _joined(who: str) -> set[str]:
    letters = "".join(word for word in tokens(who) if word not in vocabulary().fillers)
    return {f"joined:{letters}"} if len(letters) >= MIN_JOINED else set()


def _initials(who: str) -> frozenset[str]:
    """Return the key of an abbreviation and of the name that it abbreviates: WHO, World Health Organization."""
    words = names_of(who)
    if len(words) == 1 and who.isupper() and len(who) in ABBREVIATION:
        return frozenset({f"initials:{words[0]}"})
    initials = "".join(word[0] for word in words if word not in vocabulary().fillers)
    return frozenset({f"initials:{initials}"}) if len(initials) in ABBREVIATION else frozenset()


def _state_outlet(key: str) -> frozenset[str]:
    ident = key.removeprefix("id:")
    entry = gazetteer.load().get(ident) if ident in STATE_OUTLETS else None
    return frozenset({f"outlet of {entry.country}", "outlet of a state"}) if entry else frozenset()


def _named_key(who: str, entity: str | None = None) -> str:
    entry = (gazetteer.load().get(entity) if entity else None) or gazetteer.resolve(who)
    if entry and (entry.kind in {"country", "capital"} or entry.id in SEATS):
        return f"state:{entry.country}"
    return f"id:{entry.id}" if entry else "name:" + " ".join(names_of(who))
