"""The outlets of a recorded day as a web server on this machine: each feed holds what was published by now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from monitor.clock import Clock
from monitor.demo.day import Day, Outlet, render, standing


@asynccontextmanager
async def published(day: Day, clock: Clock) -> AsyncIterator[str]:
    """Serve *day* as *clock* goes on; gives the URL that the feeds stand under."""
    outlets = {outlet.id: outlet for outlet in day.outlets}

    async def answer(request: web.Request) -> web.Response:
        outlet = outlets.get(request.match_info["outlet"])
        if outlet is None:
            raise web.HTTPNotFound
        return _feed(day, outlet, clock, request)

    app = web.Application()
    app.router.add_get("/{outlet}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _feed(day: Day, outlet: Outlet, clock: Clock, request: web.Request) -> web.Response:
    articles = standing(day, outlet.id, clock())
    etag = f'"{len(articles)}-{articles[0].id if articles else ""}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    body, kind = render(outlet, articles, f"http://{request.host}")
    return web.Response(body=body, headers={"Content-Type": kind, "ETag": etag})
