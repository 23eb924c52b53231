"""The HTTP session for feeds, pages and webhooks. It checks each address when it connects."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from monitor.http.address_policy import Network, is_allowed
from monitor.http.response_head import TolerantResponseHandler

KEEP_ALIVE = 5.0
"""Seconds for which an idle connection is kept: long enough for the next feed of the host, and few stay unused."""
MAX_LOOKUPS = 256
"""Concurrent DNS look-ups. A look-up cannot be cancelled, and takes half a minute if the name server hangs."""
MAX_HEADER_BYTES = 32 * 1024
"""Maximum size of a header. Some sites' policies need four times the usual 8 KiB. A response may have 128 headers."""

ResolvedHost = list[tuple[int, int, int, str, tuple[str, int]]]
"""Addresses as socket.getaddrinfo returns them."""
LookUp = Callable[[str, int, socket.AddressFamily], ResolvedHost]


class BlockedAddress(OSError):
    """The address is outside the public internet and in no allowed network."""


@asynccontextmanager
async def session(
    allowed: Callable[[], Iterable[Network]], resolver: AbstractResolver | None = None, trust: ssl.SSLContext | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Yield a session without cookies and proxies that connects only to public addresses and the *allowed* networks.

    The address is checked when the socket is created: after every look-up, for numeric hosts too, and for each redirect.
    So a name whose address changes between two look-ups cannot evade the check. *trust* has the accepted certificate
    authorities; the default is those of the machine.
    """
    resolver = resolver or Resolver()
    connector = TolerantConnector(
        limit=0,
        keepalive_timeout=KEEP_ALIVE,
        ttl_dns_cache=60,
        resolver=resolver,
        ssl=trust or True,
        socket_factory=lambda address_info: _open_socket(address_info, allowed()),
    )
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_field_size=MAX_HEADER_BYTES,
        ) as client:
            yield client
    finally:
        await resolver.close()


class TolerantConnector(aiohttp.TCPConnector):
    """A connector that leaves out invalid lines in the heads of responses."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # aiohttp has no public way to choose the protocol of its connections.
        self._factory = partial(cast("type[ResponseHandler]", TolerantResponseHandler), loop=self._loop)


def _open_socket(address_info: aiohttp.AddrInfoType, allowed: Iterable[Network]) -> socket.socket:
    """Return a new socket for the address. Raises BlockedAddress."""
    family, kind, protocol, _, address = address_info
    if not is_allowed(str(address[0]), allowed):
        raise BlockedAddress("an address outside the public internet")
    return socket.socket(family, kind, protocol)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> ResolvedHost:
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)  # type: ignore[return-value]


class Resolver(AbstractResolver):
    """The system's resolver. Each look-up runs in a daemon thread of its own, so that nothing waits for one that hangs."""

    def __init__(self, look_up: LookUp = _look_up) -> None:
        self._look_up = look_up
        self._free_slots = asyncio.Semaphore(MAX_LOOKUPS)

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Return every address of *host*, in numeric form. Raises OSError."""
        await self._free_slots.acquire()
        loop = asyncio.get_running_loop()
        resolved: asyncio.Future[ResolvedHost] = loop.create_future()
        threading.Thread(target=self._run, args=(loop, resolved, host, port, family), name="resolver", daemon=True).start()
        return [
            ResolveResult(
                hostname=host,
                host=socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0],
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in await resolved
        ]

    async def close(self) -> None:
        """Do nothing: look-ups in flight end by themselves."""

    def _run(
        self,
        loop: asyncio.AbstractEventLoop,
        resolved: asyncio.Future[ResolvedHost],
        host: str,
        port: int,
        family: socket.AddressFamily,
    ) -> None:
        """Look *host* up, in a thread, and pass the result to the event loop."""
        result: ResolvedHost | Exception
        try:
            result = self._look_up(host, port, family)
        except (OSError, ValueError) as error:
            result = error
        with suppress(RuntimeError):  # the loop is closed: the program is exiting
            loop.call_soon_threadsafe(self._finish, resolved, result)

    def _finish(self, resolved: asyncio.Future[ResolvedHost], result: ResolvedHost | Exception) -> None:
        self._free_slots.release()
        if resolved.done():
            return
        if isinstance(result, Exception):
            resolved.set_exception(result if isinstance(result, OSError) else OSError(str(result)))
        else:
            resolved.set_result(result)
