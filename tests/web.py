"""A web server on this machine that runs while a context is open."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def listening(app: web.Application, port: int = 0, addresses: Sequence[str] = ("127.0.0.1",)) -> AsyncIterator[int]:
    """Run *app* on all *addresses*, and yield its port. Tests that run in parallel may share a *port*."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        for address in addresses:
            await web.TCPSite(runner, address, port, reuse_port=bool(port)).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
