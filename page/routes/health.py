"""The probes of the page's own health."""

from typing import Any

from aiohttp import web

from page.security.guards import may_read
from page.site import SITE

routes = web.RouteTableDef()


@routes.get("/live")
async def live(_: web.Request) -> web.Response:
    """Answer while the process runs."""
    return web.Response(text="ok\n")


@routes.get("/ready")
async def ready(request: web.Request) -> web.Response:
    """Answer 200 if all records have been read and each stream is followed, else 503.

    Who has no token, where one is needed, is not told why: the reasons name files, brokers and streams.
    """
    site = request.app[SITE]
    complete, trouble = site.follower.complete.is_set(), site.follower.trouble
    body: dict[str, Any] = {"ready": complete and not trouble, "complete": complete}
    if may_read(request, site.token):
        body["trouble"] = trouble | site.index.trouble
    return web.json_response(body, status=200 if body["ready"] else 503)
