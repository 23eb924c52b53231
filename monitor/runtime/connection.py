"""The bus that a config names, and the wait for it at the start."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace

import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Bus, Transient
from monitor.bus.address import Address
from monitor.bus.backends import connect
from monitor.bus.streams import STREAMS, Stream
from monitor.config import Config
from monitor.config.kafka import kafka_security
from monitor.messages import Story
from monitor.runtime import registry

Report = Callable[[str | None], None]
"""Takes why the bus is still waited for; None once it is there."""

log = structlog.get_logger()


def bus_address(config: Config) -> Address:
    """Return the address and settings of the bus in *config*."""
    streams = config.streams
    return Address(
        config.bus,
        streams.days,
        streams.max_mb,
        streams.synchronous,
        streams.replication,
        kafka_security(config),
        config.kafka.session_timeout,
        config.kafka.instance_id,
        streams={name: _configured(each, config) for name, each in registry.streams().items()},
    )


def _configured(stream: Stream, config: Config) -> Stream:
    """Return *stream* with what the config says about it. Streams with one partition keep an order that needs it."""
    partitions = config.streams.partitions if stream.name in STREAMS and stream.partitions > 1 else stream.partitions
    return replace(stream, cloudevents=config.streams.cloudevents, partitions=partitions)


def reloaded_address(config: Callable[[], Config]) -> Address:
    """Return the address of the bus in *config*, which is reloaded: a bus there removes records of old stories early.

    Other processes remove none: stories.days may have been raised since they have read it.
    """
    return replace(bus_address(config()), spare_days=lambda: {Story.STREAM.name: config().stories.kept_days})


def open_bus(config: Config) -> AbstractAsyncContextManager[Bus]:
    """Open the bus in *config*. Raises Misconfigured and Transient."""
    return connect(bus_address(config))


@asynccontextmanager
async def open_bus_once_there(address: Address, stop: asyncio.Event, report: Report) -> AsyncIterator[Bus | None]:
    """Open the bus at *address*, and wait for it while it is unavailable. Yield None if *stop* is set first.

    *report* is told of the wait, as by `once_there`. Raises Misconfigured.
    """
    opened: list[Bus] = []
    async with AsyncExitStack() as stack:

        async def enter() -> None:
            opened.append(await stack.enter_async_context(connect(address)))

        yield opened[0] if await once_there(enter, stop, report) else None


async def once_there(attempt: Callable[[], Awaitable[None]], stop: asyncio.Event, report: Report) -> bool:
    """Repeat *attempt* while the bus is unavailable. Return False if *stop* is set before it succeeds.

    *report* is called after each attempt, so that a process that only waits does not look as if it hung.
    """
    failures = 0
    while not stop.is_set():
        try:
            await attempt()
        except Transient as error:
            failures += 1
            log.warning("waiting for the bus", error=str(error))
            report(str(error))
            await pause(stop, backoff(failures, random.random(), first=1.0))
        else:
            report(None)
            return True
    return False
