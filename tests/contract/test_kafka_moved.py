"""A broker that has another address after an outage: nothing has to be started again."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from monitor.bus import Bus, Transient
from monitor.bus.address import Address
from monitor.bus.backends import connect, create_streams
from tests.broker import SETTINGS, wait_until_ready
from tests.kafka_nodes import format_node, start_node
from tests.ports import unused_port
from tests.running import running, until
from tests.unit.runtime.harness import RAW, forward, raw, service, titles

pytestmark = pytest.mark.kafka


@asynccontextmanager
async def forwarded(port: int, target: int) -> AsyncIterator[None]:
    """Connect who connects to *port* with *target*. Close all connections in the end."""
    writers: list[asyncio.StreamWriter] = []

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            onward = await asyncio.open_connection("127.0.0.1", target)
            writers.append(onward[1])
            await asyncio.gather(copy(reader, onward[1]), copy(onward[0], writer))
        except OSError:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        yield
        server.close()
        for writer in writers:
            writer.transport.abort()


@asynccontextmanager
async def broker_at(folder: Path, port: int, told: int) -> AsyncIterator[None]:
    """Run the broker on *port*. It tells its clients to connect to the port *told*, from which they are forwarded."""
    file = folder / "server.properties"
    file.write_text(re.sub(r"(?<=advertised\.listeners=PLAINTEXT://127\.0\.0\.1:)\d+", str(told), file.read_text()))
    async with forwarded(told, port):
        kill = start_node(folder)
        try:
            await asyncio.to_thread(wait_until_ready, port, lambda: True)
            yield
        finally:
            kill()


async def test_services_go_on_after_all_brokers_have_moved(tmp_path: Path) -> None:
    port, first, second = unused_port(), unused_port(), unused_port()
    assert len({port, first, second}) == 3
    format_node(tmp_path, SETTINGS.format(port=port, controller=unused_port(), inside=0, folder=tmp_path))
    address = Address(f"kafka://127.0.0.1:{port}", session_seconds=2)
    async with AsyncExitStack() as stack:
        async with broker_at(tmp_path, port, first):
            await create_streams(address)
            bus = await stack.enter_async_context(connect(address))
            health = await stack.enter_async_context(running(bus, service(forward)))
            await bus.publish([raw(1)])
            await until(lambda: is_complete(bus, 1))
        async with broker_at(tmp_path, port, second):
            await until(lambda: is_published(bus, 2))
            await until(lambda: is_complete(bus, 2))
            await until(lambda: health["entities"].state == "running")
            await until(lambda: is_read(bus))
            await stack.aclose()


async def is_published(bus: Bus, number: int) -> bool:
    """Publish an article. Return whether it is published."""
    try:
        await bus.publish([raw(number)])
    except Transient:
        return False
    return True


async def is_read(bus: Bus) -> bool:
    """Return whether the service has read all, also the transaction markers, which it passes over a second later."""
    try:
        return await bus.lag("entities", RAW) == 0
    except Transient:
        return False


async def is_complete(bus: Bus, count: int) -> bool:
    """Return whether so many articles have come through."""
    try:
        return len({*await titles(bus)}) >= count
    except Transient:
        return False
