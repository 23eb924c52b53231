"""A real web server on 127.0.0.1 that a test tells what to answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FakeFeed:
    """Paths to what they answer, and what was asked."""

    base: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)

    def url(self, path: str) -> str:
        """The full URL of *path*."""
        return self.base + path

    def says(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        """Answer *path* with *body*."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers=named)

        self.answers[path] = answer

    def holds(self, path: str, *titles: str, etag: str | None = None) -> None:
        """Answer *path* with a feed of items called *titles*, and with 304 to who knows *etag*."""

        async def answer(request: web.Request) -> web.Response:
            if etag and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304)
            return web.Response(body=rss(*titles), headers={"ETag": etag} if etag else {})

        self.answers[path] = answer

    def drips(self, path: str, piece: bytes, seconds: float, headers: Mapping[str, str] | None = None) -> None:
        """Answer *path* with *piece* again and again, every so many *seconds*."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers=headers)
            await response.prepare(request)
            while True:
                await response.write(piece)
                await asyncio.sleep(seconds)

        self.answers[path] = answer

    def count(self, path: str) -> int:
        """How often *path* was asked for."""
        return sum(request.path == path for request in self.asked)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer as told."""
        self.asked.append(request)
        if request.path not in self.answers:
            raise web.HTTPNotFound
        return await self.answers[request.path](request)


@asynccontextmanager
async def serving() -> AsyncIterator[FakeFeed]:
    """The server."""
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
    """An RSS feed of items called *titles*."""
    items = "".join(
        f"<item><guid>{title}</guid><title>{title}</title><description>Text.</description></item>" for title in titles
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Fake</title>{items}</channel></rss>".encode()
