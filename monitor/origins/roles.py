"""The role that an article gives to a named source: for whom a spokesperson speaks, and what else the person is called."""

import re

from monitor.messages import ArticleStories, Claim, Span
from monitor.origins.identity import describe, is_speaker_alone
from monitor.text import gazetteer

MAX_ROLE = 200
"""The longest role, in code points."""
MAX_DISTANCE = 300
"""The most code points between a spokesperson without a body and the body that is named before."""
APPOSITION = re.compile(r",\s((?!who|whom|whose|which|when|where|while|and|but)[^,.;:\n\"“”]{2,80}),")
"""A role after a name: "Ana Ruiz, chair of the board,"."""


def role_of(message: ArticleStories, claim: Claim) -> str | None:
    """Return the role of the source of *claim*: "board chair" in "board chair Ana Ruiz" and in "Ana Ruiz, the board chair,".

    A spokesperson whose role names no body speaks for the one that the article names last.
    """
    if (
        claim.source != "named"
        or not claim.who
        or not claim.who_at
        or (claim.entity in gazetteer.load() and not _is_person(claim))
    ):
        return None
    text = message.article.title if claim.who_at.field == "title" else message.article.text
    words = text[claim.who_at.start : claim.who_at.end]
    before = words.partition(claim.who)[0].strip(" ,") if claim.who in words else ""
    after = APPOSITION.match(text, claim.who_at.end) if _is_person(claim) else None
    role = f"{before} {after.group(1) if after else ''}".strip()
    if is_speaker_alone(role) and _is_person(claim):
        role = f"{_body_before(message, claim.who_at)} {role}"
    return role[:MAX_ROLE] if describe(role) else None


def _is_person(claim: Claim) -> bool:
    return (claim.entity or "").startswith("person:")


def _body_before(message: ArticleStories, place: Span) -> str:
    """Return the name of the last organisation shortly before *place*; empty if there is none. Outlets do not count."""
    found = [
        (mention.end, entity.name)
        for entity in message.entities
        if entity.type == "org" and entity.kind != "outlet"
        for mention in entity.mentions
        if mention.field == place.field and place.start - MAX_DISTANCE <= mention.end <= place.start
    ]
    return max(found, default=(0, ""))[1]
