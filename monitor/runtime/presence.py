"""Publish what this process does: which services it runs, or that it serves the page. Log which services stand by."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version

import structlog

from monitor.backoff import pause
from monitor.bus import Bus, Misconfigured, Transient
from monitor.clock import Clock, utc
from monitor.config.reload import ConfigStatus
from monitor.messages import Process, RunningService
from monitor.messages.codec import encode
from monitor.runtime.health import Health, shorten
from monitor.runtime.loop_monitor import LoopStalls

PUBLISH_SECONDS = 10.0
"""Seconds between two records of a process while nothing changes."""
STANDBY_SECONDS = 5.0
"""Seconds without a partition after which a running service is said to stand by. A takeover may take a few seconds."""
CHECK_SECONDS = 1.0
AT_ONCE = ("services", "config_hash", "config_deferred", "config_trouble")
"""The fields of a process whose changes are published at once."""

log = structlog.get_logger()


@asynccontextmanager
async def presence(
    bus: Bus,
    process: Process,
    health: Mapping[str, Health],
    stop: asyncio.Event,
    stalls: LoopStalls | None = None,
    config: Callable[[], ConfigStatus] = ConfigStatus,
) -> AsyncIterator[None]:
    """Report that *process* is there while the context lasts, see report_presence, and at its end that it ends."""
    task = asyncio.create_task(report_presence(bus, process, health, stop, stalls=stalls, config=config))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await report_end(bus, process, health)


async def report_presence(
    bus: Bus,
    process: Process,
    health: Mapping[str, Health],
    stop: asyncio.Event,
    clock: Clock = utc,
    stalls: LoopStalls | None = None,
    config: Callable[[], ConfigStatus] = ConfigStatus,
    timer: Callable[[], float] = time.monotonic,
) -> None:
    """Publish what *process* runs until *stop* is set. *health* has the health of its services by name.

    The *stalls* of its event loop are published too, and what *config* returns.

    If the bus is unavailable, try again: the services report that themselves. *clock* says when, and *timer* how long ago: a
    clock that is put back must not keep the process from reporting. Any other error is logged, and it is tried again too.
    """

    def current() -> Process:
        status = config()
        return replace(
            process,
            at=clock(),
            services=_services(health),
            event_loop=stalls.summary(time.monotonic()) if stalls else None,
            config_hash=status.hash or None,
            config_deferred=status.deferred,
            config_trouble=shorten(status.trouble),
        )

    published: Process | None = None
    standby, published_at = Standby(), timer()
    while not stop.is_set():
        try:
            now, elapsed = current(), timer()
            standby.check(now, elapsed)
            is_due = published is None or elapsed - published_at >= PUBLISH_SECONDS or _differs(published, now)
            if is_due and await _publish(bus, now):
                published, published_at = now, elapsed
        except Exception:
            log.exception("process record not published; trying again")
        await pause(stop, CHECK_SECONDS)


async def report_end(bus: Bus, process: Process, health: Mapping[str, Health], clock: Clock = utc) -> None:
    """Publish that *process* ends. If that fails, log the error: it must not keep the process from ending."""
    try:
        await _publish(bus, replace(process, at=clock(), ended=True, services=_services(health)))
    except Exception:
        log.exception("process record not published")


def this_process(now: datetime) -> Process:
    """Return this process, started *now*, without services."""
    host, pid = socket.gethostname() or "localhost", os.getpid()
    return Process(f"{host}:{pid}", host, pid, version("newsmonitor"), now, now, ended=False, services=())


class Standby:
    """Logs when a service begins to stand by, and when it takes over."""

    def __init__(self) -> None:
        self._idle_since: dict[str, float] = {}
        self._logged: set[str] = set()

    def check(self, process: Process, now: float) -> None:
        """Log the changes that *process* shows at *now*, in seconds of any origin."""
        for service in process.services:
            if service.state != "running" or service.partitions:
                self._idle_since.pop(service.name, None)
                if service.partitions and service.name in self._logged:
                    self._logged.remove(service.name)
                    log.info("taken over", service=service.name, partitions=service.partitions)
                continue
            since = self._idle_since.setdefault(service.name, now)
            if now - since >= STANDBY_SECONDS and service.name not in self._logged:
                self._logged.add(service.name)
                reason = "other processes run it; this one takes over when one of them stops (see `newsmonitor status`)"
                log.info("standing by", service=service.name, reason=reason)


def _services(health: Mapping[str, Health]) -> tuple[RunningService, ...]:
    return tuple(RunningService(name, each.state, each.text(), each.partitions) for name, each in health.items())


def _differs(published: Process, current: Process) -> bool:
    return any(getattr(published, name) != getattr(current, name) for name in AT_ONCE)


async def _publish(bus: Bus, process: Process) -> bool:
    try:
        await bus.publish([encode(process)])
    except Transient:
        return False
    except Misconfigured as error:
        log.warning("process record not published", stream=process.STREAM.name, error=str(error))
        return False
    return True
