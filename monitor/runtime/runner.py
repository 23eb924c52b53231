"""Services at work in one process: each is restarted by itself, all are drained together."""

import asyncio
import gc
import random
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Bus
from monitor.bus.backends import Address, connect, password
from monitor.bus.kafka import Security
from monitor.clock import Clock
from monitor.config import Config
from monitor.runtime.loop import serve
from monitor.runtime.service import Health, Service

DRAIN = 30.0
"""Seconds for the batches in hand after a stop was asked for."""
LONGEST = 60.0
"""The most seconds before a service that fails is started again."""
YOUNG = 20_000
"""New objects after which Python looks for circles among them. After 700, its own choice, it goes through all that is known of
the feeds again and again, and finds next to nothing: a third of what a poll answered 304 took."""

log = structlog.get_logger()


def address(config: Config) -> Address:
    """Where the bus is that *config* names, and how it is kept and reached."""
    streams, kafka = config.streams, config.kafka
    files = (str(config.folder / name) if name else "" for name in (kafka.ca_file, kafka.cert_file, kafka.key_file))
    security = Security(kafka.security_protocol, kafka.sasl_mechanism, kafka.username, password(), *files)
    return Address(config.bus, streams.days, streams.max_mb, streams.synchronous, streams.replication, security)


def open_bus(config: Config) -> AbstractAsyncContextManager[Bus]:
    """The bus that *config* names. Raises Misconfigured."""
    return connect(address(config))


async def run_services(
    services: Sequence[Service[Any, Any]],
    bus: Bus,
    clock: Clock,
    stop: asyncio.Event,
    pulses: Mapping[str, Health] | None = None,
    hold: float = 60.0,
) -> None:
    """Run *services* until *stop* is set, then give the batches in hand DRAIN seconds.

    *pulses*, by service, tell how each fares. A service that fails is started again, a little later each time.
    """
    gc.set_threshold(YOUNG)
    pulses = pulses or {service.name: Health() for service in services}
    tasks = [asyncio.create_task(_keep_up(service, bus, clock, stop, pulses[service.name], hold)) for service in services]
    try:
        await stop.wait()
        _, late = await asyncio.wait(tasks, timeout=DRAIN)
        if late:
            log.warning("not drained in time; what was in hand will be done again", services=len(late))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_up(service: Service[Any, Any], bus: Bus, clock: Clock, stop: asyncio.Event, pulse: Health, hold: float) -> None:
    failures = 0
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        began = loop.time()
        try:
            await serve(service, bus, clock, stop, pulse, hold)
        except Exception as error:
            failures = failures + 1 if loop.time() - began < LONGEST else 1
            seconds = backoff(failures, random.random(), first=0.5, cap=LONGEST)
            log.exception("service failed, starting it again", service=service.name, seconds=round(seconds, 1))
            pulse.at("broken", f"{type(error).__name__}: {error}")
            await pause(stop, seconds)


@asynccontextmanager
async def until_signalled(tell: Callable[[str], None] = lambda _: None) -> AsyncIterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set; a second signal ends the program at once, as usual."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def ask(name: str) -> None:
        tell(f"{name}: finishing what is in hand")
        stop.set()
        for each in signals:
            loop.remove_signal_handler(each)

    for each in signals:
        loop.add_signal_handler(each, ask, each.name)
    try:
        yield stop
    finally:
        for each in signals:
            loop.remove_signal_handler(each)
