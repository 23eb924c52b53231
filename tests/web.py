"""A web server on 127.0.0.1 that runs while a context is open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def listening(app: web.Application, port: int = 0) -> AsyncIterator[int]:
    """Run *app*, and yield its port. Tests that run in parallel may share a *port*."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_port=bool(port)).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
