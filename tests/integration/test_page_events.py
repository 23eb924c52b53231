"""Server-sent events of the page, to readers that are slow, many, or gone."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from monitor.clock import utc
from monitor.runtime import presence
from page.limits import Limits
from page.records import Follower
from page.streaming import READERS
from page.trouble import find_trouble
from tests.make import alert
from tests.page import ServedPage, at_work, served
from tests.running import until


@asynccontextmanager
async def reading(page: ServedPage, path: str = "/events") -> AsyncIterator[asyncio.StreamReader]:
    """Open a connection with a small buffer for what is received, and ask for *path*."""
    address = urlsplit(page.url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(0)
    await asyncio.get_running_loop().sock_connect(connection, (address.hostname, address.port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=65536)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        yield reader
    finally:
        writer.close()


async def told(reader: asyncio.StreamReader, last: str) -> list[str]:
    """The data of the events with ids until that of *last*."""
    found: list[str] = []
    while not found or last not in found[-1]:
        line = (await reader.readline()).decode()
        if line.startswith('data: {"ids"'):
            found.append(line.removeprefix("data: ").strip())
    return found


async def test_a_slow_reader_misses_nothing_that_comes_while_it_reads(tmp_path: Path) -> None:
    """What it is sent is more than the buffers of both sides hold."""
    long, changes_count = "x" * 20_000, 300
    async with served(tmp_path) as page, reading(page) as reader:
        await reader.readuntil(b"id: \n\n")
        changes, (transport,) = page.follower.changes, page.app[READERS]
        for number in range(changes_count):
            changes.add(("none.v1", 0), number, "alert", (f"{long}{number}",))
        await until(lambda: transport.get_write_buffer_size() > 0)
        changes.add(("none.v1", 0), changes_count, "alert", ("meanwhile",))
        async with asyncio.timeout(10):
            found = await told(reader, "meanwhile")
        assert [each.replace("x", "") for each in found[:-1]] == [f'{{"ids":["{number}"]}}' for number in range(changes_count)]


async def test_a_reader_that_takes_nothing_is_let_go(tmp_path: Path) -> None:
    async with served(tmp_path, limits=Limits(write=0.2)) as page, reading(page) as reader:
        await reader.readuntil(b"id: \n\n")
        changes = page.follower.changes
        offset = 0

        def is_gone() -> bool:
            nonlocal offset
            for _ in range(400):
                changes.add(("none.v1", 0), offset, "alert", ("x" * 9000,))
                offset += 1
            return not readers

        readers = page.app[READERS]
        assert len(readers) == 1
        await until(is_gone)


async def test_readers_that_have_gone_take_no_place(tmp_path: Path) -> None:
    async with served(tmp_path, limits=Limits(readers=3)) as page:
        for _ in range(2):
            async with AsyncExitStack() as stack:
                for _ in range(3):
                    reader = await stack.enter_async_context(reading(page))
                    await reader.readuntil(b"id: \n\n")
                assert (await page.get("/events"))[0] == 503
            await until(lambda: all(each.is_closing() for each in page.app[READERS]))


async def test_a_reader_is_told_at_once_that_a_service_is_stuck(tmp_path: Path) -> None:
    async with served(tmp_path, "", at_work()) as page, reading(page) as reader:
        await reader.readuntil(b'event: state\ndata: {"trouble":""}')
        await page.publish(at_work(2, alerts="waiting"))
        await reader.readuntil(b'event: state\ndata: {"trouble":"stuck: alerts"}')
        await page.publish(at_work(3))
        await reader.readuntil(b'event: state\ndata: {"trouble":""}')


async def test_what_the_page_cannot_follow_is_told(tmp_path: Path) -> None:
    async with served(tmp_path, "", at_work(2, poller="broken")) as page:
        assert find_trouble(page.site) == "stuck: poller"
        assert find_trouble(replace(page.site, recorded="A day")) == ""
        assert find_trouble(replace(page.site, follower=Follower())) == "the log is being read"
        # Nothing runs between these lines, so what follows the log and the index does not find them well again.
        page.follower.trouble["alert.v1"] = page.index.trouble["alert.v1"] = "disk I/O error"
        read = f"{page.follower.current['alert.v1']:%H:%M}"
        assert find_trouble(page.site) == f"the log cannot be read (last read at {read}); the search lags behind; stuck: poller"


async def test_a_page_that_cannot_read_the_log_says_so_and_nothing_of_the_services(tmp_path: Path) -> None:
    # The clock stands, so that no service counts as lost before the log is away, however slow the machine is.
    now = utc()
    async with served(tmp_path, "", at_work(), clock=lambda: now) as page:
        log, away = tmp_path / "news.db", tmp_path / "away.db"
        log.rename(away)
        await until(lambda: {"process.v1", "alert.v1"} <= page.follower.trouble.keys())
        now += timedelta(hours=1)
        assert find_trouble(page.site).startswith("the log cannot be read (last read at ")
        assert "service" not in find_trouble(page.site)
        text = (await page.get("/"))[1]
        assert ("No service runs" in text, "Not running" in text) == (False, False)
        assert "</b>, so alerts may be missing here, and whether the services run is not known: " in text
        assert (" in what has been read of the log." in text, "no article yet" in text) == (True, False)
        text = (await page.get("/system"))[1]
        assert ("<small>as last seen at " in text, "not running" in text) == (True, False)
        status = json.loads((await page.get("/api/v1/status"))[1])
        assert {each["state"] for each in status["services"]} == {"running"}
        assert (status["last_seen"] is None, {"lag", "dead.v1"} <= status["trouble"].keys()) == (False, True)
        away.rename(log)
        await until(lambda: not page.follower.trouble)
        assert "service" not in find_trouble(page.site), "each may still report"
        now += timedelta(seconds=presence.PUBLISH_SECONDS)
        await until(lambda: find_trouble(page.site) == "no service runs")


@pytest.mark.parametrize("last", ["alert.v1/0=" + "9" * 5000, "alert.v1/0=%0a%0aevent: alert", "alert.v1/0=%D9%A3", "era/0=1"])
async def test_a_position_that_the_page_never_gave_is_stale(tmp_path: Path, last: str) -> None:
    async with served(tmp_path, "", alert(1)) as page, page.client.get(f"{page.url}/events?last={last}") as response:
        assert await response.content.readuntil(b"\n\n") == b"retry: 3000\n\n"
        assert b"event: stale" in await response.content.readuntil(b"\n\n")


async def test_who_gets_no_place_can_ask_what_has_come(tmp_path: Path) -> None:
    async with served(tmp_path, "", alert(1), limits=Limits(readers=0)) as page:
        assert (await page.get("/events"))[0] == 503

        async def poll(last: str) -> dict[str, Any]:
            status, text = await page.get(f"/events/poll?last={last}")
            assert status == 200
            return dict(json.loads(text))

        begun = await poll(page.follower.changes.position)
        assert (begun["changes"], begun["trouble"]) == ([], "no service runs")
        await page.publish(alert(2))
        await until(lambda: page.follower.changes.position != begun["position"])
        found = await poll(begun["position"])
        assert found["changes"] == [{"kind": "alert", "ids": ["kim:s1"]}]
        assert (await poll(found["position"]))["changes"] == []
        assert (await poll("alert.v1/0=99"))["changes"] == [{"kind": "stale", "ids": []}]
