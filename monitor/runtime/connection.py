"""The bus that a config names."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace

import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Bus, Transient
from monitor.bus.address import Address, Security
from monitor.bus.backends import connect
from monitor.config import Config
from monitor.runtime import registry

log = structlog.get_logger()


def bus_address(config: Config) -> Address:
    """Return the address and settings of the bus in *config*."""
    streams, kafka = config.streams, config.kafka
    files = (str(config.folder / name) if name else "" for name in (kafka.ca_file, kafka.cert_file, kafka.key_file))
    # An environment variable, so that no config file contains the password.
    password = os.environ.get("NEWSMONITOR_KAFKA_PASSWORD", "")
    security = Security(kafka.security_protocol, kafka.sasl_mechanism, kafka.username, password, *files)
    return Address(
        config.bus,
        streams.days,
        streams.max_mb,
        streams.synchronous,
        streams.replication,
        security,
        streams={name: replace(each, cloudevents=streams.cloudevents) for name, each in registry.streams().items()},
    )


def open_bus(config: Config) -> AbstractAsyncContextManager[Bus]:
    """Open the bus in *config*. Raises Misconfigured and Transient."""
    return connect(bus_address(config))


@asynccontextmanager
async def open_bus_once_there(config: Config, stop: asyncio.Event) -> AsyncIterator[Bus | None]:
    """Open the bus in *config*, and wait for it while it is unavailable. Yield None if *stop* is set first.

    Raises Misconfigured.
    """
    async with AsyncExitStack() as stack:
        failures, bus = 0, None
        while bus is None and not stop.is_set():
            try:
                bus = await stack.enter_async_context(open_bus(config))
            except Transient as error:
                failures += 1
                log.warning("waiting for the bus", error=str(error))
                await pause(stop, backoff(failures, random.random(), first=1.0))
        yield bus
