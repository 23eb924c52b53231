"""Server-sent events: what has changed, as ids. The page asks for the parts that it shows."""

import asyncio

import orjson
from aiohttp import web

from page.records import Change, Stale
from page.site import SITE

routes = web.RouteTableDef()
PING_SECONDS = 15.0
MAX_READERS = 100
"""How many browsers are served at once. Further ones ask every 15 seconds."""
READERS = web.AppKey("readers", set)


@routes.get("/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Send each change from the position in Last-Event-ID or `last` on; without one, from now on."""
    readers, changes = request.app[READERS], request.app[SITE].follower.changes
    if len(readers) >= MAX_READERS:
        raise web.HTTPServiceUnavailable(text="Too many readers follow the page.\n", headers={"Retry-After": "15"})
    position = request.headers.get("Last-Event-ID") or request.query.get("last") or changes.position
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    readers.add(response)
    try:
        await response.write(f"retry: 3000\nid: {position}\n\n".encode())
        while True:
            try:
                found = changes.since(position)
            except Stale:
                position = changes.position
                await response.write(_event(Change("stale", (), position)))
                continue
            if told := [change for change in found if change.kind]:
                await response.write(b"".join(map(_event, told)))
            position = changes.position
            if not await changes.wait(PING_SECONDS):
                await response.write(f": ping\nid: {position}\n\n".encode())
    except (ConnectionResetError, asyncio.CancelledError):
        return response
    finally:
        readers.discard(response)


def _event(change: Change) -> bytes:
    data = orjson.dumps({"ids": change.ids})
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (change.position.encode(), change.kind.encode(), data)
