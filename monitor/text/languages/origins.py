"""The interface of a language's words for sources: those that tell one source from another. All of it is data.

monitor/origins contains the algorithm. Words are folded (monitor.text.tokens). Every part has a default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from monitor.text.tokens import fold

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class OriginWords:
    """How a language describes sources.

    - *fillers* tell no source from another (two, senior, unnamed), and *articles* are those of them that names have.
    - *prepositions* end the noun of a role, *belonging* those of them before the body of a person (of the fire service),
      *knowledge* the description of unnamed people (familiar with the matter). *clauses* begin a clause rather than a role.
    - *speakers* speak for the body that their role names (spokesman, office). *leaders* do so too, each with the noun of a body
      that the office makes of the rest: health minister, health ministry; maybe none. *parted* are words by which somebody
      does not, or no longer, lead (former).
    - *people* are those who are often left unnamed, by their role (diplomats), *officials* those of them who may be of any
      profession, *anybody* those whose words say no more (sources), *government* the words that add nothing to them, or to a
      country.
    - *bodies* are nouns of bodies that add nothing to the rest (health department), *emergency* the services that are one
      whatever place they are of (police), *state* the words of a state's bodies, and *synonyms* the rest of a body by a word
      for its people (firefighter: fire).
    - *ministers* speak for a government, and *witnesses* are those of whom one is often named next (residents).
    - *anaphors* call somebody who is named elsewhere (the company), *offices* those of them that are persons,
      and *possessives* begin one whose owner is (its ministry), of which *owners* belong to a body. *joint* is several at once
      (both). *definite* articles stand before somebody of whom the article told before, who may be called by the age (*ages*).
    - *hearsay* is what nobody in particular tells (reports), *outlets* are nouns of outlets, and *public* makes one of them the
      outlet of a state (state media). *documents* tell what somebody has written in them, and *leaked* describes one that
      several outlets may have seen.
    - *studies* tell of one study: itself and those who made it (researchers).
    - *own* begins the description of the outlet's own people (our).
    - *outlet_names* are words of many outlets' names, which alone identify none, and *outlet_fillers* those that a name has in
      one place and lacks in another. *host_articles* are those of them with which a host begins (thetidings.example).
    - *commentators* are professions and bodies that comment on what others do (analyst, lobby), also by *commentator_endings*,
      *reactions* the words by which somebody reacts (welcomed), *reacting* those in the title of an article that has reactions
      alone (tributes), *judgements* those of one who judges or demands (should), and
      *past* those of earlier years (ago), and *told_before* those after a verb that tell of what was said before (said in May).
      Any of them may be two words.
    - *peoples* are adjectives of countries, by their code, that are not the country's name and one of *people_endings*.
      *plural_endings* are what a plural adds, and *stems* the endings of a country by those of its people (Arvanian: Arvania).
    """

    fillers: frozenset[str] = NONE
    articles: frozenset[str] = NONE
    prepositions: frozenset[str] = NONE
    belonging: frozenset[str] = NONE
    knowledge: frozenset[str] = NONE
    clauses: frozenset[str] = NONE
    speakers: frozenset[str] = NONE
    leaders: Mapping[str, str] = field(default_factory=dict)
    parted: frozenset[str] = NONE
    people: frozenset[str] = NONE
    officials: frozenset[str] = NONE
    anybody: frozenset[str] = NONE
    government: frozenset[str] = NONE
    bodies: frozenset[str] = NONE
    emergency: frozenset[str] = NONE
    state: frozenset[str] = NONE
    synonyms: Mapping[str, str] = field(default_factory=dict)
    anaphors: frozenset[str] = NONE
    ministers: frozenset[str] = NONE
    witnesses: frozenset[str] = NONE
    offices: frozenset[str] = NONE
    possessives: frozenset[str] = NONE
    owners: frozenset[str] = NONE
    joint: frozenset[str] = NONE
    definite: frozenset[str] = NONE
    ages: frozenset[str] = NONE
    hearsay: frozenset[str] = NONE
    outlets: frozenset[str] = NONE
    public: frozenset[str] = NONE
    documents: frozenset[str] = NONE
    leaked: frozenset[str] = NONE
    studies: frozenset[str] = NONE
    own: frozenset[str] = NONE
    outlet_names: frozenset[str] = NONE
    outlet_fillers: frozenset[str] = NONE
    host_articles: frozenset[str] = NONE
    commentators: frozenset[str] = NONE
    commentator_endings: frozenset[str] = NONE
    reactions: frozenset[str] = NONE
    reacting: frozenset[str] = NONE
    judgements: frozenset[str] = NONE
    past: frozenset[str] = NONE
    told_before: frozenset[str] = NONE
    peoples: Mapping[str, str] = field(default_factory=dict)
    people_endings: frozenset[str] = NONE
    plural_endings: frozenset[str] = NONE
    stems: Mapping[str, str] = field(default_factory=dict)


def folded(text: str) -> frozenset[str]:
    """Return the words of *text* as sources are compared: without capitals and accents."""
    return frozenset(fold(text).split())


TABLES = frozenset({"leaders", "synonyms", "peoples", "stems"})
"""The fields that are tables of words."""


def join(parts: Sequence[OriginWords]) -> OriginWords:
    """Return the words of all *parts* together: the names of a story come from articles in several languages."""
    joined: dict[str, Any] = {}
    for each in fields(OriginWords):
        values = [getattr(part, each.name) for part in parts]
        if each.name in TABLES:
            joined[each.name] = {key: value for table in values for key, value in table.items()}
        else:
            joined[each.name] = frozenset().union(*values)
    return OriginWords(**joined)
