"""Server-sent events: the changes of the records, sent to readers that may be slow, many, or gone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Never

import orjson
from aiohttp import web

from monitor.escape import escape_json
from page.records import Change, Changes, Stale
from page.site import SITE

PING_SECONDS = 15.0
RETRY_MS, RETRY_STEP_MS = 3000, 10
"""After how long a reader comes back that has lost the server, and by how much later each further one: not all at once."""
READERS = web.AppKey("readers", set[asyncio.Transport])
"""The connections of the readers."""

Write = Callable[[bytes], Awaitable[None]]
Tell = Callable[[Sequence[Change], str], bytes]
"""Returns the events that tell of changes up to a position; nothing for those that the reader did not ask for."""
Ping = Callable[[str], bytes]
"""Returns what is sent at a position when nothing has come for a while, so that the reader knows that it still follows."""


def ping_with_comment(position: str) -> bytes:
    """Return a ping for programs: a comment, and where they are."""
    return b": ping\n" + _id(position)


async def send_changes(request: web.Request, tell: Tell, ping: Ping = ping_with_comment) -> web.StreamResponse:
    """Send what *tell* makes of each batch of changes, the first of which may be empty. The response never ends by itself."""
    site, readers = request.app[SITE], request.app[READERS]
    changes = site.follower.changes
    readers -= {each for each in readers if each.is_closing()}
    transport = request.transport
    if transport is None or len(readers) >= site.limits.readers:
        raise web.HTTPServiceUnavailable(text="Too many readers follow the page.\n", headers={"Retry-After": "15"})
    position = request.headers.get("Last-Event-ID") or request.query.get("last") or changes.position
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    retry = RETRY_MS + RETRY_STEP_MS * len(readers)
    readers.add(transport)
    try:
        await response.prepare(request)
        write = partial(_write, response, site.limits.write)
        await write(b"retry: %d\n" % retry)
        await _send(write, changes, position, tell, ping)
    except TimeoutError:
        transport.abort()
    except (ConnectionResetError, asyncio.CancelledError):
        pass
    finally:
        readers.discard(transport)
    return response


async def _send(write: Write, changes: Changes, position: str, tell: Tell, ping: Ping) -> Never:
    """Send the changes after *position* without end."""
    found, reached = changes_since(changes, position)
    # A reader that has to read all anew gets no position before it knows: it would come back as if it had.
    await write(b"\n" if _is_stale(found) else _id(position))
    while True:
        if told := format_change(found[0]) + tell([], reached) if _is_stale(found) else tell(found, reached):
            await write(told)
        if changes.position == reached and not await changes.wait(PING_SECONDS):
            await write(ping(reached))
        # This finds what came while a slow reader took the changes before.
        found, reached = changes_since(changes, reached)


def changes_since(changes: Changes, position: str) -> tuple[list[Change], str]:
    """Return the changes after *position*, and the position after them. Without a valid one, that all has to be read anew."""
    reached = changes.position
    try:
        return changes.since(position), reached
    except Stale:
        return [_stale(reached)], reached


def _stale(position: str) -> Change:
    return Change("stale", (), position)


def _is_stale(found: Sequence[Change]) -> bool:
    return any(each.kind == "stale" for each in found)


async def _write(response: web.StreamResponse, seconds: float, data: bytes) -> None:
    """Send *data*. Raises TimeoutError if the reader does not take it within *seconds*."""
    async with asyncio.timeout(seconds):
        await response.write(data)


def _id(position: str) -> bytes:
    return f"id: {position}\n\n".encode()


def format_event(kind: str, data: object, position: str) -> bytes:
    """Return an event. The reader comes back with its *position*."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (position.encode(), kind.encode(), escape_json(orjson.dumps(data)))


def format_change(change: Change) -> bytes:
    """Return *change* as an event of its kind, with its ids."""
    return format_event(change.kind, {"ids": change.ids}, change.position)
