"""The page of a story."""

import asyncio
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.messages import Alert, ArticleStories
from page.index import read_row
from page.rendering import render
from page.site import SITE, Site
from page.views.edits import Edits, list_edits
from page.views.story import StoryPage, make_story_page
from page.views.strips import axis_of

routes = web.RouteTableDef()
MAX_ARTICLES = 300
MAX_VERSIONS = 1000


@routes.get("/stories/{key}")
async def show_story(request: web.Request) -> web.Response:
    """Show the story, or with ``part=story`` its changing part alone."""
    page = await read_story(request.app[SITE], request.match_info["key"])
    template = "story_part.html" if request.query.get("part") == "story" else "story.html"
    return render(request, template, story=page)


async def read_story(site: Site, key: str) -> StoryPage:
    """Return the page of the story *key*. Raises HTTPNotFound if the log no longer has it."""
    entry = site.follower.records.entries.get(key)
    if entry is None:
        raise web.HTTPNotFound(text="There is no such story: the log no longer has it, or the link is incomplete.\n")
    versions, articles, edits = await asyncio.to_thread(_read, site, entry.newest.story)
    axis = axis_of(site.clock(), ZoneInfo(site.config().page.zone))
    return make_story_page(entry, site.follower.records, versions, articles, edits, axis, site.clock())


def _read(site: Site, story: str) -> tuple[list[Alert], list[ArticleStories], Edits]:
    versions = [read_row(Alert, value) for value in site.index.of_story("alert", story, MAX_VERSIONS)]
    articles = [read_row(ArticleStories, value) for value in site.index.of_story("article", story, MAX_ARTICLES)]
    return versions, articles, list_edits(articles)
