"""Server-sent events: what has changed, as ids. The page asks for the parts that it shows."""

from collections.abc import Sequence

import orjson
from aiohttp import web

from monitor.escape import escape_json
from page.records import Change
from page.site import SITE
from page.streaming import changes_since, format_change, format_event, send_changes
from page.trouble import find_trouble

routes = web.RouteTableDef()


@routes.get("/events", allow_head=False)
async def events(request: web.Request) -> web.StreamResponse:
    """Send each change from the position in Last-Event-ID or `last` on; without one, from now on.

    The event `state` comes first and every 15 seconds: a browser shows no script a comment, so it is the page's ping too.
    """
    site = request.app[SITE]
    told: str | None = None

    def ping(position: str) -> bytes:
        nonlocal told
        told = find_trouble(site)
        return format_event("state", {"trouble": told}, position)

    def tell(changes: Sequence[Change], position: str) -> bytes:
        sent = b"".join(map(format_change, changes))
        return sent + ping(position) if find_trouble(site) != told else sent

    return await send_changes(request, tell, ping)


@routes.get("/events/poll")
async def poll(request: web.Request) -> web.Response:
    """Answer at once with the changes after `last`, to a page that got no place among the readers of events."""
    site = request.app[SITE]
    changes = site.follower.changes
    found, reached = changes_since(changes, request.query.get("last", changes.position))
    told = [{"kind": each.kind, "ids": each.ids} for each in found]
    body = {"changes": told, "position": reached, "trouble": find_trouble(site)}
    return web.Response(body=escape_json(orjson.dumps(body)), content_type="application/json")
