"""Addresses, URLs, redirects and certificates that are refused: the numbers are those of docs/faults.md."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.fakefeed import rss
from tests.hostile import HostileServer, hostile_server, response
from tests.integration.fetching import LIMITS, fails, get, resolves_to


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
