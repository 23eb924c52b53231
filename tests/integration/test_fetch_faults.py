"""Faults of servers and networks that a fetch handles, with hostile servers. The numbers are those of docs/faults.md."""

import asyncio
import contextlib
import gc
import gzip
import socket
import ssl
import threading
import types
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from monitor.config import FetchConfig
from monitor.feeds.fetching.fetch import REASONS, FetchError, Request, Response, fetch
from monitor.http.address_policy import parse_networks
from monitor.http.connector import ResolvedHost, Resolver, session
from tests.fakefeed import rss
from tests.hostile import HostileServer, endless_head, hostile_server, response

LIMITS = FetchConfig(timeout=5, connect_timeout=3, max_bytes=1_000_000)
MEBI = 1024 * 1024


@pytest.fixture
async def hostile() -> AsyncIterator[HostileServer]:
    async with hostile_server(addresses=("127.0.0.1", "127.0.0.2")) as server:
        yield server


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


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.2", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1"),
        *("[::1]", "[::]", "[fc00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[2002:a00:1::]", "[64:ff9b::a00:1]", "[::7f00:2]"),
    ],
)
async def test_01_no_address_outside_the_public_internet_is_connected_to(hostile: HostileServer, host: str) -> None:
    error = await fails(hostile.url("/").replace("127.0.0.1", host))
    assert (error.reason, error.state) == ("blocked", "blocked")
    assert hostile.connections == 0


@pytest.mark.parametrize("host", ["127.2", "127.0.2", "0x7f000002", "2130706434", "017700000002", "0177.0.0.2", "127.0.0.0x2"])
async def test_02_no_spelling_of_a_private_address_is_connected_to(hostile: HostileServer, host: str) -> None:
    error = await fails(hostile.url("/").replace("127.0.0.1", host))
    assert error.reason == "blocked"
    assert hostile.connections == 0


async def test_03_the_address_that_was_checked_is_the_one_connected_to(hostile: HostileServer) -> None:
    hostile.responds("/a", response(rss("one")))
    url = hostile.url("/a").replace("127.0.0.1", "name.example")
    assert (await get(url, resolver=resolves_to(("127.0.0.1",), ("127.0.0.2",)))).body
    assert hostile.addresses == ["127.0.0.1"]


async def test_03_a_name_whose_address_has_become_private_is_not_connected_to(hostile: HostileServer) -> None:
    async with hostile_server() as other:
        other.responds("/b", response(status="302 Found", Location=hostile.url("/a").replace("127.0.0.1", "name.example")))
        url = other.url("/b").replace("127.0.0.1", "name.example")
        error = await fails(url, resolver=resolves_to(("127.0.0.1",), ("127.0.0.2",)))
    assert error.reason == "blocked"
    assert hostile.connections == 0


async def test_03_of_several_addresses_only_the_open_ones_are_connected_to(hostile: HostileServer) -> None:
    hostile.responds("/a", response(rss("one")))
    url = hostile.url("/a").replace("127.0.0.1", "name.example")
    assert (await get(url, resolver=resolves_to(("127.0.0.2", "127.0.0.1")))).body
    assert hostile.addresses == ["127.0.0.1"]


@pytest.mark.parametrize(
    "target",
    [
        *("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "javascript:alert(1)", "data:text/xml,<rss/>"),
        *(
            "http://127.0.0.2/",
            "//127.0.0.2/",
            "http://2130706434/",
            "http://[::ffff:127.0.0.2]/",
            "http://user:secret@127.0.0.1/",
        ),
        *("http://127.0.0.1\\@127.0.0.2/", "http://127.0.0.1:99999/", "http://a@b@127.0.0.1/"),
    ],
)
async def test_04_each_redirect_is_checked(hostile: HostileServer, target: str) -> None:
    hostile.responds("/a", response(status="302 Found", Location=target))
    error = await fails(hostile.url("/a"))
    assert error.reason == "blocked"
    assert "secret" not in str(error)
    assert set(hostile.addresses) == {"127.0.0.1"}


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://a:80\\@127.0.0.1:{port}/",
            "http://127.0.0.1:{port}\\@b/",
            "http://127.0.0.1:{port}/\r\nX: y",
            "\x00http://b/",
        ),
        *("http://127.0.0.1:{port}/a b", "http://127.0.0.1:{port}/\t", "http://[127.0.0.1:{port}/", "http://127.0.0.1:8o/"),
        *(
            "http:127.0.0.1:{port}/",
            "http:/127.0.0.1:{port}/",
            "//127.0.0.1:{port}/",
            "127.0.0.1:{port}/",
            "http://exa%6dple@@b/",
        ),
    ],
)
async def test_05_a_url_that_two_parsers_read_differently_is_never_requested(hostile: HostileServer, url: str) -> None:
    error = await fails(url.replace("{port}", hostile.base.rpartition(":")[2]))
    assert error.reason == "blocked"
    assert hostile.connections == 0


async def test_06_a_redirect_loop_ends(hostile: HostileServer) -> None:
    hostile.responds("/a", response(status="301 Moved", Location="/b"))
    hostile.responds("/b", response(status="308 Moved", Location="/a"))
    assert (await fails(hostile.url("/a"))).reason == "redirects"
    assert len(hostile.requests) == 6


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


def client_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_07_no_redirect_leads_from_https_to_http_unless_allowed(hostile: HostileServer, authority: trustme.CA) -> None:
    hostile.responds("/a", response(rss("one")))
    async with hostile_server(server_side(authority.issue_cert("127.0.0.1"))) as safe:
        safe.responds("/a", response(status="301 Moved", Location=hostile.url("/a")))
        url = safe.url("/a").replace("https://", "https://reader:s3cret@")
        error = await fails(url, trust=client_side(authority))
        assert "fetch.allow_downgrade" in str(error)
        assert hostile.requests == []
        assert (await get(url, replace(LIMITS, allow_downgrade=True), trust=client_side(authority))).body
    assert "Authorization: Basic" in safe.requests[0]
    assert "Authorization" not in hostile.requests[0]


async def test_07_credentials_go_to_no_other_origin(hostile: HostileServer) -> None:
    async with hostile_server() as other:
        hostile.responds("/a", response(status="302 Found", Location="/b"))
        hostile.responds("/b", response(status="302 Found", Location=other.url("/c")))
        other.responds("/c", response(rss("one")))
        assert (await get(hostile.url("/a").replace("http://", "http://reader:s3cret@"))).body
    assert ["Authorization: Basic" in head for head in hostile.requests] == [True, True]
    assert "Authorization" not in other.requests[0]


async def test_08_an_invalid_certificate_is_an_error_and_nothing_else_is_tried(authority: trustme.CA) -> None:
    past = datetime.now(UTC) - timedelta(days=2)
    expired = authority.issue_cert("127.0.0.1", not_before=past - timedelta(days=2), not_after=past)
    cases = {
        "expired": (expired, client_side(authority)),
        "issuer": (authority.issue_cert("127.0.0.1"), ssl.create_default_context()),
        "not valid for": (authority.issue_cert("127.0.0.9"), client_side(authority)),
    }
    for words, (certificate, trust) in cases.items():
        async with hostile_server(server_side(certificate)) as server:
            error = await fails(server.url("/a"), trust=trust)
        assert (error.reason, server.requests) == ("tls", []), words
        assert words in str(error)
    async with hostile_server(server_side(authority.issue_cert("127.0.0.1"))) as server:
        server.responds("/a", response(rss("one")))
        assert (await get(server.url("/a"), trust=client_side(authority))).body


async def test_08_a_self_signed_certificate_is_an_error(tmp_path: Path) -> None:
    alone = trustme.CA()
    (tmp_path / "alone.pem").write_bytes(alone.cert_pem.bytes() + alone.private_key_pem.bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "alone.pem")
    async with hostile_server(context) as server:
        error = await fails(server.url("/a"))
    assert (error.reason, server.requests) == ("tls", [])
    assert "self-signed" in str(error)


async def test_08_a_server_without_tls_is_an_error() -> None:
    async def serve_without_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(response(rss("one")))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve_without_tls, "127.0.0.1", 0)
    error = await fails(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()
    assert error.reason == "tls"


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


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, br", "compress", "x" * 5000])
async def test_10_codings_that_were_not_offered_are_refused(hostile: HostileServer, coding: str) -> None:
    hostile.responds("/a", response(gzip.compress(gzip.compress(bytes(MEBI))), Content_Encoding=coding))
    error = await fails(hostile.url("/a"))
    assert error.reason == "unreadable"
    assert len(str(error)) < 200


async def test_10_thousands_of_empty_gzip_members_are_refused(hostile: HostileServer) -> None:
    hostile.responds("/a", response(gzip.compress(b"") * 40_000, Content_Encoding="gzip"))
    assert (await fails(hostile.url("/a"))).reason == "unreadable"


@pytest.mark.parametrize("data", [zlib.compress(b"<rss/>")[:-3], b"<rss/>", b"\x1f\x8b\x08"])
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
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "not_http"),
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
