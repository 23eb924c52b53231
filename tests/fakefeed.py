"""A web server on 127.0.0.1 with responses that a test sets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.web import listening

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FakeFeed:
    """The handler of each path, and the requests received."""

    base: str = ""
    handlers: dict[str, Handler] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Return the full URL of *path*."""
        return self.base + path

    def responds(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        """Respond to *path* with *body*."""
        data = body.encode() if isinstance(body, str) else body
        http_headers = {name.replace("_", "-"): value for name, value in headers.items()}

        async def handle(_: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers=http_headers)

        self.handlers[path] = handle

    def responds_with_items(self, path: str, *titles: str, etag: str | None = None) -> None:
        """Respond to *path* with a feed of items called *titles*, or with 304 if the request has *etag*."""

        async def handle(request: web.Request) -> web.Response:
            if etag and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304)
            return web.Response(body=rss(*titles), headers={"ETag": etag} if etag else {})

        self.handlers[path] = handle

    def responds_slowly(self, path: str, piece: bytes, seconds: float, headers: Mapping[str, str] | None = None) -> None:
        """Respond to *path* with *piece* every *seconds* seconds, forever."""

        async def handle(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers=headers)
            await response.prepare(request)
            while True:
                await response.write(piece)
                await asyncio.sleep(seconds)

        self.handlers[path] = handle

    def count(self, path: str) -> int:
        """Return the number of requests for *path*."""
        return sum(request.path == path for request in self.requests)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Respond to a request; with 404 if its path has no handler."""
        self.requests.append(request)
        if request.path not in self.handlers:
            raise web.HTTPNotFound
        return await self.handlers[request.path](request)


@asynccontextmanager
async def serving() -> AsyncIterator[FakeFeed]:
    """Run the server while the context is open."""
    fake = FakeFeed()
    app = web.Application()
    app.router.add_get("/{path:.*}", fake.handle)
    async with listening(app) as port:
        fake.base = f"http://127.0.0.1:{port}"
        yield fake


def rss(*titles: str) -> bytes:
    """Return an RSS feed of items called *titles*."""
    items = "".join(
        f"<item><guid>{title}</guid><title>{title}</title><description>Text.</description></item>" for title in titles
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Fake</title>{items}</channel></rss>".encode()
