"""Run services in the background of a test, and wait for conditions."""

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import structlog

from monitor.bus import Bus
from monitor.clock import Clock, utc
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from monitor.runtime.service import Service


@asynccontextmanager
async def running(bus: Bus, *services: Service[Any, Any], clock: Clock = utc) -> AsyncIterator[dict[str, Health]]:
    """Run *services* on *bus* until the context ends. Yield the health of each by name."""
    stop, health = asyncio.Event(), {service.name: Health() for service in services}
    task = asyncio.create_task(run_services(services, bus, clock, stop, health))
    try:
        yield health
    finally:
        stop.set()
        await task


async def until(condition: Callable[[], Awaitable[Any] | Any], seconds: float = 60) -> Any:
    """Wait until *condition*, a plain or async function, returns a true value, and return that value.

    Raises TimeoutError after *seconds*.
    """
    async with asyncio.timeout(seconds):
        while True:
            result = condition()
            if inspect.isawaitable(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.02)


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Restore the configuration of logging, which a command that runs in the process of the test has changed."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()
