"""Render a template as the response to a request."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.messages.base import isoformat
from page.site import SITE
from page.trouble import find_trouble
from page.views.listing import count_unread
from page.views.times import format_time
from page.views.visits import VISIT, visit

PAGES = (
    ("/", "Alerts"),
    ("/watches", "Watches"),
    ("/feeds", "Feeds"),
    ("/trends", "Trends"),
    ("/system", "System"),
)
"""The pages in the order of the navigation."""
THEMES = ("light", "dark")


def render(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """Return the page *template* with *values*, and what every page shows."""
    site = request.app[SITE]
    now = site.clock()
    local_now = now.astimezone(ZoneInfo(site.config().page.zone))
    since, _ = visit(request.cookies.get(VISIT, ""), now)
    theme = request.cookies.get("theme", "")
    common = {
        "pages": PAGES,
        "path": request.path,
        "theme": theme if theme in THEMES else "",
        "keys": request.cookies.get("keys") != "off",
        "now": now,
        "local_now": local_now,
        "as_of": site.follower.last_read or now,
        "zone_name": site.config().page.zone,
        "when": partial(format_time, now=local_now),
        "unread": count_unread(site.follower.records, now, since),
        "wall": "wall" in request.query,
        "isoformat": isoformat,
        "recorded": site.recorded,
        "config_trouble": site.config.trouble or "",
        "position": site.follower.changes.position,
        "trouble": find_trouble(site),
    }
    text = site.templates.get_template(template).render(common | values)
    response = web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
    # No page has a secret that could be guessed by the size of its compressed text.
    response.enable_compression()
    return response
