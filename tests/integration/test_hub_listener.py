"""The server of the callbacks against hostile clients, without a poller."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from monitor.config import Config, FetchConfig
from monitor.feeds.websub.callbacks import Callbacks
from monitor.feeds.websub.listener import MAX_BODIES_OF_ONE, Listener
from monitor.messages import Websub
from tests.hub import post, sign
from tests.ports import unused_port
from tests.running import until
from tests.unit.feeds.test_callbacks import BODY, KEY, callbacks, subscribed

LIMITS = FetchConfig(timeout=20, max_bytes=100_000)


@dataclass
class Served:
    """A server of callbacks on *port*."""

    callbacks: Callbacks
    port: int

    async def push(self, known: Websub) -> int:
        """Send a signed push, and return the status."""
        return await post(f"http://127.0.0.1:{self.port}/{KEY.path(known)}", BODY, sign(BODY, KEY.secret(known)))

    async def connect(self, sent: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send text as it is, in latin-1."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent.encode("latin-1"))
        await writer.drain()
        return reader, writer

    async def status(self, sent: str) -> int:
        """Send text as it is, and return the status of the answer."""
        reader, writer = await self.connect(sent)
        try:
            return int((await reader.read()).split()[1])
        finally:
            writer.close()


@asynccontextmanager
async def served(*subscriptions: Websub) -> AsyncIterator[Served]:
    """Serve the callbacks of *subscriptions*."""
    made, state = callbacks(*subscriptions)
    made.register(state, asyncio.get_running_loop().time())
    port = unused_port()
    listener = Listener(made, lambda: Config(fetch=LIMITS))
    task = asyncio.create_task(listener.run(f"127.0.0.1:{port}"))
    try:
        await until(lambda: listener.trouble is None)
        yield Served(made, port)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def head(known: Websub, *headers: str) -> str:
    """Return the head of a push."""
    return "\r\n".join((f"POST /{KEY.path(known)} HTTP/1.1", "Host: x", *headers, "", ""))


async def test_a_slow_hub_leaves_room_for_the_pushes_of_others() -> None:
    slow, known = subscribed(), subscribed("example.org/g")
    async with served(slow, known) as server:
        writers = [(await server.connect(head(slow, "Content-Length: 10") + "x"))[1] for _ in range(MAX_BODIES_OF_ONE)]
        await until(lambda: _is_busy(server, slow))
        assert await server.push(known) == 202
        for writer in writers:
            writer.close()
        await until(lambda: server.callbacks.counts["cut"] == MAX_BODIES_OF_ONE)
        assert await server.push(slow) == 202


async def _is_busy(server: Served, known: Websub) -> bool:
    """Return whether a further body is refused, without sending one that would be accepted."""
    return await server.status(head(known, "Content-Length: 1", "X-Hub-Signature: none") + "x") == 503


async def test_a_compressed_body_is_refused_wherever_that_is_said() -> None:
    known = subscribed()
    async with served(known) as server:
        for headers in (("Content-Encoding: GZIP",), ("Content-Encoding: identity", "Content-Encoding: gzip")):
            assert await server.status(head(known, *headers, "Content-Length: 1") + "x") == 415


async def test_requests_that_cannot_be_read_leave_no_secret_path_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    known = subscribed()
    path = KEY.path(known)
    async with served(known) as server:
        assert await server.status(f"GET /{path}?hub.challenge=\xff HTTP/1.1\r\nHost: x\r\n\r\n") == 400
        assert await server.status(head(known, "Transfer-Encoding: chunked") + "zz\r\n") == 400
        assert await server.status(f"GET /{path} HTTP/9\r\n\r\n") == 400
    assert path not in caplog.text
    assert "Traceback" not in caplog.text
