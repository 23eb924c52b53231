"""Servers that send too much, too slowly, or nothing that can be read: the numbers are those of docs/faults.md."""

import asyncio
import contextlib
import gc
import gzip
import socket
import threading
import types
import zlib
from dataclasses import replace

import pytest

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import FetchError, Request, fetch
from monitor.http.address_policy import parse_networks
from monitor.http.connector import ResolvedHost, Resolver, session
from tests.fakefeed import rss
from tests.hostile import HostileServer, endless_head, response
from tests.integration.fetching import LIMITS, MEBI, fails, get


@pytest.mark.parametrize("head", [endless_head(), response(Content_Length="1000000000").replace(b"Content-Length: 0\r\n", b"")])
async def test_09_a_huge_body_is_cut_at_the_limit(hostile: HostileServer, head: bytes) -> None:
    hostile.responds("/a", head, b"<rss>" * 20_000, endlessly=True)
    assert (await fails(hostile.url("/a"))).reason == "too_large"
    assert hostile.sent.total() < LIMITS.max_bytes + 8 * MEBI  # the buffers of the two sockets


async def test_09_endless_chunks_are_cut_at_the_limit(hostile: HostileServer) -> None:
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    hostile.responds("/a", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, endlessly=True)
    assert (await fails(hostile.url("/a"))).reason == "too_large"


async def test_09_no_frame_with_a_huge_body_stays_in_memory(hostile: HostileServer) -> None:
    hostile.responds("/a", endless_head(), b"<rss>" * 20_000, endlessly=True)
    gc.collect()
    gc.disable()
    try:
        with contextlib.suppress(FetchError):
            await get(hostile.url("/a"))
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        frames = [each.f_code.co_name for each in gc.garbage if isinstance(each, types.FrameType)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert "_read_body" not in frames


async def test_a_detached_error_has_no_traceback(hostile: HostileServer) -> None:
    hostile.responds("/a", endless_head(), b"<rss>" * 20_000, endlessly=True)
    error = (await fails(hostile.url("/a"))).detached()
    assert (error.__traceback__, error.__context__, error.reason) == (None, None, "too_large")


async def test_09_large_bodies_wait_for_a_place_in_memory(hostile: HostileServer) -> None:
    hostile.responds("/a", endless_head(), *([b" " * MEBI] * 12), b"")
    hostile.responds("/b", response(rss("one")))
    places, limits = asyncio.Semaphore(3), FetchConfig(timeout=5)
    async with session(lambda: parse_networks(["127.0.0.1/32"])) as opened:
        tasks = [
            asyncio.create_task(fetch(opened, Request(hostile.url("/a")), limits, await_place=places.acquire))
            for _ in range(12)
        ]
        for _ in range(3):
            await next(asyncio.as_completed(tasks))
        await asyncio.sleep(0.2)
        assert sum(task.done() for task in tasks) == 3
        assert (await fetch(opened, Request(hostile.url("/b")), limits, await_place=places.acquire)).body
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_10_a_bomb_is_stopped_by_its_size_or_its_ratio(hostile: HostileServer) -> None:
    bomb = gzip.compress(bytes(12 * MEBI))
    hostile.responds("/a", response(bomb, Content_Encoding="gzip"))
    by_size, by_ratio = LIMITS, replace(LIMITS, max_bytes=15 * MEBI)
    assert "fetch.max_bytes" in str(await fails(hostile.url("/a"), by_size))
    error = await fails(hostile.url("/a"), by_ratio)
    assert error.reason == "too_large"
    assert "fetch.max_ratio" in str(error)
    assert (await get(hostile.url("/a"), replace(by_ratio, max_ratio=2000))).body == bytes(12 * MEBI)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "compress"])
async def test_10_codings_that_were_not_offered_are_refused(hostile: HostileServer, coding: str) -> None:
    hostile.responds("/a", response(b"\x1b\x45\x00\xf8" * 1000, Content_Encoding=coding))
    error = await fails(hostile.url("/a"))
    assert error.reason == "unreadable"
    assert len(str(error)) < 200


async def test_10_thousands_of_empty_gzip_members_are_refused(hostile: HostileServer) -> None:
    hostile.responds("/a", response(gzip.compress(b"") * 40_000, Content_Encoding="gzip"))
    assert (await fails(hostile.url("/a"))).reason == "unreadable"


async def test_10_a_bomb_within_a_bomb_is_stopped_too(hostile: HostileServer) -> None:
    hostile.responds("/a", response(gzip.compress(gzip.compress(bytes(400 * MEBI))), Content_Encoding="gzip"))
    assert (await fails(hostile.url("/a"))).reason == "too_large"


@pytest.mark.parametrize("data", [zlib.compress(b"<rss/>")[:-3], b"\x91<rss/>", b"\x1f\x8b\x08"])
async def test_10_broken_compressed_bodies_are_unreadable(hostile: HostileServer, data: bytes) -> None:
    hostile.responds("/a", response(data, Content_Encoding="gzip"))
    assert (await fails(hostile.url("/a"))).reason == "unreadable"


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"H",),
        (endless_head(), b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n",),
    ],
)
async def test_11_a_slow_drip_ends_at_the_deadline(hostile: HostileServer, pieces: tuple[bytes, ...]) -> None:
    hostile.responds("/a", *pieces, every=0.05, endlessly=True)
    began = asyncio.get_running_loop().time()
    error = await fails(hostile.url("/a"), replace(LIMITS, timeout=0.5))
    assert error.reason in {"timeout", "not_http"}
    assert asyncio.get_running_loop().time() - began < 3


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ((b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n"), "not_http"),
        ((b"HTTP/1.1 200 OK\r\nX: ", b"y" * 10_000), "not_http"),
        ((b"HTTP/1.1 200 " + b"y" * 10_000,), "not_http"),
        ((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: " + b"y" * 1000 + b"\r\n"), "cut"),
    ],
)
async def test_11_endless_headers_take_no_memory(hostile: HostileServer, pieces: tuple[bytes, ...], reason: str) -> None:
    hostile.responds("/a", *pieces, endlessly=True)
    assert (await fails(hostile.url("/a"), replace(LIMITS, timeout=2))).reason == reason
    assert hostile.sent.total() < 16 * MEBI


async def test_12_a_server_that_never_responds_ends_at_the_deadline(hostile: HostileServer) -> None:
    hostile.never_responds("/a")
    assert (await fails(hostile.url("/a"), replace(LIMITS, timeout=0.5))).reason == "timeout"


async def test_12_a_tls_handshake_that_never_completes_ends_at_the_connect_timeout(hostile: HostileServer) -> None:
    error = await fails(hostile.url("/a").replace("http:", "https:"), replace(LIMITS, connect_timeout=0.3))
    assert (error.reason, str(error)) == ("timeout", "no connection within 0.3 s")
    assert hostile.requests == []


async def test_12_name_servers_that_hang_delay_no_other_feed(hostile: HostileServer) -> None:
    hostile.responds("/a", response(rss("one")))
    finished = threading.Event()

    def look_up(host: str, port: int, _: socket.AddressFamily) -> ResolvedHost:
        if host.startswith("hangs"):
            finished.wait(30)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]

    limits = replace(LIMITS, connect_timeout=1)
    async with session(lambda: parse_networks(["127.0.0.1/32"]), Resolver(look_up)) as opened:
        hanging = [asyncio.create_task(fetch(opened, Request(f"http://hangs{n}.example/"), limits)) for n in range(64)]
        await asyncio.sleep(0.1)
        good = hostile.url("/a").replace("127.0.0.1", "good.example")
        assert (await fetch(opened, Request(good), limits)).body
        assert not any(task.done() for task in hanging)
        results = await asyncio.gather(*hanging, return_exceptions=True)
    finished.set()
    assert {result.reason for result in results if isinstance(result, FetchError)} == {"timeout"}


async def test_12_an_unknown_name_is_reported_as_such() -> None:
    def look_up(_: str, __: int, ___: socket.AddressFamily) -> ResolvedHost:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert (await fails("http://name.example/", resolver=Resolver(look_up))).reason == "dns"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cut"),
        (b"220 mail.example ESMTP\r\n", "not_http"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "cut"),
        (b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", "http_other"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "http_404"),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", "http_410"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "http_204"),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "http_101"),
    ],
)
async def test_each_other_failure_has_its_reason(hostile: HostileServer, data: bytes, reason: str) -> None:
    hostile.responds("/a", data)
    assert (await fails(hostile.url("/a"))).reason == reason
