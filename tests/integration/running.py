"""Services at work in the background of a test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from monitor.bus import Bus
from monitor.clock import Clock, utc
from monitor.messages import Message
from monitor.messages.codec import decode
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from monitor.runtime.service import Service

B = TypeVar("B", bound=Message)


@asynccontextmanager
async def running(bus: Bus, *services: Service[Any, Any], clock: Clock = utc) -> AsyncIterator[dict[str, Health]]:
    """*services* at work; drained at the end."""
    stop, pulses = asyncio.Event(), {service.name: Health() for service in services}
    task = asyncio.create_task(run_services(services, bus, clock, stop, pulses))
    try:
        yield pulses
    finally:
        stop.set()
        await task


async def everything(bus: Bus, kind: type[B]) -> list[B]:
    """All of *kind* that its stream holds."""
    return [decode(kind, record) async for record in bus.replay(kind.STREAM.name, None)]


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    """The first answer of *ask* that is true."""
    async with asyncio.timeout(seconds):
        while not (answer := await ask()):
            await asyncio.sleep(0.02)
    return answer
