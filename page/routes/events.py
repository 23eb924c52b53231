"""Server-sent events: what has changed, as ids. The page asks for the parts that it shows."""

import asyncio
from collections.abc import Callable, Sequence

import orjson
from aiohttp import web

from monitor.escape import escape_json
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
    return await send_changes(request, lambda changes: b"".join(_event(each) for each in changes))


async def send_changes(request: web.Request, tell: Callable[[Sequence[Change]], bytes]) -> web.StreamResponse:
    """Send what *tell* makes of each batch of changes; nothing while it is empty. The response never ends by itself."""
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
                await response.write(format_event("stale", {"ids": ()}, position))
                continue
            if told := tell([change for change in found if change.kind]):
                await response.write(told)
            position = changes.position
            if not await changes.wait(PING_SECONDS):
                await response.write(f": ping\nid: {position}\n\n".encode())
    except (ConnectionResetError, asyncio.CancelledError):
        return response
    finally:
        readers.discard(response)


def format_event(kind: str, data: object, position: str) -> bytes:
    """Return an event. The reader comes back with its *position*."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (position.encode(), kind.encode(), escape_json(orjson.dumps(data)))


def _event(change: Change) -> bytes:
    return format_event(change.kind, {"ids": change.ids}, change.position)
