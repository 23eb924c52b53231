"""The page of trends, and that of an entity."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.config.durations import parse_duration
from monitor.escape import printable
from page.index import read_title
from page.index.mentions import begin_of, count_stories, mentions_of, most_named, stories_with
from page.rendering import render
from page.site import SITE, Site
from page.views.trends import RULES, Trend, make_trend, order

routes = web.RouteTableDef()
MAX_ENTITIES = 60
KEPT_SECONDS = 30
"""How long the trends are kept, in seconds: those of 100,000 articles take longer than a page should."""
KEPT = web.AppKey("trends", dict[str, tuple[int, list[Trend]]])
"""The trends by period, with the time for which they were read, in units of KEPT_SECONDS."""
MAX_STORIES = 50
FIELDS = {"person": "person", "org": "org", "place": "place", "event": "event"}
"""The fields of a query by the type of an entity."""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story that names an entity: its title, how many of its articles do, and the time of the latest."""

    id: str
    title: str
    count: int
    last: datetime
    has_page: bool


@routes.get("/trends")
async def show_trends(request: web.Request) -> web.Response:
    """Show the entities that are named most, those furthest above their usual number first."""
    site = request.app[SITE]
    period = request.query.get("period", "24h")
    period = period if period in RULES else "24h"
    kept, part = request.app[KEPT], int(site.clock().timestamp() // KEPT_SECONDS)
    if period not in kept or kept[period][0] != part:
        kept[period] = part, await asyncio.to_thread(read_trends, site, period)
    return render(request, "trends.html", trends=kept[period][1], most=MAX_ENTITIES, period=period, periods=tuple(RULES))


@routes.get("/trends/{entity}")
async def show_entity(request: web.Request) -> web.Response:
    """Show the stories that name an entity."""
    site, entity = request.app[SITE], request.match_info["entity"]
    trend, stories, count = await asyncio.to_thread(read_entity, site, entity)
    query = urlencode({"query": query_for(trend)})
    zone = ZoneInfo(site.config().page.zone)
    values: dict[str, Any] = {
        "trend": trend,
        "stories": stories,
        "story_count": count,
        "watch_url": f"/editor?{query}",
        "zone": zone,
    }
    return render(request, "entity.html", **values)


def query_for(trend: Trend) -> str:
    """Return the query that finds the entity of *trend*. A quotation mark in its name, which would end it, is left out."""
    return f'{FIELDS[trend.type]}:"{" ".join(trend.name.replace(chr(34), " ").split())}"'


def read_trends(site: Site, period: str) -> list[Trend]:
    """Return the trends of *period*."""
    now, rule = site.clock(), RULES[period]
    begin = _begin(site, now)
    since = (now - parse_duration(rule.within)).timestamp()
    named = most_named(site.index, since, now.timestamp(), MAX_ENTITIES)
    return order([make_trend(each, rule, begin, now) for each in named])


def read_entity(site: Site, entity: str) -> tuple[Trend, list[StoryLine], int]:
    """Return the trend of *entity*, the latest stories that name it, and how many do. Raises HTTPNotFound."""
    mentions, now = mentions_of(site.index, entity), site.clock()
    if mentions is None:
        raise web.HTTPNotFound(text="No article of the log names this entity.\n")
    stories = [_story_line(site, *each) for each in stories_with(site.index, entity, MAX_STORIES)]
    return make_trend(mentions, RULES["7d"], _begin(site, now), now), stories, count_stories(site.index, entity)


def _story_line(site: Site, story: str, count: int, last: float) -> StoryLine:
    entry = site.follower.records.entries.get(story)
    known = site.follower.records.stories.get(story)
    title = known.title if known else read_title(site.index, story)
    return StoryLine(story, printable(title), count, datetime.fromtimestamp(last, UTC), entry is not None)


def _begin(site: Site, now: datetime) -> datetime:
    first = begin_of(site.index)
    return now if first is None else datetime.fromtimestamp(first, UTC)
