"""The page of feeds."""

from collections import Counter
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.feeds.finding.additions import export_opml
from page.rendering import render
from page.site import SITE
from page.views.feeds import list_feeds, text_of_feed
from page.views.paging import page_of

routes = web.RouteTableDef()
MAX_DIGITS = 6


@routes.get("/feeds")
async def show_feeds(request: web.Request) -> web.Response:
    """Show the feeds of the config and how they do. `added` is how many a form has just added."""
    added = request.query.get("added", "")
    return render_feeds(request, added=int(added) if added.isascii() and added.isdigit() and len(added) <= MAX_DIGITS else 0)


@routes.get("/feeds.opml")
async def send_opml(request: web.Request) -> web.Response:
    """Send the feeds of the config as OPML, without passwords and tokens."""
    text, _ = export_opml(request.app[SITE].config().feeds, secrets=False)
    headers = {"Content-Disposition": 'attachment; filename="newsmonitor.opml"'}
    return web.Response(text=text, content_type="text/x-opml", charset="utf-8", headers=headers)


def render_feeds(
    request: web.Request, *, status: int = 200, added: int = 0, url: str = "", problem: str = "", field: str = ""
) -> web.Response:
    """Return the page; *problem* is why a form was refused, *field* the id of what to change, and *url* what was entered."""
    site = request.app[SITE]
    config, records = site.config(), site.follower.records
    rows = list_feeds(config.feeds, records.feeds, records.websubs, site.clock())
    return render(
        request,
        "feeds.html",
        status=status,
        list=page_of(rows, text_of_feed, "/feeds", request.query),
        counts=Counter(row.state for row in rows),
        zone=ZoneInfo(config.page.zone),
        added=added,
        url=url,
        problem=problem,
        field=field,
    )
