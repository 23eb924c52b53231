"""The bodies of requests: forms and JSON. One that does not arrive, or cannot be read, is refused."""

import asyncio
import warnings
import zlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDictProxy

from page.site import SITE

T = TypeVar("T")
Form = MultiDictProxy[str | bytes | bytearray | web.FileField]
UNREADABLE = (
    web.RequestPayloadError,
    HttpProcessingError,
    LookupError,
    ValueError,
    RuntimeError,
    RuntimeWarning,
    TypeError,
    AssertionError,
    OSError,
    zlib.error,
)
"""What aiohttp raises for a wrong encoding or charset, for a form whose parts are no parts, and if the client is gone."""


def refuse_bad_names() -> None:
    """Let aiohttp raise what it warns of, a line of standard error each: the name of a part that cannot be read."""
    for warning in (BadContentDispositionHeader, BadContentDispositionParam):
        warnings.simplefilter("error", warning)


async def read_form(request: web.Request) -> Form:
    """Return the form that *request* has sent. Raises HTTPBadRequest and HTTPRequestTimeout."""
    return await _read(request, lambda: _post(request))


async def read_bytes(request: web.Request) -> bytes:
    """Return the body of *request*. Raises HTTPBadRequest and HTTPRequestTimeout."""
    return await _read(request, request.read)


async def _read(request: web.Request, read: Callable[[], Awaitable[T]]) -> T:
    try:
        async with asyncio.timeout(request.app[SITE].limits.body):
            return await read()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The body of the request did not arrive in time.\n") from None
    except UNREADABLE as error:
        raise web.HTTPBadRequest(text=f"The body of the request cannot be read: {error}.\n") from None


async def _post(request: web.Request) -> Form:
    """Return the form. Raises ValueError for a text that is no Unicode, which some charsets can express."""
    form = await request.post()
    for name, value in form.items():
        f"{name}{value if isinstance(value, str) else ''}".encode()
    return form
