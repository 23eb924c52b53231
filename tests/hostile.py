"""A server on 127.0.0.1 that sends any bytes, also invalid HTTP, slowly or endlessly."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Handler = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Sends a response once the request has been read. The connection is closed when it returns."""


@dataclass
class HostileServer:
    """The *handlers* by path, the heads of the *requests* received, and the local *addresses* that accepted them."""

    base: str = ""
    handlers: dict[str, Handler] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    connections: int = 0
    sent: Counter[int] = field(default_factory=Counter)
    """Bytes sent on each connection, by the client's port."""

    def url(self, path: str) -> str:
        """Return the full URL of *path*."""
        return self.base + path

    def responds(self, path: str, *pieces: bytes, every: float = 0, endlessly: bool = False) -> None:
        """Answer *path* with *pieces*, one every *every* seconds. Repeat the last one forever if *endlessly*."""

        async def handle(writer: asyncio.StreamWriter) -> None:
            for piece in pieces:
                await self.send(writer, piece, every)
            while endlessly:
                await self.send(writer, pieces[-1], every)

        self.handlers[path] = handle

    def never_responds(self, path: str) -> None:
        """Accept and read a request of *path*, and send nothing."""
        self.responds(path, b"", every=3600)

    async def send(self, writer: asyncio.StreamWriter, piece: bytes, pause: float = 0) -> None:
        """Send *piece* as fast as the client reads, then wait *pause* seconds. Raises ConnectionError if the client is gone."""
        writer.write(piece)
        await writer.drain()
        self.sent[writer.get_extra_info("peername")[1]] += len(piece)
        await asyncio.sleep(pause)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request on one connection."""
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            self.addresses.append(writer.get_extra_info("sockname")[0])
            await self.handlers[head.split()[1]](writer)
            writer.close()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            if not writer.is_closing():
                writer.transport.abort()


@asynccontextmanager
async def hostile_server(
    tls: ssl.SSLContext | None = None, *, addresses: tuple[str, ...] = ("127.0.0.1",)
) -> AsyncIterator[HostileServer]:
    """Run the server, on the same port of each of *addresses*."""
    hostile = HostileServer()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(hostile.handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, addresses[0], 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(accept, address, port, ssl=tls) for address in addresses[1:]]
    hostile.base = f"{'https' if tls else 'http'}://{addresses[0]}:{port}"
    try:
        yield hostile
    finally:
        for listener in (server, *others):
            listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a complete response. Underscores in the names of *headers* stand for hyphens."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


def endless_head(**headers: str) -> bytes:
    """Return the head of a response without a length: its body ends when the connection is closed."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nConnection: close\r\n{lines}\r\n".encode()
