"""The probes of the page's own health."""

from aiohttp import web

from page.site import SITE

routes = web.RouteTableDef()


@routes.get("/live")
async def live(_: web.Request) -> web.Response:
    """Answer while the process runs."""
    return web.Response(text="ok\n")


@routes.get("/ready")
async def ready(request: web.Request) -> web.Response:
    """Answer 200 if all records have been read and each stream is followed, else 503 with the reason."""
    site = request.app[SITE]
    follower = site.follower
    is_ready = follower.complete.is_set() and not follower.trouble
    body = {"ready": is_ready, "complete": follower.complete.is_set(), "trouble": follower.trouble | site.index.trouble}
    return web.json_response(body, status=200 if is_ready else 503)
