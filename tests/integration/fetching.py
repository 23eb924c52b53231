"""Fetch a URL as the poller does."""

import socket
import ssl

import pytest

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import REASONS, FetchError, Request, Response, fetch
from monitor.http.address_policy import parse_networks
from monitor.http.connector import ResolvedHost, Resolver, session

LIMITS = FetchConfig(timeout=5, connect_timeout=3, max_bytes=1_000_000)


MEBI = 1024 * 1024


async def get(
    url: str,
    limits: FetchConfig = LIMITS,
    allowed: str = "127.0.0.1/32",
    resolver: Resolver | None = None,
    trust: ssl.SSLContext | None = None,
) -> Response:
    async with session(lambda: parse_networks([allowed]), resolver, trust) as opened:
        return await fetch(opened, Request(url), limits)


async def fails(
    url: str,
    limits: FetchConfig = LIMITS,
    allowed: str = "127.0.0.1/32",
    resolver: Resolver | None = None,
    trust: ssl.SSLContext | None = None,
) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await get(url, limits, allowed, resolver, trust)
    assert caught.value.reason in REASONS or caught.value.reason.startswith("http_")
    return caught.value


def resolves_to(*answers: tuple[str, ...]) -> Resolver:
    """Return a resolver that returns each of *answers* in turn, and then always the last one."""
    left = list(answers)

    def look_up(_: str, port: int, __: socket.AddressFamily) -> ResolvedHost:
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)) for address in addresses]

    return Resolver(look_up)
