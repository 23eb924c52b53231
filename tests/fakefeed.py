"""A web server on 127.0.0.1 whose answers a test sets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FakeFeed:
    """The answer for each path, and the requests received."""

    base: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Return the full URL of *path*."""
        return self.base + path

    def says(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        """Answer *path* with *body*."""
        data = body.encode() if isinstance(body, str) else body
        http_headers = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers=http_headers)

        self.answers[path] = answer

    def holds(self, path: str, *titles: str, etag: str | None = None) -> None:
        """Answer *path* with a feed of items called *titles*, or with 304 if the request has *etag*."""

        async def answer(request: web.Request) -> web.Response:
            if etag and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304)
            return web.Response(body=rss(*titles), headers={"ETag": etag} if etag else {})

        self.answers[path] = answer

    def drips(self, path: str, piece: bytes, seconds: float, headers: Mapping[str, str] | None = None) -> None:
        """Answer *path* with *piece* every so many *seconds*, forever."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers=headers)
            await response.prepare(request)
            while True:
                await response.write(piece)
                await asyncio.sleep(seconds)

        self.answers[path] = answer

    def count(self, path: str) -> int:
        """Return the number of requests for *path*."""
        return sum(request.path == path for request in self.asked)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request; 404 if no answer is set for its path."""
        self.asked.append(request)
        if request.path not in self.answers:
            raise web.HTTPNotFound
        return await self.answers[request.path](request)


@asynccontextmanager
async def serving() -> AsyncIterator[FakeFeed]:
    """Run the server while the context is open."""
    fake = FakeFeed()
    app = web.Application()
    app.router.add_get("/{path:.*}", fake.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        fake.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield fake
    finally:
        await runner.cleanup()


def rss(*titles: str) -> bytes:
    """Return an RSS feed of items called *titles*."""
    items = "".join(
        f"<item><guid>{title}</guid><title>{title}</title><description>Text.</description></item>" for title in titles
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Fake</title>{items}</channel></rss>".encode()
