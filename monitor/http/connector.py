"""The HTTP session of the poller: every address is checked at the moment it is dialled."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.http.address_policy import Network, is_open

KEEP = 5.0
"""Seconds that a connection is kept for the host's next feed: long enough for that, and few are open in vain."""
LOOKUPS = 256
"""Names looked up at once. A look-up cannot be broken off, and a name server that hangs holds it for half a minute."""
FIELD_BYTES = 32 * 1024
"""The longest header: some sites' policies fill four times the usual 8 KiB. There may be 128 of them."""

ResolvedHost = list[tuple[int, int, int, str, tuple[str, int]]]
LookUp = Callable[[str, int, socket.AddressFamily], ResolvedHost]


class BlockedAddress(OSError):
    """The address lies outside the public internet and in no allowed network."""


@asynccontextmanager
async def session(
    allowed: Callable[[], Iterable[Network]], resolver: AbstractResolver | None = None, trust: ssl.SSLContext | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """A session without cookies, without proxies, and that dials no address but the public internet's and the *allowed*.

    What it dials is checked as the socket is made: after every look-up, for literal addresses too, and for each redirect;
    so a name that changes its address between two look-ups gains nothing. *trust* is whose certificates are accepted,
    those the machine trusts if not given.
    """
    resolver = resolver or Resolver()
    connector = aiohttp.TCPConnector(
        limit=0,
        keepalive_timeout=KEEP,
        ttl_dns_cache=60,
        resolver=resolver,
        ssl=trust or True,
        socket_factory=lambda found: _open_socket(found, allowed()),
    )
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_field_size=FIELD_BYTES,
        ) as made:
            yield made
    finally:
        await resolver.close()


def _open_socket(found: aiohttp.AddrInfoType, allowed: Iterable[Network]) -> socket.socket:
    family, kind, protocol, _, address = found
    if not is_open(str(address[0]), allowed):
        raise BlockedAddress("an address outside the public internet")
    return socket.socket(family, kind, protocol)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> ResolvedHost:
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)  # type: ignore[return-value]


class Resolver(AbstractResolver):
    """The machine's own look-up, each in a thread that nothing waits for, at the end of the program neither."""

    def __init__(self, look_up: LookUp = _look_up) -> None:
        self._look_up = look_up
        self._free = asyncio.Semaphore(LOOKUPS)

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Every address of *host*, as numbers. Raises OSError."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[ResolvedHost] = loop.create_future()
        threading.Thread(target=self._ask, args=(loop, answer, host, port, family), name="resolver", daemon=True).start()
        return [
            ResolveResult(
                hostname=host,
                host=socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0],
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in await answer
        ]

    async def close(self) -> None:
        """Wait for nothing: look-ups under way end by themselves."""

    def _ask(
        self,
        loop: asyncio.AbstractEventLoop,
        answer: asyncio.Future[ResolvedHost],
        host: str,
        port: int,
        family: socket.AddressFamily,
    ) -> None:
        found: ResolvedHost | Exception
        try:
            found = self._look_up(host, port, family)
        except (OSError, ValueError) as error:
            found = error
        with suppress(RuntimeError):  # the loop is closed: the program is at its end
            loop.call_soon_threadsafe(self._settle, answer, found)

    def _settle(self, answer: asyncio.Future[ResolvedHost], found: ResolvedHost | Exception) -> None:
        self._free.release()
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found if isinstance(found, OSError) else OSError(str(found)))
        else:
            answer.set_result(found)
