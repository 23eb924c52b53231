"""/ready and /live over HTTP, for whoever keeps the program up: ready means that every service makes progress."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import orjson
from aiohttp import web

from monitor.runtime.service import Health


@asynccontextmanager
async def answering(listen: str | None, pulses: Mapping[str, Health]) -> AsyncIterator[None]:
    """Answer on *listen* (``HOST:PORT``); nowhere, if it is None. Raises OSError where the port is taken."""
    if listen is None:
        yield
        return
    host, _, port = listen.rpartition(":")
    app = web.Application()
    app.router.add_get("/ready", partial(_ready, pulses))
    app.router.add_get("/live", _live)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        yield
    finally:
        await runner.cleanup()


async def _ready(pulses: Mapping[str, Health], _: web.Request) -> web.Response:
    now = time.monotonic()
    services = {
        name: {"ready": pulse.ready(now), "state": pulse.state, "trouble": pulse.trouble} for name, pulse in pulses.items()
    }
    good = all(pulse.ready(now) for pulse in pulses.values())
    body = orjson.dumps({"ready": good, "services": services})
    return web.Response(body=body, status=200 if good else 503, content_type="application/json")


async def _live(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")
