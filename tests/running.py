"""Run services in the background of a test, wait for conditions, and measure single steps."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from monitor.bus import Bus
from monitor.clock import Clock, utc
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from monitor.runtime.service import Service

END = object()


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


def longest_step(start: Callable[[], Iterable[Any]]) -> float:
    """Return the longest CPU time between two outputs of *start*, in seconds."""
    longest, is_done = 0.0, False
    began = time.thread_time()
    steps = iter(start())
    while not is_done:
        is_done = next(steps, END) is END
        longest, began = max(longest, time.thread_time() - began), time.thread_time()
    return longest
