"""Responses as servers on the web send them: cookies, odd heads, wrong encodings, redirects without a target."""

import gzip
from dataclasses import replace

import pytest

from tests.fakefeed import rss
from tests.hostile import Handler, HostileServer, hostile_server, response
from tests.integration.fetching import LIMITS, fails, get

FEED = rss("one")


def head(*lines: bytes, body: bytes = FEED) -> bytes:
    """A response whose head has *lines* beside a good Content-Type and Content-Length."""
    good = (b"HTTP/1.1 200 OK", b"Content-Type: application/rss+xml", *lines, b"Content-Length: %d" % len(body))
    return b"\r\n".join([*good, b"", b""]) + body


@pytest.mark.parametrize(
    "line",
    [
        *(b"Cache Control: no-store", b"no colon here", b": no name", b"X-\xe9: y", b"HTTP/1.1 200 OK", b"(comment): 1"),
        *(b"X-Nul: a\x00b", b"Content-Type text/html", b"Content-Length: many", b"Caf\xc3\xa9 au lait: 1", b"X: a\rb"),
        *(
            b"Transfer-Encoding: identity",
            b"no colon either\r\n\tcontinued: yes",
            b"[X-Bracket]: 1",
            b"X-Fine: 1\r\n\tcontinued",
        ),
    ],
)
async def test_a_bad_header_is_left_out(hostile: HostileServer, line: bytes) -> None:
    hostile.responds("/a", head(line, b'ETag: "7"'))
    answer = await get(hostile.url("/a"))
    assert (answer.body, answer.etag, answer.content_type) == (FEED, '"7"', "application/rss+xml")


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_a_head_that_arrives_in_pieces_is_read(hostile: HostileServer, size: int) -> None:
    data = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nbad line\r\n\r\n" + head(b"bad line", b'ETag: "7"')
    hostile.responds("/a", *(data[start : start + size] for start in range(0, len(data), size)))
    answer = await get(hostile.url("/a"))
    assert (answer.body, answer.etag) == (FEED, '"7"')


async def test_a_head_whose_lines_end_without_carriage_returns_is_read(hostile: HostileServer) -> None:
    hostile.responds("/a", head(b"bad line", b'ETag: "7"').replace(b"\r\n", b"\n"))
    answer = await get(hostile.url("/a"))
    assert (answer.body, answer.etag) == (FEED, '"7"')


@pytest.mark.parametrize("data", [b"SSH-2.0-Open\r\n", b"<rss/>", b"HTTX/1.1 200 OK\r\n\r\n", b"\x15\x03\x01\x00\x02"])
async def test_a_response_that_is_not_http_is_reported(hostile: HostileServer, data: bytes) -> None:
    hostile.responds("/a", data)
    assert (await fails(hostile.url("/a"))).reason == "not_http"


@pytest.mark.parametrize("coding", ["aws-chunked", "utf-8", "none", "identity", "gzip"])
@pytest.mark.parametrize("body", [FEED, gzip.compress(FEED), gzip.compress(FEED) + bytes(100)], ids=["plain", "gzip", "padded"])
async def test_the_bytes_decide_the_content_encoding(hostile: HostileServer, body: bytes, coding: str) -> None:
    hostile.responds("/a", response(body, Content_Encoding=coding))
    assert (await get(hostile.url("/a"))).body == FEED


def wants_cookie(hostile: HostileServer, path: str) -> Handler:
    """Answer with the feed if the cookie comes back, else redirect to the same URL and set it."""
    wall = response(status="302 Found", Location=path, Set_Cookie="seen=yes; Path=/")

    async def handle(writer: object) -> None:
        has_cookie = "\r\nCookie: seen=yes\r\n" in hostile.requests[-1]
        await hostile.send(writer, response(FEED) if has_cookie else wall)  # type: ignore[arg-type]

    return handle


async def test_a_cookie_of_a_redirect_is_sent_back_within_the_fetch_and_then_forgotten(hostile: HostileServer) -> None:
    hostile.handlers["/a"] = wants_cookie(hostile, "/a")
    assert (await get(hostile.url("/a"))).body == FEED
    assert (await get(hostile.url("/a"))).body == FEED
    assert ["Cookie" in request for request in hostile.requests] == [False, True, False, True]


async def test_a_cookie_is_not_sent_to_another_host(hostile: HostileServer) -> None:
    async with hostile_server(addresses=("127.0.0.3",)) as other:
        other.responds("/b", response(FEED))
        hostile.responds("/a", response(status="302 Found", Location=other.url("/b"), Set_Cookie="seen=yes"))
        assert (await get(hostile.url("/a"), allowed="127.0.0.0/8")).body == FEED
        assert "Cookie" not in other.requests[0]


async def test_a_redirect_without_a_target_says_so(hostile: HostileServer) -> None:
    hostile.responds("/a", response(status="302 Found"))
    hostile.responds("/b", response(status="301 Moved Permanently", Location="  "))
    for path, status in (("/a", 302), ("/b", 301)):
        error = await fails(hostile.url(path))
        assert error.reason == "redirects"
        assert str(error) == f"HTTP {status} without a Location: the server redirects to nowhere"
    assert hostile.connections == 2


@pytest.mark.parametrize("location", ["  /feed.xml ", "/my feed.xml", "\t/feed.xml"])
async def test_blanks_in_a_location_are_read_as_browsers_do(hostile: HostileServer, location: str) -> None:
    hostile.responds("/a", response(status="302 Found", Location=location))
    for path in ("/feed.xml", "/my%20feed.xml"):
        hostile.responds(path, response(FEED))
    assert (await get(hostile.url("/a"))).body == FEED


async def test_a_fetch_ends_although_each_redirect_sets_a_cookie(hostile: HostileServer) -> None:
    hostile.responds("/a", response(status="302 Found", Location="/a", Set_Cookie="a=1"))
    error = await fails(hostile.url("/a"), replace(LIMITS, timeout=5))
    assert error.reason == "redirects"


@pytest.mark.parametrize(
    "cookie",
    ["k=a+b/c==", 'k={"a":1}', "k=a,b", "k=a b", "k=a=b&c=d", 'k=a"b', 'k="v w"', "k=a|b%7C", "a[b]=1", "a:b=1"],
)
async def test_a_cookie_is_sent_back_as_it_was_written(hostile: HostileServer, cookie: str) -> None:
    wall = b"HTTP/1.1 302 Found\r\nLocation: /a\r\nSet-Cookie: %s; Path=/\r\nContent-Length: 0\r\n\r\n" % cookie.encode()
    hostile.handlers["/a"] = wants(hostile, f"\r\nCookie: {cookie}\r\n", wall)
    assert (await get(hostile.url("/a"))).body == FEED


def wants(hostile: HostileServer, header: str, otherwise: bytes) -> Handler:
    """Answer with the feed if the request has *header*, else with *otherwise*."""

    async def handle(writer: object) -> None:
        answer = response(FEED) if header in hostile.requests[-1] else otherwise
        await hostile.send(writer, answer)  # type: ignore[arg-type]

    return handle


async def test_a_redirect_to_bytes_that_are_not_utf_8_is_followed(hostile: HostileServer) -> None:
    hostile.responds("/a", b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n")
    hostile.responds("/caf%E9", response(FEED))
    assert (await get(hostile.url("/a"))).body == FEED


async def test_blanks_before_the_colon_of_a_header_are_left_out(hostile: HostileServer) -> None:
    hostile.responds("/a", head(b'ETag : "7"', b"X-Other\t: 1"))
    answer = await get(hostile.url("/a"))
    assert (answer.body, answer.etag) == (FEED, '"7"')


@pytest.mark.parametrize("length", [b"Content-Length: 5", b"Content-Length : 99999"])
async def test_chunks_count_more_than_a_length(hostile: HostileServer, length: bytes) -> None:
    lines = (b"HTTP/1.1 200 OK", length, b"Transfer-Encoding: chunked", b"", b"%x" % len(FEED), FEED, b"0", b"", b"")
    hostile.responds("/a", b"\r\n".join(lines))
    assert (await get(hostile.url("/a"))).body == FEED
