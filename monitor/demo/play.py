"""The demo: outlets, services and a live view, all in this process, over a bus in a folder of its own."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from monitor.bus import Bus
from monitor.bus.tail import tail
from monitor.clock import Clock, steady
from monitor.config import Config
from monitor.config.load import parse
from monitor.demo.day import Day, config, shipped
from monitor.demo.outlets import published
from monitor.demo.totals import Totals
from monitor.demo.view import View, shown
from monitor.messages import Alert, ArticleStories
from monitor.messages.codec import decode
from monitor.runtime import registry
from monitor.runtime.health import Health
from monitor.runtime.runner import open_bus, run_services, until_signalled

EVERY = 0.25
"""Seconds of the machine's time between two polls of a feed."""
QUIET = 1.0
"""Seconds without anything to do after which the day is over."""


async def play(speed: float, picture: Path | None) -> int:
    """Watch the shipped day at *speed*; the exit code: 0 when the whole day went by."""
    day = shipped("train")
    clock = steady(day.start, speed)
    with tempfile.TemporaryDirectory(prefix="newsmonitor-demo-") as folder:
        async with until_signalled() as stop, published(day, clock) as base:
            settings = parse(config(day, base, EVERY * speed, f"sqlite:{folder}/demo.db"), Path(folder))
            async with open_bus(settings) as bus, at_work(settings, bus, clock, stop):
                with shown(day) as view:
                    whole = await watch(day, bus, clock, stop, view, EVERY * speed)
                    stop.set()
                view.summary(picture)
    return 0 if whole else 1


@asynccontextmanager
async def at_work(settings: Config, bus: Bus, clock: Clock, stop: asyncio.Event) -> AsyncIterator[None]:
    """All services, running."""
    names = list(registry.service_modules())
    pulses = {name: Health() for name in names}
    running = asyncio.create_task(run_services(registry.make(names, lambda: settings), bus, clock, stop, pulses))
    try:
        yield
    finally:
        stop.set()
        await running


async def watch(day: Day, bus: Bus, clock: Clock, stop: asyncio.Event, view: View, every: float) -> bool:
    """Show what comes until the day is over and all is done; False where it was stopped before.

    Feeds are polled *every* so many seconds of the day.
    """
    seen = Totals()
    followers = [asyncio.create_task(take(seen, bus, kind, view)) for kind in (Alert, ArticleStories)]
    quiet = 0.0
    try:
        while not stop.is_set() and quiet < QUIET:
            await asyncio.sleep(0.1)
            view.update(seen, min(clock(), day.end))
            quiet = quiet + 0.1 if await is_done(day, bus, clock(), every) else 0.0
    finally:
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
    return not stop.is_set()


async def take(seen: Totals, bus: Bus, kind: type[Alert | ArticleStories], view: View) -> None:
    """Follow the stream of *kind*."""
    async for record in tail(bus, kind.STREAM.name, None):
        message = decode(kind, record)
        if isinstance(message, Alert):
            seen.alerts[message.id] = message
            seen.versions.append(message)
            view.raised(message)
        else:
            seen.articles += 1
            seen.stories.add(message.story.id)
            seen.latest = [*seen.latest, message][-8:]


async def is_done(day: Day, bus: Bus, now: datetime, every: float) -> bool:
    """Whether the whole day was published, every feed was polled after its end, and nothing waits in any stream."""
    if now < day.end + timedelta(seconds=3 * every):
        return False
    modules = registry.service_modules().items()
    reads = {name: module.reads.STREAM.name for name, module in modules if name != "poller"}
    return not any([await bus.lag(name, stream) for name, stream in reads.items()])
