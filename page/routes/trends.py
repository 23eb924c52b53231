"""The page of trends, and that of an entity."""

import asyncio
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from page.reading.trends import MAX_ENTITIES, read_entity, recent_trends
from page.rendering import render
from page.site import SITE
from page.views.trends import RULES, Trend

routes = web.RouteTableDef()
FIELDS = {"person": "person", "org": "org", "place": "place", "event": "event"}
"""The fields of a query by the type of an entity."""


@routes.get("/trends")
async def show_trends(request: web.Request) -> web.Response:
    """Show the entities that are named most, those furthest above their usual number first."""
    site = request.app[SITE]
    period = request.query.get("period", "24h")
    period = period if period in RULES else "24h"
    trends = await recent_trends(site, period)
    return render(request, "trends.html", trends=trends, most=MAX_ENTITIES, period=period, periods=tuple(RULES))


@routes.get("/trends/{entity}")
async def show_entity(request: web.Request) -> web.Response:
    """Show the stories that name an entity."""
    site, entity = request.app[SITE], request.match_info["entity"]
    found = await asyncio.to_thread(read_entity, site, entity)
    if found is None:
        raise web.HTTPNotFound(text="No article of the log names this entity.\n")
    query = urlencode({"query": query_for(found.trend)})
    zone = ZoneInfo(site.config().page.zone)
    values: dict[str, Any] = {
        "trend": found.trend,
        "stories": found.stories,
        "story_count": found.story_count,
        "watch_url": f"/editor?{query}",
        "zone": zone,
    }
    return render(request, "entity.html", **values)


def query_for(trend: Trend) -> str:
    """Return the query that finds the entity of *trend*. A quotation mark in its name, which would end it, is left out."""
    name = " ".join(trend.name.replace('"', " ").split())
    return f'{FIELDS[trend.type]}:"{name}"'
