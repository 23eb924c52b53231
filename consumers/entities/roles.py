"""Offices by which an article calls persons: "the Russian president", linked to who holds the office on its day. Pure.

An office is linked only if the table of holders is certain (monitor.text.office_holders), the article names no other holder,
and the words around it tell of no other time, unless the table has the holder of that time (office_context.py).
After the last day on which a line of the table is known to be right, the article must also name the holder.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from consumers.entities.linking import MAX_ENTITIES, MAX_MENTIONS
from consumers.entities.offices import Office, find_offices
from monitor.messages import Entity, Role, RoleMention
from monitor.text import gazetteer
from monitor.text.languages import LanguagePack
from monitor.text.office_holders import Tenure, holder_in, holder_on, tenures_on

MAX_ROLES = 50
"""The most offices that an article keeps."""


def link_roles(
    title: str, text: str, entities: Sequence[Entity], language: LanguagePack, day: date | None
) -> tuple[tuple[Entity, ...], tuple[RoleMention, ...]]:
    """Return *entities* with the offices that stand for them as mentions, and the offices that have no name beside them.

    *text* has spaces in the place of what is not news. *day* is that of the article.
    """
    in_title = find_offices("title", title, entities, language, day)
    found = list(islice(chain(in_title, find_offices("text", text, entities, language, day)), MAX_ROLES))
    others = {(office.of, office.title, office.named) for office in found if office.named and not _is_of_another_time(office)}
    mentioned = {entity.id for entity in entities}
    mentions = tuple(_judged(office, others, mentioned, day) for office in found if office.named is None)
    linked = _with_mentions(entities, mentions)
    confirmed = {each.entity for each in mentions if each.entity} | {named for _, _, named in others}
    return tuple(_with_role(entity, day, is_confirmed=entity.id in confirmed) for entity in linked), mentions


def _is_of_another_time(office: Office) -> bool:
    """Return whether the words around *office* make the person who is named beside it one who does not hold it now."""
    return office.context.refused not in {None, "nobody"} or office.context.year is not None


def _judged(office: Office, others: set[tuple[str, str, str]], mentioned: set[str], day: date | None) -> RoleMention:
    """Return *office* with the person who holds it, or why that is not certain."""
    mention = RoleMention(office.span, office.title, office.of)
    if office.context.refused:
        return replace(mention, refused=office.context.refused)
    tenure, uncertain = holder_on(office.of, office.title, day)
    if office.context.year is not None:
        then = holder_in(office.of, office.title, office.context.year)
        # A year of something else in the sentence does no harm if the same person held the office then.
        is_meant = then and (office.context.is_certain or (tenure and then.holder == tenure.holder)) and _fits(office, then)
        return replace(mention, entity=then.holder) if then and is_meant else replace(mention, refused="time")
    holder = tenure.holder if tenure else None
    if any((of, title) == (office.of, office.title) and named != holder for of, title, named in others):
        return replace(mention, refused="another")
    if uncertain == "unchecked" and holder in mentioned:
        uncertain = None
    if tenure and not uncertain and not _fits(office, tenure):
        return replace(mention, refused="former")
    return replace(mention, refused=uncertain) if uncertain else replace(mention, entity=holder)


def _fits(office: Office, tenure: Tenure) -> bool:
    """Return whether the words of *office* may mean who holds it: a spokeswoman is a woman."""
    return tenure.is_woman or not office.is_woman


def _with_mentions(entities: Sequence[Entity], mentions: Sequence[RoleMention]) -> list[Entity]:
    """Return *entities* with the linked *mentions*, and the entities that only these mention; most mentions first."""
    by_id = {entity.id: entity for entity in entities}
    for mention in mentions:
        if mention.entity is None:
            continue
        entity = by_id.get(mention.entity)
        if entity is None:
            entry = gazetteer.load()[mention.entity]
            by_id[entry.id] = Entity(
                entry.id, entry.type, entry.name, 1, (mention.at,), entry.qid or None, entry.kind, entry.country or None
            )
            continue
        spans = sorted((*entity.mentions, mention.at), key=lambda span: (span.field != "title", span.start))
        by_id[entity.id] = replace(entity, count=entity.count + 1, mentions=tuple(spans[:MAX_MENTIONS]))
    return sorted(by_id.values(), key=lambda entity: -entity.count)[:MAX_ENTITIES]


def _with_role(entity: Entity, day: date | None, *, is_confirmed: bool) -> Entity:
    """Return *entity* with its first office on *day*, if that is certain or the article confirms it."""
    if day is None:
        return entity
    certain = (each for each in tenures_on(entity.id, day) if is_confirmed or day <= each.checked)
    tenure = next(certain, None)
    return replace(entity, role=Role(tenure.role, tenure.titles[0], tenure.of)) if tenure else entity
