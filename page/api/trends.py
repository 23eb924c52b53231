"""Who and what is in the news more than usual."""

import asyncio
from dataclasses import asdict
from typing import Any

from monitor.messages.base import isoformat
from page.api.endpoint import Arguments, Endpoint, Parameter, Refused
from page.reading.trends import MAX_ENTITIES, MAX_STORIES, read_entity, recent_trends
from page.site import Site
from page.views.trends import RULES, Trend

PERIOD = Parameter("period", "The time until now.", schema={"type": "string", "enum": list(RULES), "default": "24h"})
ENTITY_ID = Parameter("id", "The id of an entity.", "path")
TREND: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "A Wikidata id, or the type and the folded name: the same in all languages."},
        "name": {"type": "string"},
        "type": {"type": "string"},
        "count": {"type": "integer", "description": "How many articles of the period name it."},
        "usual": {"type": ["number", "null"], "description": "How many are usual; null if that is not known yet."},
        "burst": {"type": "boolean", "description": "Whether a watch with a rule on bursts would tell of one."},
    },
    "required": ["id", "name", "type", "count", "usual", "burst"],
}
STORY = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "count": {"type": "integer", "description": "How many of its articles name the entity."},
        "last": {"type": "string", "format": "date-time", "description": "When the latest of them was fetched."},
    },
    "required": ["id", "title", "count", "last"],
}
TRENDS = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": TREND, "maxItems": MAX_ENTITIES},
        "most": {"type": "integer", "description": "How many are listed at most: those that are named most."},
    },
    "required": ["items", "most"],
}
ENTITY = {
    **TREND,
    "properties": {
        **TREND["properties"],
        "story_count": {"type": "integer", "description": "How many stories name it."},
        "stories": {"type": "array", "items": STORY, "maxItems": MAX_STORIES, "description": "The latest ones."},
    },
    "required": [*TREND["required"], "story_count", "stories"],
}


async def list_trends(site: Site, arguments: Arguments) -> Any:
    """Return the entities that most articles of the period name, those furthest above their usual number first."""
    trends = await recent_trends(site, arguments.one("period", "24h"))
    return {"items": [_data(each) for each in trends], "most": MAX_ENTITIES}


async def get_trend(site: Site, arguments: Arguments) -> Any:
    """Return how often an entity was named in the last seven days, and the latest stories that name it."""
    found = await asyncio.to_thread(read_entity, site, arguments.one("id"))
    if found is None:
        raise Refused(404, "no article of the log names this entity")
    stories = [
        {"id": each.id, "title": each.title, "count": each.count, "last": isoformat(each.last)} for each in found.stories
    ]
    return {**_data(found.trend), "story_count": found.story_count, "stories": stories}


def _data(trend: Trend) -> dict[str, Any]:
    fields = asdict(trend)
    return {name: fields[name] for name in ("id", "name", "type", "count", "usual")} | {"burst": trend.is_burst}


ENDPOINTS = (
    Endpoint("GET", "/trends", "List what is named more than usual", TRENDS, list_trends, (PERIOD,)),
    Endpoint("GET", "/trends/{id}", "Get how often an entity is named", ENTITY, get_trend, (ENTITY_ID,), problems=(404,)),
)
