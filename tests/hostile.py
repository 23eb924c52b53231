"""A server on 127.0.0.1 that speaks what no web framework would let it: raw bytes, as slowly or endlessly as a test wants."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Speak = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What is said once the request is read; the connection is closed at its end."""


@dataclass
class Hostile:
    """Paths to what is spoken there, the requests that came (head and all), and where they were accepted."""

    base: str = ""
    speaks: dict[str, Speak] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    connections: int = 0
    sent: Counter[int] = field(default_factory=Counter)
    """Bytes by connection, which the other side's port tells."""

    def url(self, path: str) -> str:
        """The full URL of *path*."""
        return self.base + path

    def says(self, path: str, *pieces: bytes, every: float = 0, again: bool = False) -> None:
        """Answer *path* with *pieces*, one *every* so many seconds; the last *again* and again, if wanted."""

        async def speak(writer: asyncio.StreamWriter) -> None:
            for piece in pieces:
                await self.send(writer, piece, every)
            while again:
                await self.send(writer, pieces[-1], every)

        self.speaks[path] = speak

    def is_silent(self, path: str) -> None:
        """Accept, read, and never answer *path*."""
        self.says(path, b"", every=3600)

    async def send(self, writer: asyncio.StreamWriter, piece: bytes, pause: float = 0) -> None:
        """Send *piece*, as fast as it is taken, and then pause. Raises ConnectionError once nobody listens."""
        writer.write(piece)
        await writer.drain()
        self.sent[writer.get_extra_info("peername")[1]] += len(piece)
        await asyncio.sleep(pause)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked.append(head)
            self.reached.append(writer.get_extra_info("sockname")[0])
            await self.speaks[head.split()[1]](writer)
            writer.close()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            if not writer.is_closing():
                writer.transport.abort()


@asynccontextmanager
async def speaking(tls: ssl.SSLContext | None = None, *, at: tuple[str, ...] = ("127.0.0.1",)) -> AsyncIterator[Hostile]:
    """The server, on one port of each of the addresses *at*."""
    hostile = Hostile()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(hostile.handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, at[0], 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(accept, address, port, ssl=tls) for address in at[1:]]
    hostile.base = f"{'https' if tls else 'http'}://{at[0]}:{port}"
    try:
        yield hostile
    finally:
        for listener in (server, *others):
            listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; underscores in *headers* stand for hyphens."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{named}\r\n".encode() + body


def endless(**headers: str) -> bytes:
    """The head of an answer whose body ends when the connection does."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nConnection: close\r\n{named}\r\n".encode()
