"""The demo: outlets, services and a view in one process, with a bus in a temporary folder."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.bus import Bus
from monitor.bus.tail import tail
from monitor.clock import Clock, steady
from monitor.config import Config
from monitor.config.load import parse
from monitor.demo.day import Day, config_text, read_bundled_day
from monitor.demo.outlets import serve_outlets
from monitor.demo.view import Totals, View, open_view
from monitor.messages import Alert, ArticleStories, Counted, Feed
from monitor.messages.codec import decode
from monitor.output import echo
from monitor.runtime import registry
from monitor.runtime.connection import open_bus
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from monitor.runtime.signals import stop_on_signal

POLL_SECONDS = 0.25
"""Real time between two polls of a feed, in seconds."""
REFRESH_SECONDS = 0.1
"""Real time between two updates of the view, in seconds."""
IDLE_SECONDS = 1.0
"""Real time without unread messages after which the demo ends, in seconds."""
MESSAGES: tuple[type[Alert | Counted | ArticleStories], ...] = (Alert, Counted, ArticleStories)
"""What the view shows."""
ServePage = Callable[[Config, str, str], AbstractAsyncContextManager[str | None]]
"""Serves the page of a config, given as such and as text, with a title. Yields the page's URL; None if it is not served."""


@dataclass
class ReplayClock:
    """A clock that starts at the time *now* and can be made faster."""

    now: Clock

    def __call__(self) -> datetime:
        """Return the simulated time."""
        return self.now()

    def accelerate(self, speed: float) -> None:
        """Run *speed* times as fast as real time from now on."""
        self.now = steady(self.now(), speed)


async def play(speed: float, picture: Path | None, serve_page: ServePage) -> int:
    """Replay the bundled day *speed* times faster than real time. Return the exit code: 0 if it was played to its end.

    *picture* is the file for the final view; None saves none. A page stays until the user ends it.
    """
    day = read_bundled_day("train")
    clock, every = ReplayClock(steady(day.start)), POLL_SECONDS * speed
    with tempfile.TemporaryDirectory(prefix="newsmonitor-demo-") as folder:
        async with stop_on_signal() as stop, serve_outlets(day, clock) as base:
            text = config_text(day, base, every, f"sqlite:{folder}/demo.db")
            config, ended = parse(text, Path(folder), registry.extensions()), asyncio.Event()
            async with serve_page(config, text, day.title) as url:
                async with open_bus(config) as bus, running_services(config, bus, clock, ended):
                    with open_view(day, url) as view:
                        await all_polled(day, bus, stop)
                        clock.accelerate(speed)
                        finished = await show_until_finished(day, bus, clock, stop, view, every)
                        ended.set()
                    view.summary(picture)
                if url and finished:
                    echo(f"The day stays at {url} until you press Ctrl-C.")
                    await stop.wait()
    return 0 if finished else 1


async def all_polled(day: Day, bus: Bus, stop: asyncio.Event) -> None:
    """Wait until each feed was polled once, while it was empty: what is in a feed at its first poll raises no alert."""
    while not stop.is_set():
        polled = {record.key async for record in bus.replay(Feed.STREAM.name, None)}
        if len(polled) >= len(day.outlets):
            return
        await asyncio.sleep(REFRESH_SECONDS)


@asynccontextmanager
async def running_services(config: Config, bus: Bus, clock: Clock, stop: asyncio.Event) -> AsyncIterator[None]:
    """Run all services while the context is open."""
    names = list(registry.service_modules())
    health = {name: Health() for name in names}
    running = asyncio.create_task(run_services(registry.make(names, lambda: config), bus, clock, stop, health))
    try:
        yield
    finally:
        stop.set()
        await running


async def show_until_finished(day: Day, bus: Bus, clock: Clock, stop: asyncio.Event, view: View, every: float) -> bool:
    """Update *view* until all of the day is processed. Return False if *stop* is set first.

    *every* is the poll interval in seconds of the simulated time.
    """
    totals = Totals()
    readers = [asyncio.create_task(_collect(totals, bus, type_, view)) for type_ in MESSAGES]
    idle = 0.0
    try:
        while not stop.is_set() and idle < IDLE_SECONDS:
            await asyncio.sleep(REFRESH_SECONDS)
            view.update(totals, min(clock(), day.end))
            idle = idle + REFRESH_SECONDS if await is_finished(day, bus, clock(), every) else 0.0
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    return not stop.is_set()


async def _collect(totals: Totals, bus: Bus, type_: type[Alert | Counted | ArticleStories], view: View) -> None:
    """Add each message of *type_* to *totals*. Never returns."""
    async for record in tail(bus, type_.STREAM.name, None):
        message = decode(type_, record)
        totals.add(message)
        if isinstance(message, Alert):
            view.echo_alert(message)


async def is_finished(day: Day, bus: Bus, now: datetime, every: float) -> bool:
    """Return True if the day is over, each feed was polled after its end, and no service has unread messages."""
    if now < day.end + timedelta(seconds=3 * every):
        return False
    modules = {name: module for name, module in registry.service_modules().items() if name != "poller"}
    inputs = [(name, kind) for name, module in modules.items() for kind in registry.inputs(module)]
    return all([await _has_read_all(bus, name, kind.STREAM.name) for name, kind in inputs])


async def _has_read_all(bus: Bus, group: str, stream: str) -> bool:
    """Return whether *group* has read all records of *stream*. It has no lag before it begins to read."""
    lag = await bus.lag(group, stream)
    if lag is not None:
        return lag == 0
    async for _ in bus.replay(stream, None):
        return False
    return True
