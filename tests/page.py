"""Serve the page of a config for a test."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.config.load import parse
from monitor.config.reload import ConfigReloader
from monitor.messages import Message, Process, RunningService
from monitor.messages.codec import encode
from monitor.runtime import registry
from page.app import make_app
from page.index import Index, IndexFollower
from page.index.file import BUSY_SECONDS
from page.limits import Limits
from page.records import Follower
from page.security.token import read_token
from page.serving import listening
from page.site import Site
from page.templates import make_environment
from tests.running import until

LIMITS = Limits()


@dataclass(frozen=True)
class ServedPage:
    """A page that runs: its application, URL, bus, records and index, and a client that follows no redirect by itself."""

    app: web.Application
    url: str
    bus: Bus
    follower: Follower
    index: Index
    client: aiohttp.ClientSession
    site: Site

    async def publish(self, *messages: Message) -> None:
        """Publish *messages* on the bus of the page."""
        await self.bus.publish([encode(each) for each in messages])

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return the status and the text of *path*."""
        async with self.client.get(self.url + path, headers=headers, allow_redirects=False) as response:
            return response.status, await response.text()

    async def post(self, path: str, data: Mapping[str, object] | Sequence[tuple[str, str]], **headers: str) -> tuple[int, str]:
        """Post the form *data*, as the page itself does unless *headers* say otherwise."""
        sent = headers or {"Sec-Fetch-Site": "same-origin"}
        async with self.client.post(self.url + path, data=data, headers=sent, allow_redirects=False) as response:
            return response.status, await response.text()


def at_work(number: int = 1, **states: Any) -> Process:
    """The record *number* of a process that runs all services; *states* has those of services that do anything else."""
    services = (RunningService(name, states.get(name, "running"), None, 1) for name in registry.service_modules())
    return Process(
        "page-test", "host", 1, "0.1", utc(), utc() + timedelta(seconds=number), ended=False, services=tuple(services)
    )


def follower_by(clock: Callable[[], datetime]) -> Follower:
    """A follower of which the timer goes by *clock* too."""
    return Follower(clock=clock, timer=lambda: clock().timestamp())


@asynccontextmanager
async def served(
    folder: Path,
    config: str = "",
    *messages: Message,
    clock: Callable[[], datetime] = utc,
    limits: Limits = LIMITS,
    busy_seconds: float = BUSY_SECONDS,
) -> AsyncIterator[ServedPage]:
    """Serve the page of *config*, whose bus is a file in *folder* with *messages*, until the context ends."""
    parsed = parse(f'bus = "sqlite:news.db"\n{config}', folder)
    (folder / "monitor.toml").write_text(f'bus = "sqlite:news.db"\n{config}')
    async with AsyncExitStack() as stack:
        bus = await stack.enter_async_context(connect(f"sqlite:{folder / 'news.db'}"))
        await bus.publish([encode(each) for each in messages])
        follower = follower_by(clock)
        index = Index(folder / "index.db", parsed.bus, busy_seconds)
        stack.callback(index.close)
        file = folder / "monitor.toml"
        reloader = ConfigReloader(file, registry.check, registry.extensions(), poll_seconds=0.05, settle_seconds=0.02)
        site = Site(reloader, file, bus, follower, index, make_environment(), clock, read_token(parsed), limits=limits)
        app = make_app(site)
        address = await stack.enter_async_context(listening(app, "127.0.0.1:0"))
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        indexing = IndexFollower(index)
        tasks = [asyncio.create_task(each) for each in (follower.follow(bus), indexing.follow(bus), reloader.run())]
        try:
            await until(lambda: follower.complete.is_set() and indexing.complete.is_set())
            yield ServedPage(app, f"http://{address}", bus, follower, index, client, site)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
