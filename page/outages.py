"""Answers while the bus or the index cannot be used, and the end of connections that send no request."""

import asyncio
import sqlite3
from http import HTTPStatus
from weakref import WeakSet

from aiohttp import web

from monitor.bus import Misconfigured, Transient
from page.security.guards import Handler
from page.site import SITE

SEEN = web.AppKey("seen", WeakSet[asyncio.Transport])
"""The connections that have had a request."""

READING = "The log is still being read, so this may not have been found yet. Try again in a moment.\n"


@web.middleware
async def tell_outage(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 503 with the reason while the bus or the index cannot be used, or what is asked for may not have been read yet."""
    try:
        return await _find(request, handler)
    except Transient as error:
        raise web.HTTPServiceUnavailable(text=f"The bus cannot be used now: {error}. Try again.\n") from error
    except Misconfigured as error:
        raise web.HTTPServiceUnavailable(text=f"{error}.\n") from error
    except sqlite3.Error as error:
        index = request.app[SITE].index.path
        remedy = "try again; if that does not help, stop newsmonitor, delete the file and start: it is built anew from the log"
        raise web.HTTPServiceUnavailable(text=f"The index {index} cannot be read: {error}; {remedy}.\n") from error


async def _find(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return the response of *handler*. Until all records have been read, what was not found may still come."""
    missing: Exception | None = None
    try:
        response = await handler(request)
    except web.HTTPNotFound as error:
        missing = error
    is_missing = missing is not None or response.status == HTTPStatus.NOT_FOUND
    if is_missing and request.match_info.http_exception is None and not request.app[SITE].follower.complete.is_set():
        raise web.HTTPServiceUnavailable(text=READING, headers={"Retry-After": "1"}) from missing
    if missing is not None:
        raise missing
    return response


@web.middleware
async def note_use(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note that the connection of *request* is in use."""
    if request.transport is not None:
        request.app[SEEN].add(request.transport)
    return await handler(request)


async def close_silent(runner: web.AppRunner) -> None:
    """Close connections that send no request, as long as *runner* serves. aiohttp itself closes those that have sent one."""
    known: set[asyncio.Transport] = set()
    while runner.server is not None:
        await asyncio.sleep(runner.app[SITE].limits.first_request)
        seen = runner.app[SEEN]
        opened = {each.transport for each in runner.server.connections if each.transport is not None}
        silent = {each for each in opened if each not in seen}
        for transport in silent & known:
            transport.close()
        known = silent
