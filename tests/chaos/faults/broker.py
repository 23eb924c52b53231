"""Faults of the Kafka broker."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka.errors import KafkaError

from tests.broker import Broker
from tests.chaos.fault import Concerned, lasting
from tests.chaos.system import System, slowness, wait_for

ROOM = 4096
"""The most bytes that a broker without room can still write."""
RETURN_SECONDS = 60.0
"""Longest wait until the log of the trial can be read again."""


@lasting
async def kill_broker(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Kill the broker at a random moment, and start it again."""
    broker = broker_of(system)
    await asyncio.sleep(rng.uniform(0, 1.5))
    async with restarting(system, broker):
        broker.kill()
        system.events.append("the broker killed")
        yield None


@lasting
async def freeze_broker(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Stop the broker, so that it keeps its connections and answers nobody."""
    broker = broker_of(system)
    await asyncio.sleep(rng.uniform(0, 1.5))
    broker.freeze()
    system.events.append("the broker frozen")
    try:
        yield None
        await asyncio.sleep(rng.uniform(0, 3))
    finally:
        broker.thaw()
    await until_readable(system)


@lasting
async def fill_broker_disk(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Let the data of the broker not grow any more, and start the broker again with room once it has ended."""
    broker = broker_of(system)
    async with restarting(system, broker):
        broker.fill_disk(rng.randrange(ROOM))
        system.events.append("the broker without room")
        yield None


@lasting
async def start_without_broker(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Start all services while the broker is down."""
    broker = broker_of(system)
    async with restarting(system, broker):
        broker.kill()
        await system.kill_everything("killed with the broker")
        await system.start_missing()
        system.events.append("started without a broker")
        yield None


def broker_of(system: System) -> Broker:
    """Return the broker. Raises RuntimeError if it may not be stopped."""
    if system.broker is None:
        raise RuntimeError("the broker may not be stopped")
    return system.broker


@asynccontextmanager
async def restarting(system: System, broker: Broker) -> AsyncIterator[None]:
    """Start the broker again at the end, also after an error: the trials of other seeds have the same one."""
    try:
        yield
    finally:
        broker.kill()
        await asyncio.to_thread(broker.start)
    await until_readable(system)


async def until_readable(system: System) -> None:
    """Wait until the log can be read."""

    async def is_readable() -> bool:
        with suppress(KafkaError, TimeoutError):
            await system.log.read()
            return True
        return False

    if not await wait_for(is_readable, RETURN_SECONDS * slowness()):
        raise RuntimeError("the log cannot be read although the broker is back")
