"""The page of feeds."""

from collections import Counter
from zoneinfo import ZoneInfo

from aiohttp import web

from page.rendering import render
from page.site import SITE
from page.views.feeds import list_feeds

routes = web.RouteTableDef()


@routes.get("/feeds")
async def show_feeds(request: web.Request) -> web.Response:
    """Show the feeds of the config and how they do."""
    site = request.app[SITE]
    config = site.config()
    rows = list_feeds(config.feeds, site.follower.records.feeds)
    return render(request, "feeds.html", rows=rows, counts=Counter(row.state for row in rows), zone=ZoneInfo(config.page.zone))
