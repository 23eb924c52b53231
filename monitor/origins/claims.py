"""The claims of an article that tell of its sources, with each source as the article knows it: named, and with its role."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from monitor.messages import ArticleStories, Claim, Span
from monitor.origins.descriptions import head_of
from monitor.origins.grouping import TOLD, VERDICTS
from monitor.origins.identity import is_group, is_vague
from monitor.origins.roles import is_dateline, named_before, role_of
from monitor.origins.vocabulary import vocabulary
from monitor.text import gazetteer
from monitor.text.languages import AttributionRules, pack
from monitor.text.tokens import tokens

MAX_NEAR = 400
"""The most code points between what a role says and what its holder says, who is named then."""
MAX_CLAUSE = 40
"""The code points after a name in which it stands that somebody comments: ", who teaches law"."""
MAX_PROFESSION = 3
"""The words of them that are read."""
ADDRESSEE = re.compile(r"\s(?:\w{1,3}\s)?((?:[A-Z]\w{1,30}\s?){1,4})")
"""Whom a source tells: "told the Harbour Courier"."""
JOINT = re.compile(r"\s\w{1,4}\s")
"""The word between two parts of a name: Fire and Rescue Service."""


class AttributedClaim(NamedTuple):
    """A claim, the role of its source, and the outlet that the article has it from."""

    claim: Claim
    role: str | None
    through: str | None


def attributed_claims(message: ArticleStories) -> list[AttributedClaim]:
    """Return the claims of *message*, in the order of title and text, without those that tell another one again."""
    rules = pack(message.language.code).attribution
    claims = sorted(message.claims, key=lambda claim: (claim.cue.field == "text", claim.cue.start))
    if rules is None:
        return [AttributedClaim(each, role_of(message, each), each.through) for each in claims]
    text = message.article.text
    claims = list(_joined([each for each in claims if not is_dateline(text, each)], text, rules))
    repeated = {each.who for each in claims if _repeats(each, claims)}
    claims = [
        each
        for each in claims
        if not _repeats(each, claims)
        and not _is_within(each, claims)
        and not (each.who in repeated and _is_pronoun(text, each))
    ]
    through = [_through(text, each, claims, rules) for each in claims]
    claims = [named_before(message, each) for each in claims]
    claims, roles = _introduced(claims, [role_of(message, each) for each in claims], text, rules)
    return [AttributedClaim(*each) for each in zip(claims, roles, through, strict=True)]


def _words(text: str, place: Span) -> str:
    return text[place.start : place.end]


def _joined(claims: Sequence[Claim], text: str, rules: AttributionRules) -> Iterator[Claim]:
    """Yield *claims*, with a body that was taken for two as one: Harbour Fire and Rescue Service."""
    bodies, place = rules.words.get("body", frozenset()), 0
    while place < len(claims):
        claim, following = claims[place], claims[place + 1] if place + 1 < len(claims) else None
        place += 1
        if following and claim.cue == following.cue and claim.who_at and following.who_at and claim.who and following.who:
            is_named = (
                claim.source == following.source == "named" and not {claim.entity, following.entity} & gazetteer.load().keys()
            )
            first, last = (each.casefold().split()[-1] for each in (claim.who, following.who))
            between = text[claim.who_at.end : following.who_at.start] if claim.who_at.field == "text" else ""
            if is_named and JOINT.fullmatch(between) and last in bodies and first not in bodies and not _is_person(claim):
                whole = Span("text", claim.who_at.start, following.who_at.end)
                claim = replace(following, who=_words(text, whole), who_at=whole, entity=None)
                place += 1
        yield claim


def _repeats(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Return whether *claim* is of the title, of somebody who is not known by name, and the text says who it is."""
    if claim.cue.field != "title" or claim.entity:
        return False
    told = [each.stance for each in claims if each.cue.field == "text" and each.source != "none"]
    return claim.stance in told if claim.stance in VERDICTS else bool(TOLD.intersection(told))


def _is_pronoun(text: str, claim: Claim) -> bool:
    """Return whether *text* has another word than that of the source of *claim*, of which it is told before."""
    return claim.who_at is None or claim.who_at.field == "title" or (claim.who or "") not in _words(text, claim.who_at)


def _is_within(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Return whether *claim* is told by another source: a diplomat said that Paris had told its allies."""
    others = (each.words_at for each in claims if each.who and each.who != claim.who and each.words_at)
    return claim.stance in TOLD and any(
        each.field == claim.cue.field and each.start <= claim.cue.start and claim.cue.end <= each.end for each in others
    )


def _introduced(
    claims: Sequence[Claim], roles: Sequence[str | None], text: str, rules: AttributionRules
) -> tuple[list[Claim], list[str | None]]:
    """Return *claims* and *roles*, where a person who is named after a role is its holder: a fisher said; Ana Ruiz said."""
    known = vocabulary()
    people = rules.words.get("person", frozenset()) | rules.words.get("people", frozenset()) | known.people | known.witnesses
    claims, roles, seen = list(claims), list(roles), set[str | None]()
    for place, (claim, following) in enumerate(pairwise(claims)):
        seen.add(claim.who)
        if claim.source != "role" or not claim.who or following.who in seen or not _is_near(claim, following, text):
            continue
        head, own = head_of(claim.who), head_of(roles[place + 1] or "")
        is_any = is_group(claim.who) or head in known.speakers | known.witnesses
        if head in people and (is_any or own not in people or own == head):
            roles[place] = f"{claim.who} {roles[place + 1] or ''}".strip()
            claims[place] = replace(claim, source="named", who=following.who, entity=following.entity)
    return claims, roles


def _is_near(claim: Claim, following: Claim, text: str) -> bool:
    """Return whether the next claim, *following*, is of a named person close to *claim*, who is no one that comments."""
    place = following.who_at
    if place and place.field == "text":
        after = tokens(text[place.end : place.end + MAX_CLAUSE])[:MAX_PROFESSION]
        if not vocabulary().commentators.isdisjoint(after):
            return False
    is_close = claim.cue.field == following.cue.field and following.cue.start - claim.cue.end <= MAX_NEAR
    return is_close and _is_person(following)


def _is_person(claim: Claim) -> bool:
    return claim.source == "named" and (claim.entity or "").startswith("person:")


def _through(text: str, claim: Claim, claims: Sequence[Claim], rules: AttributionRules) -> str | None:
    """Return the outlet that *claim* is from: the one that is cited, or that the source told; None if there is none.

    "The newspaper" is the outlet that the article names before.
    """
    if not claim.through:
        return _addressee(text, claim, rules)
    if not is_vague(claim.through):
        return claim.through
    before = [
        each.who for each in claims if each.source == "named" and not _is_person(each) and each.cue.start < claim.cue.start
    ]
    return before[-1] if before else None


def _addressee(text: str, claim: Claim, rules: AttributionRules) -> str | None:
    """Return the outlet that *claim* was told to: "two officials told Meridian"; None if it names none."""
    found = ADDRESSEE.match(text, claim.cue.end) if claim.cue.field == "text" else None
    verb = rules.verbs.get(_words(text, claim.cue).casefold())
    if not found or not verb or verb.frame != "tell":
        return None
    name = found.group(1).strip()
    entry, bodies = gazetteer.resolve(name), rules.words.get("body", frozenset())
    if (entry and entry.kind != "outlet") or not bodies.isdisjoint(name.casefold().split()):
        return None
    return name
