"""The HTTP session of the poller: every address is checked at the moment it is dialled."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.feeds.guard import Network, is_open

RESOLVERS = 16
"""Names looked up at once: each waits in a thread of its own, so that a name server that hangs holds up few."""


class Blocked(OSError):
    """The address lies outside the public internet and in no allowed network."""


@asynccontextmanager
async def session(allowed: Callable[[], Iterable[Network]]) -> AsyncIterator[aiohttp.ClientSession]:
    """A session without cookies, without proxies, and that dials no address but the public internet's and the *allowed*.

    What it dials is checked as the socket is made: after every look-up, for literal addresses too, and for each redirect.
    """
    resolver = Resolver()
    connector = aiohttp.TCPConnector(
        limit=0, ttl_dns_cache=60, resolver=resolver, socket_factory=lambda found: _open_socket(found, allowed())
    )
    try:
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
        ) as made:
            yield made
    finally:
        await resolver.close()


def _open_socket(found: aiohttp.AddrInfoType, allowed: Iterable[Network]) -> socket.socket:
    family, kind, protocol, _, address = found
    if not is_open(str(address[0]), allowed):
        raise Blocked("an address outside the public internet")
    return socket.socket(family, kind, protocol)


class Resolver(AbstractResolver):
    """The machine's own look-up, in threads that nothing else waits for."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolver")

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Every address of *host*, as numbers. Raises OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0],
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Start no further look-up; those under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[tuple[int, int, int, str, tuple[str, int]]]:
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)  # type: ignore[return-value]
