"""End connections that send no request: a server needs a deadline for headers, and aiohttp has none for the first ones."""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakSet

from aiohttp import web

SEEN = web.AppKey("seen", WeakSet[asyncio.Transport])
"""The connections that have had a request."""


@web.middleware
async def note_use(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Note that the connection of *request* is in use."""
    if request.transport is not None:
        request.app[SEEN].add(request.transport)
    return await handler(request)


async def close_silent(runner: web.AppRunner, seconds: float) -> None:
    """Close connections that have sent no request for *seconds*, or up to twice as long, as long as *runner* serves."""
    known: set[asyncio.Transport] = set()
    while runner.server is not None:
        await asyncio.sleep(seconds)
        seen = runner.app[SEEN]
        opened = {each.transport for each in runner.server.connections if each.transport is not None}
        silent = {each for each in opened if each not in seen}
        for transport in silent & known:
            transport.close()
        known = silent
