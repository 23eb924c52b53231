"""The role that an article gives to a named source: for whom somebody speaks, and what else the person is called."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from monitor.messages import ArticleStories, Claim, Source, Span
from monitor.origins.descriptions import describe, describe_people, head_of, is_country, singular
from monitor.origins.identity import is_called_alone, is_group, is_leader_alone, is_outlet_noun, is_owned_body, leads
from monitor.origins.vocabulary import vocabulary
from monitor.text import gazetteer
from monitor.text.languages import pack
from monitor.text.tokens import tokens

MAX_ROLE = 200
"""The longest role, in code points."""
MAX_DISTANCE = 300
"""The most code points between a spokesperson without a body and the body that is named before."""
MAX_ANAPHOR = 2000
"""The most code points between "the company" and its name."""
MAX_TITLE = 40
"""The code points before a name of which a role is read."""
MAX_DATELINE = 60
"""The code points of a text in which a name in capitals is that of a dateline."""
APPOSITION = re.compile(r",\s([^,.;:\n\"“”]{2,80})(?:[,.;]|$)")
"""A role after a name: "Ana Ruiz, chair of the board,"."""

MAX_ARTICLE = 5
"""The code points that the article of a noun and the space after it have at most."""
NOBODY: frozenset[str] = frozenset()
COMPLEMENT = re.compile(r"\s([a-z]{2,4})\s[^.,;:\n\"“”]{2,60}")
"""The body of a person after the name: "Ana Ruiz of the fire service"."""


def role_of(message: ArticleStories, claim: Claim) -> str | None:
    """Return the role of the source of *claim*: "board chair" in "board chair Ana Ruiz" and in "Ana Ruiz, the board chair,".

    A spokesperson or leader whose role names no body speaks for the one that the article names last.
    """
    is_outlet_or_body = claim.entity in gazetteer.load() and not _is_person(claim)
    if claim.source != "named" or not claim.who or not claim.who_at or is_outlet_or_body:
        return None
    text = message.article.title if claim.who_at.field == "title" else message.article.text
    words = text[claim.who_at.start : claim.who_at.end]
    before, _, inside = words.partition(claim.who) if claim.who in words else ("", "", "")
    title = claim.who.partition(" ")[0]
    before = f"{before.strip(' ,')} {title if leads(title) else ''}".strip()
    role = before
    after = "" if leads(title) else inside.strip() or _after(message, text, claim.who_at.end)
    if not before and not after:
        before, after = _at_first(message, text, claim)
    if _is_person(claim) or is_leader_alone(before) or leads(after):
        role = f"{before} {after}".strip()
        if not vocabulary().state.isdisjoint(tokens(role)) and not any(map(is_country, describe(role))):
            state = _before(message, claim.who_at, MAX_DISTANCE, _is_state)
            role = f"{state.who if state else ''} {role}".strip()
        role = _with_body(message, claim, role)
    return role[:MAX_ROLE] if describe(role) else None


def _with_body(message: ArticleStories, claim: Claim, role: str) -> str:
    """Return *role* with the body that the article names before, if the role needs one: the spokesman, its engineer."""
    place = claim.who_at
    if place and is_leader_alone(role):
        body = _body_before(message, place, claim.who or "", role)
        return f"{body.who if body else ''} {role}".strip()
    is_owned = not vocabulary().owners.isdisjoint(tokens(role)[:1])
    if place and is_owned and (owner := _before(message, place, MAX_DISTANCE, lambda each: each.who != claim.who)):
        # Any preposition tells whose the role is; the first is the same in every process.
        return f"{role} {min(vocabulary().belonging)} {owner.who}"
    return role


def _at_first(message: ArticleStories, text: str, claim: Claim) -> tuple[str, str]:
    """Return the role before and after the name of *claim* where *text* first has it, if it is one who leads; else nothing."""
    place = text.find(claim.who or "")
    if place < 0 or (claim.who_at and place >= claim.who_at.start):
        return "", ""
    begins = max(0, place - MAX_TITLE)
    words = text[begins:place].split()
    if begins and text[begins - 1].isalnum():
        words = words[1:]
    start = next((at for at in range(len(words), 0, -1) if not _is_of_a_title(words[at - 1])), 0)
    before = " ".join(words[start:])
    after = _after(message, text, place + len(claim.who or ""))
    return before if leads(before) else "", after if leads(after) else ""


def _is_of_a_title(word: str) -> bool:
    """Return whether *word* may be one of those before a name that say who it is: a noun, and no word between them."""
    known = vocabulary()
    return word[-1:].isalnum() and word.casefold() not in known.articles | known.prepositions | known.clauses


def _body_before(message: ArticleStories, place: Span, who: str, role: str) -> "_Source | None":
    """Return the body of which *role*, that of *who*, is: one with the same noun, such as ministry, or the last one."""
    nouns = vocabulary().anaphors.intersection(tokens(role)) - vocabulary().offices
    governs = not (vocabulary().state - vocabulary().speakers).isdisjoint(nouns)
    meant: tuple[Callable[[Claim], bool], ...] = (
        lambda each: _is_body(each) and not nouns.isdisjoint(tokens(each.who or "")),
        # "Government spokeswoman": another body than one of the state is not hers.
        _is_state if governs else _is_body,
        lambda each: each.source == "named" and each.who != who,
    )
    return next((found for each in meant if (found := _before(message, place, MAX_DISTANCE, each))), None)


def named_before(message: ArticleStories, claim: Claim) -> Claim:
    """Return *claim* with the source that the article names before, if it calls it by a word such as "the company".

    "The official" is the one of whom the article told before, and "its ministry" that of the country that is named before.
    """
    if not claim.who or not claim.who_at or (claim.source == "named" and claim.entity):
        return claim
    if claim.source == "named" and not _is_person_again(message, claim):
        return claim
    if is_group(claim.who):
        own = describe_people(claim.who)
        found = _before(message, claim.who_at, MAX_ANAPHOR, lambda each: own < _people_of(each))
    elif is_called_alone(claim.who) and not is_owned_body(claim.who):
        found = _called_before(message, claim.who, claim.who_at)
    elif is_outlet_noun(claim.who):
        found = _before(message, claim.who_at, MAX_ANAPHOR, lambda each: each.source == "named" and each.stance == "reported")
    elif _is_person_again(message, claim):
        found = _before(message, claim.who_at, MAX_ANAPHOR, _is_person)
    elif tokens(claim.who)[0] in vocabulary().possessives:
        owner = _owner_before(message, claim.who_at)
        return replace(claim, who=f"{owner} {claim.who.partition(' ')[2]}") if owner else claim
    else:
        found = None
    return replace(claim, source=found.source, who=found.who, entity=found.entity) if found else claim


def _is_person_again(message: ArticleStories, claim: Claim) -> bool:
    """Return whether *claim* is of a person called by age, people or work: the 24-year-old, the Italian, the singer."""
    rules, place = pack(message.language.code).attribution, claim.who_at
    if not rules or not claim.who or not place:
        return False
    text = message.article.title if place.field == "title" else message.article.text
    words, known = tokens(claim.who), vocabulary()
    before, inside = tokens(text[max(0, place.start - MAX_ARTICLE) : place.start]), tokens(text[place.start :][:MAX_ARTICLE])
    if known.definite.isdisjoint((*before[-1:], *inside[:1])):
        return False
    if len(words) == 1:
        return words[0] in known.peoples or (words[0] in rules.words.get("person", NOBODY) and words[0] not in known.anaphors)
    return words[0].isdigit() and not known.ages.isdisjoint(words)


def _called_before(message: ArticleStories, who: str, place: Span) -> "_Source | None":
    rules = pack(message.language.code).attribution
    is_person = rules is not None and head_of(who) in rules.words.get("person", frozenset())
    speaks = not vocabulary().speakers.isdisjoint(tokens(who))
    meant = (_is_body, _is_person) if speaks else (_is_person, _is_body) if is_person else (_is_body,)
    if is_person and place.field == "title":
        # A headline has no room to name a body and then its head by a word.
        meant = (_is_person,)
    return next((found for each in meant if (found := _before(message, place, MAX_ANAPHOR, each))), None)


def _people_of(claim: Claim) -> frozenset[str]:
    is_people = claim.source in {"role", "anonymous"} and claim.who and is_group(claim.who)
    return describe_people(claim.who) if is_people and claim.who else frozenset()


def _owner_before(message: ArticleStories, place: Span) -> str:
    """Return the name of the country or organisation that is named last before *place*; empty if none is near."""
    found = [
        (mention.end, entity.name)
        for entity in message.entities
        if entity.type in {"org", "place"} and entity.kind != "outlet"
        for mention in entity.mentions
        if _is_before(mention, place, MAX_DISTANCE)
    ]
    return max(found, default=(0, ""))[1]


def _after(message: ArticleStories, text: str, end: int) -> str:
    """Return the role after the name that ends at *end*; empty if a clause is there, unless it is "who heads the agency"."""
    known, rules = vocabulary(), pack(message.language.code).attribution
    if (found := COMPLEMENT.match(text, end)) and found.group(1) in known.belonging and rules:
        phrase = found.group().split()
        verb = next((place for place, word in enumerate(phrase) if word.strip(",.;") in rules.verbs), len(phrase))
        return " ".join(phrase[:verb])
    found = APPOSITION.match(text, end)
    words = tokens(found.group(1)) if found else ()
    if not found or not words or (rules and words[0] in rules.verbs):
        return ""
    leads = len(words) > 1 and singular(words[1]) in known.leaders
    return found.group(1) if words[0] not in known.clauses or leads else ""


def is_dateline(text: str, claim: Claim) -> bool:
    """Return whether the source of *claim* is the place in the dateline of *text*."""
    return claim.who_at is not None and _is_of_dateline(text, claim.who_at)


def _is_of_dateline(text: str, place: Span) -> bool:
    """Return whether *place* is that of the town or of the agency in the dateline of *text*."""
    if place.field != "text" or place.end > MAX_DATELINE:
        return False
    is_agency = text[place.start - 1 : place.start] == "(" and text[place.end : place.end + 1] == ")"
    return is_agency or (place.start == 0 and text[: place.end].isupper() and place.end > 1)


class _Source(NamedTuple):
    source: Source
    who: str
    entity: str | None


def _before(message: ArticleStories, place: Span, distance: int, is_meant: Callable[[Claim], bool]) -> _Source | None:
    """Return the last source or organisation before *place* for which *is_meant* holds; None if there is none near it."""
    is_any_body = is_meant is _is_body
    found = [
        (each.who_at.end, _Source(each.source, each.who, each.entity))
        for each in message.claims
        if each.who and each.who_at and _is_before(each.who_at, place, distance)
        if is_meant(each) or (is_any_body and _is_named_body(message, each))
        if not is_dateline(message.article.text, each)
    ]
    if is_any_body:
        found += [
            (mention.end, _Source("named", entity.name, entity.id))
            for entity in message.entities
            if entity.type == "org" and entity.kind != "outlet"
            for mention in entity.mentions
            if _is_before(mention, place, distance) and not _is_of_dateline(message.article.text, mention)
        ]
    return max(found, key=lambda each: each[0], default=(0, None))[1]


def _is_before(span: Span, place: Span, distance: int) -> bool:
    return span.field == place.field and place.start - distance <= span.end <= place.start


def _is_person(claim: Claim) -> bool:
    return claim.source == "named" and (claim.entity or "").startswith("person:")


def _is_named_body(message: ArticleStories, claim: Claim) -> bool:
    """Return whether *claim* names its source after the noun of a body, even if it passes for a person: the operator, Elona."""
    if claim.source != "named" or not claim.who or not claim.who_at:
        return False
    text = message.article.title if claim.who_at.field == "title" else message.article.text
    before = tokens(text[claim.who_at.start : claim.who_at.end].partition(claim.who)[0])
    return not (vocabulary().anaphors - vocabulary().offices).isdisjoint(before[-1:])


def _is_state(claim: Claim) -> bool:
    entry = gazetteer.load().get(claim.entity or "") or gazetteer.resolve(claim.who or "", "place")
    return claim.source == "named" and entry is not None and entry.kind in {"country", "capital"}


def _is_body(claim: Claim) -> bool:
    """Return whether the source of *claim* is a body that a person may speak for."""
    entry = gazetteer.load().get(claim.entity or "")
    if not claim.who or _is_person(claim) or (entry and entry.kind == "outlet"):
        return False
    return claim.source == "named" or (claim.source == "role" and not is_group(claim.who) and not is_called_alone(claim.who))
