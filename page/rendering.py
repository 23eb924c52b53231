"""Render a template as the response to a request."""

from typing import Any

from aiohttp import web

from monitor.messages.base import isoformat
from page.site import SITE

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
    theme = request.cookies.get("theme", "")
    common = {
        "pages": PAGES,
        "path": request.path,
        "theme": theme if theme in THEMES else "",
        "keys": request.cookies.get("keys") != "off",
        "now": site.clock(),
        "isoformat": isoformat,
        "recorded": site.recorded,
        "position": site.follower.changes.position,
        "trouble": next(iter((site.follower.trouble | site.index.trouble).values()), ""),
    }
    text = site.templates.get_template(template).render(common | values)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
