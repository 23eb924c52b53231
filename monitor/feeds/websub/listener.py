"""The HTTP server of the callbacks. It has no other pages, and limits the time, the size and the number of what it reads."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from weakref import WeakSet

import structlog
from aiohttp import web

from monitor.config import Config, FetchConfig
from monitor.feeds.websub.callbacks import BUSY, Answer, Callbacks
from monitor.feeds.websub.keys import PATH_DIGITS
from monitor.http.listening import CannotListen, start_listening
from monitor.http.silent import SEEN, close_silent, note_use

MAX_BODIES, MAX_BODIES_OF_ONE = 8, 2
"""Bodies that are read at the same time, of all callbacks and of one: a slow hub leaves room for others."""
FIRST_REQUEST_SECONDS = 10.0
"""Seconds within which a connection must send its headers."""
RETRY_SECONDS = 30.0
"""Seconds until it is tried again to listen on an address: the process that uses it may end."""
# The challenge is whatever the hub sends: a browser must not take it for a page.
HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Connection": "close"}

# aiohttp logs each malformed request with a traceback and its first line, which has the secret path.
_SILENT = logging.getLogger(f"{__name__}.requests")
_SILENT.addFilter(lambda _: False)

log = structlog.get_logger()


class Listener:
    """Listens for hubs. *trouble* is why it does not, None while it does."""

    def __init__(self, callbacks: Callbacks, config: Callable[[], Config]) -> None:
        self._callbacks, self._config = callbacks, config
        self._reading: Counter[str] = Counter()
        self.trouble: str | None = "websub: not listening yet"

    async def run(self, listen: str) -> None:
        """Listen on *listen* (``HOST:PORT``) until cancelled. While that is not possible, try again and again."""
        while True:
            app = web.Application(middlewares=[note_use, _answer_faults])
            app[SEEN] = WeakSet()
            app.router.add_get("/{path:.*}", self._verify, allow_head=False)
            app.router.add_post("/{path:.*}", self._receive)
            runner = web.AppRunner(
                app, access_log=None, logger=_SILENT, shutdown_timeout=1.0, lingering_time=1.0, keepalive_timeout=5.0
            )
            await runner.setup()
            try:
                await start_listening(runner, listen, "websub.listen", "NEWSMONITOR_WEBSUB_LISTEN")
                self.trouble = None
                log.info("listening for hubs", listen=listen)
                await close_silent(runner, FIRST_REQUEST_SECONDS)
            except CannotListen as error:
                self.trouble = str(error)
                log.error("cannot listen for hubs", problem=self.trouble)
            finally:
                await runner.cleanup()
            await asyncio.sleep(RETRY_SECONDS)

    async def _verify(self, request: web.Request) -> web.Response:
        path = self._path(request)
        refused = self._refusal(path)
        return _response(refused or self._callbacks.verify(path, request.query))

    async def _receive(self, request: web.Request) -> web.Response:
        path, limits = self._path(request), self._config().fetch
        if refused := self._refusal(path):
            return _response(refused)
        if any(each.lower() != "identity" for each in request.headers.getall("Content-Encoding", ())):
            return self._refused("encoded", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if (request.content_length or 0) > limits.max_bytes:
            return self._refused("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self._reading.total() >= MAX_BODIES or self._reading[path] >= MAX_BODIES_OF_ONE:
            self._callbacks.counts["busy"] += 1
            return _response(BUSY)
        self._reading[path] += 1
        try:
            async with asyncio.timeout(limits.timeout):
                body = await _read(request, limits)
        except TimeoutError:
            return self._refused("too_slow", HTTPStatus.REQUEST_TIMEOUT)
        except (ConnectionError, web.RequestPayloadError):
            return self._refused("cut", HTTPStatus.BAD_REQUEST)
        finally:
            self._reading[path] -= 1
            self._reading += Counter()  # without those at 0
        if body is None:
            return self._refused("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        headers = request.headers
        signature = headers.get("X-Hub-Signature", "")
        seconds = asyncio.get_running_loop().time()
        return _response(self._callbacks.receive(path, body, headers.get("Content-Type", ""), signature, seconds))

    def _path(self, request: web.Request) -> str:
        """Return the last segment of the path. A proxy in front may leave out the others, which websub.callback has."""
        return request.match_info["path"].rpartition("/")[2][: PATH_DIGITS + 1]

    def _refusal(self, path: str) -> Answer | None:
        return self._callbacks.refusal(path, asyncio.get_running_loop().time())

    def _refused(self, result: str, status: HTTPStatus) -> web.Response:
        self._callbacks.counts[result] += 1
        return _response(Answer(status))


@web.middleware
async def _answer_faults(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer, and log, what no handler expects: the server logs nothing itself."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("request of a hub not understood")
        return _response(Answer(HTTPStatus.INTERNAL_SERVER_ERROR))


async def _read(request: web.Request, limits: FetchConfig) -> bytes | None:
    """Return the body of *request*; None if it is larger than allowed."""
    body = bytearray()
    async for data in request.content.iter_any():
        body += data
        if len(body) > limits.max_bytes:
            return None
    return bytes(body)


def _response(answer: Answer) -> web.Response:
    retry = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
    response = web.Response(text=answer.text, status=answer.status, headers={**HEADERS, **retry})
    response.force_close()
    return response
