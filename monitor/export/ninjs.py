"""Enriched articles in ninjs 3.1, IPTC's News in JSON. docs/subscribe.md describes the mapping."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson

from monitor.escape import escape_json
from monitor.export.feed import MEDIA_TOPICS, page_link
from monitor.messages import Article, ArticleStories, Claim, Entity, EntityType, Topic
from monitor.messages.base import isoformat

STANDARD = {"name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"}
LISTS: dict[EntityType, str] = {"person": "people", "org": "organisations", "place": "places", "event": "events"}
"""The list that has the entities of each type."""
WIKIDATA = "http://www.wikidata.org/entity/"
ROLE = "urn:newsmonitor:role:"
"""What the roles of information sources begin with: publisher, and the stances of claims."""
PARTIAL = frozenset({"partial", "truncated"})
"""The flags of an article whose text is not all of it."""


def write_ninjs(message: ArticleStories) -> str:
    """Return the article of *message* as one line of JSON."""
    return escape_json(orjson.dumps(ninjs(message))).decode() + "\n"


def ninjs(message: ArticleStories) -> dict[str, Any]:
    """Return the article of *message* as a ninjs document, without what is unknown."""
    article = message.article
    document = {
        "uri": _urn("article", article.id),
        "standard": STANDARD,
        "type": "text",
        "representationType": "full" if "full_text" in article.flags and not PARTIAL & {*article.flags} else "partial",
        "version": str(article.version),
        "versionCreated": isoformat(article.fetched),
        "contentCreated": isoformat(article.published) if article.published else None,
        "language": message.language.code if message.language.code != "und" else None,
        "by": ", ".join(article.authors),
        "headlines": [{"role": "main", "value": article.title}] if article.title else [],
        "bodies": [_body(article.text)] if article.text else [],
        "descriptions": [{"role": "development", "value": each.words} for each in message.developments],
        **{name: [_entity(each) for each in message.entities if each.type == kind] for kind, name in LISTS.items()},
        "subjects": [_subject(topic) for topic in message.topics],
        "infoSources": [_publisher(article), *_sources(message)],
        "renditions": [{"name": "web", "href": link, "contentType": "text/html"}] if (link := page_link(article.url)) else [],
        "associations": list(_associations(message)),
    }
    return {name: value for name, value in document.items() if value}


def _urn(kind: str, name: str) -> str:
    return f"urn:newsmonitor:{kind}:{quote(name, safe='')}"


def _body(text: str) -> dict[str, Any]:
    return {"role": "main", "contentType": "text/plain", "charCount": len(text), "value": text}


def _entity(entity: Entity) -> dict[str, Any]:
    uri = {"uri": WIKIDATA + entity.qid} if entity.qid else {}
    return {"name": entity.name, "rel": "about" if entity.about else "mentions", **uri, "literal": entity.id}


def _subject(topic: Topic) -> dict[str, Any]:
    code = topic.code.removeprefix("medtop:")
    return {"name": topic.name, "rel": "about", "uri": MEDIA_TOPICS + code, "literal": topic.code, "creator": "newsmonitor"}


def _publisher(article: Article) -> dict[str, Any]:
    return {"name": article.source or article.outlet, "role": f"{ROLE}publisher", "literal": article.outlet}


def _sources(message: ArticleStories) -> Iterator[dict[str, Any]]:
    """Yield who says something in the article, once for each stance, and the outlets that carry it."""
    entities = {entity.id: entity for entity in message.entities}
    known = set()
    for claim in message.claims:
        for name, stance, identity in ((claim.who, claim.stance, _identity(claim, entities)), (claim.through, "reported", {})):
            if name and (name, stance) not in known:
                known.add((name, stance))
                yield {"name": name, "role": ROLE + stance, **identity}


def _identity(claim: Claim, entities: dict[str, Entity]) -> dict[str, str]:
    if not claim.entity:
        return {}
    entity = entities.get(claim.entity)
    return {**({"uri": WIKIDATA + entity.qid} if entity and entity.qid else {}), "literal": claim.entity}


def _associations(message: ArticleStories) -> Iterator[dict[str, Any]]:
    """Yield the article's story, and its picture."""
    yield {"name": "story", "rel": "partOf", "uri": _urn("story", message.story.id), "type": "composite"}
    if picture := page_link(message.article.image):
        yield {"name": "picture", "rel": "image", "uri": picture, "type": "picture"}
