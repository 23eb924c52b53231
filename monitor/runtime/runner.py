"""Run services in one process: restart each one that fails, and stop all of them together."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Bus
from monitor.clock import Clock
from monitor.runtime.garbage import short_collections
from monitor.runtime.health import Health
from monitor.runtime.loop import serve
from monitor.runtime.service import Service

SHUTDOWN_SECONDS = 30.0
"""Seconds that services may take to finish their current batches when they are stopped."""
MAX_RESTART_SECONDS = 60.0
"""Longest wait before a failed service is restarted, in seconds."""

log = structlog.get_logger()


async def run_services(
    services: Sequence[Service[Any, Any]],
    bus: Bus,
    clock: Clock,
    stop: asyncio.Event,
    health: Mapping[str, Health] | None = None,
    retry_seconds: float = 60.0,
) -> None:
    """Run *services* until *stop* is set; then give them SHUTDOWN_SECONDS to finish their current batches.

    *health*, by service name, is kept up to date. A service that fails is restarted, with a growing delay.
    """
    health = health or {service.name: Health() for service in services}
    tasks = [
        asyncio.create_task(_keep_running(service, bus, clock, stop, health[service.name], retry_seconds), name=service.name)
        for service in services
    ]
    try:
        with short_collections(asyncio.get_running_loop()):
            await stop.wait()
            _, late = await asyncio.wait(tasks, timeout=SHUTDOWN_SECONDS)
        if late:
            log.warning("shutdown timed out; uncommitted batches will be processed again", services=len(late))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_running(
    service: Service[Any, Any], bus: Bus, clock: Clock, stop: asyncio.Event, health: Health, retry_seconds: float
) -> None:
    failures = 0
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        started = loop.time()
        try:
            await serve(service, bus, clock, stop, health, retry_seconds)
        except Exception as error:
            failures = failures + 1 if loop.time() - started < MAX_RESTART_SECONDS else 1
            seconds = backoff(failures, random.random(), first=0.5, cap=MAX_RESTART_SECONDS)
            log.exception("service failed, restarting it", service=service.name, seconds=round(seconds, 1))
            health.tally.restarts += 1
            health.report("broken", f"{type(error).__name__}: {error}")
            await pause(stop, seconds)


@asynccontextmanager
async def stop_on_signal(report: Callable[[str], None] = lambda _: None) -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set on SIGTERM or SIGINT, after a call of *report* with its name.

    A second signal ends the program at once.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def request_stop(name: str) -> None:
        report(name)
        stop.set()
        for each in signals:
            loop.remove_signal_handler(each)

    for each in signals:
        loop.add_signal_handler(each, request_stop, each.name)
    try:
        yield stop
    finally:
        for each in signals:
            loop.remove_signal_handler(each)
