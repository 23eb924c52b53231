"""The list of alerts."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.runtime import registry
from page.rendering import render
from page.site import SITE
from page.views.filters import parse_filters
from page.views.life import make_life
from page.views.listing import make_listing
from page.views.visits import VISIT, visit

routes = web.RouteTableDef()
YEAR_SECONDS = 365 * 86400


@routes.get("/")
async def show_alerts(request: web.Request) -> web.Response:
    """Show the list, or with ``part=list`` its changing part alone, which the script puts in place."""
    site = request.app[SITE]
    now, config = site.clock(), site.config()
    since, cookie = visit(request.cookies.get(VISIT, ""), now)
    filters = parse_filters({name: request.query.getall(name) for name in request.query})
    listing = make_listing(site.follower.records, filters, now, ZoneInfo(config.page.zone), since)
    life = make_life(config, site.follower, tuple(registry.service_modules()))
    values: dict[str, Any] = {"listing": listing, "life": life}
    template = "alerts_list.html" if request.query.get("part") == "list" else "alerts.html"
    response = render(request, template, **values)
    response.set_cookie(VISIT, cookie, max_age=YEAR_SECONDS, httponly=True, samesite="Strict", path="/")
    return response
