"""Answers while the bus or the index cannot be used."""

import sqlite3
from http import HTTPStatus

from aiohttp import web

from monitor.bus import Misconfigured, Transient
from page.security.guards import Handler
from page.site import SITE

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
