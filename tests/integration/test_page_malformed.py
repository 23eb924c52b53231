"""Requests that are no HTTP, or whose bodies cannot be read: each is refused, and none fills the log."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.integration.command import started
from tests.page import served
from tests.running import until

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
NO_HTTP = (
    b"hello\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/9.x\r\nHost: HOST\r\n\r\n",
    b"GET /live HTTP/1.1\r\nHost: HOST\r\n\r\nhello\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HOST\r\nX y: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HOST\r\nX: \x00\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HOST\r\nX: %b\r\n\r\n" % (b"a" * 10_000),
    b"GET http://[::1 HTTP/1.1\r\nHost: HOST\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: HOST\r\n\r\n",
)


def post(path: str, content_type: str, body: bytes, headers: str = "") -> bytes:
    """A form or a document that the page itself might send, with *headers* more."""
    lines = f"POST {path} HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {content_type}\r\n{headers}"
    return f"{lines}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


UNREADABLE = (
    post("/editor/check", FORM, b"abcdef", "Content-Encoding: gzip\r\n"),
    post("/editor/check", f"{FORM}; charset=foo", b"a=b"),
    post("/editor/check", f"{FORM}; charset=utf-8", b"a=\xff"),
    post("/editor/check", f"{FORM}; charset=unicode_escape", b"query=\\ud800"),
    post("/editor/check", "multipart/form-data", b"a=b"),
    post("/editor/check", MULTIPART, b"a=b"),
    post("/feeds/import", MULTIPART, b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n"),
    post(
        "/login",
        MULTIPART,
        b"--x\r\nContent-Disposition: form-data; name=token\r\nContent-Transfer-Encoding: x\r\n\r\na\r\n--x--\r\n",
    ),
    post("/login", MULTIPART, b'--x\r\nContent-Disposition: form-data; name="token\r\n\r\na\r\n--x--\r\n'),
    post("/login", MULTIPART, b"--x\r\n%b\r\na\r\n--x--\r\n" % (b"X: y\r\n" * 5000)),
    post("/api/v1/marks", "application/json", b"abcdef", "Content-Encoding: gzip\r\n"),
    post("/api/v1/marks", "application/json", b'{"alert": "\\ud800", "state": "open", "by": "a"}'),
)
NOT_READ = (
    post("/nowhere", FORM, b"abcdef", "Content-Encoding: gzip\r\n"),
    b"GET /live HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nabcdef",
)
"""Requests whose bodies no handler asks for."""
HALF = post("/editor/check", FORM, b"a=b").replace(b"Content-Length: 3", b"Content-Length: 30")


async def send(port: int, data: bytes) -> list[bytes]:
    """Send *data* over a connection of its own, and return the statuses of the answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data.replace(b"HOST", b"127.0.0.1:%d" % port))
        if data is HALF:
            return []
        async with asyncio.timeout(60):
            return re.findall(rb"HTTP/1\.[01] ([0-9]{3}) ", await reader.read())
    finally:
        writer.close()


async def test_what_cannot_be_read_is_refused_in_a_line_at_most(tmp_path: Path, unused_tcp_port: int) -> None:
    port, log = unused_tcp_port, tmp_path / "run.log"
    (tmp_path / "monitor.toml").write_text(f'bus = "sqlite:news.db"\n[page]\nlisten = "127.0.0.1:{port}"\n')
    async with started(tmp_path, "serve"):
        await until(lambda: "the page is at" in log.read_text())
        for data in (*NO_HTTP, *UNREADABLE):
            assert (await send(port, data))[-1] == b"400", data
        for data in (*NOT_READ, HALF):
            await send(port, data)
        assert (await send(port, b"GET /live HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")) == [b"200"]
    lines = log.read_text().splitlines()
    assert [line for line in lines if "Traceback" in line] == []
    assert len(lines) <= 1 + len(NO_HTTP) + len(UNREADABLE) + len(NOT_READ) + 1
    told = [json.loads(line)["event"] for line in lines]
    assert any(each.startswith("a request cannot be read: ") for each in told)


@pytest.mark.parametrize("path", ["/events", "/api/v1/events"])
async def test_an_endless_answer_has_no_head(tmp_path: Path, path: str) -> None:
    """Its events would be read as the next response."""
    async with served(tmp_path) as page, page.client.head(page.url + path) as response:
        assert response.status == 405
