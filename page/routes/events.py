"""Server-sent events: what has changed, as ids. The page asks for the parts that it shows."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Never

import orjson
from aiohttp import web

from monitor.escape import escape_json
from page.records import Change, Changes, Stale
from page.site import SITE

routes = web.RouteTableDef()
PING_SECONDS = 15.0
READERS = web.AppKey("readers", set[asyncio.Transport])
"""The connections of the readers."""

Write = Callable[[bytes], Awaitable[None]]
Tell = Callable[[Sequence[Change]], bytes]
"""Returns the events that tell of changes; nothing for those that the reader did not ask for."""


@routes.get("/events", allow_head=False)
async def events(request: web.Request) -> web.StreamResponse:
    """Send each change from the position in Last-Event-ID or `last` on; without one, from now on."""
    return await send_changes(request, lambda changes: b"".join(map(_event, changes)))


async def send_changes(request: web.Request, tell: Tell) -> web.StreamResponse:
    """Send what *tell* makes of each batch of changes; nothing while it is empty. The response never ends by itself."""
    site, readers = request.app[SITE], request.app[READERS]
    changes = site.follower.changes
    readers -= {each for each in readers if each.is_closing()}
    transport = request.transport
    if transport is None or len(readers) >= site.limits.readers:
        raise web.HTTPServiceUnavailable(text="Too many readers follow the page.\n", headers={"Retry-After": "15"})
    position = request.headers.get("Last-Event-ID") or request.query.get("last") or changes.position
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    readers.add(transport)
    try:
        await response.prepare(request)
        await _send(partial(_write, response, site.limits.write), changes, position, tell)
    except TimeoutError:
        transport.abort()
    except (ConnectionResetError, asyncio.CancelledError):
        pass
    finally:
        readers.discard(transport)
    return response


async def _send(write: Write, changes: Changes, position: str, tell: Tell) -> Never:
    """Send the changes after *position* without end."""
    found, reached = _changes_since(changes, position)
    await write(b"retry: 3000\n" + (b"\n" if found[:1] == [_stale(reached)] else _id(position)))
    while True:
        is_stale = found[:1] == [_stale(reached)]
        if told := b"".join(map(_event, found)) if is_stale else tell(found):
            await write(told)
        if changes.position == reached and not await changes.wait(PING_SECONDS):
            await write(b": ping\n" + _id(reached))
        # This finds what came while a slow reader took the changes before.
        found, reached = _changes_since(changes, reached)


def _changes_since(changes: Changes, position: str) -> tuple[list[Change], str]:
    """Return the changes after *position*, and the position after them. Without a valid one, that all has to be read anew."""
    reached = changes.position
    try:
        return changes.since(position), reached
    except Stale:
        return [_stale(reached)], reached


def _stale(position: str) -> Change:
    return Change("stale", (), position)


async def _write(response: web.StreamResponse, seconds: float, data: bytes) -> None:
    """Send *data*. Raises TimeoutError if the reader does not take it within *seconds*."""
    async with asyncio.timeout(seconds):
        await response.write(data)


def _id(position: str) -> bytes:
    return f"id: {position}\n\n".encode()


def format_event(kind: str, data: object, position: str) -> bytes:
    """Return an event. The reader comes back with its *position*."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (position.encode(), kind.encode(), escape_json(orjson.dumps(data)))


def _event(change: Change) -> bytes:
    return format_event(change.kind, {"ids": change.ids}, change.position)
