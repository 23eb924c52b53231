"""The page as a process of its own on a broker: it waits for the broker, joins no group, and shows and takes what it has to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from monitor.bus.backends import Address, connect
from monitor.cli.processes import read_processes
from monitor.clock import utc
from monitor.messages import Mark
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.integration.command import started
from tests.kafka import admin, servers
from tests.make import alert, article_stories
from tests.running import until

pytestmark = pytest.mark.kafka


@asynccontextmanager
async def forwarding(port: int, servers: str) -> AsyncIterator[None]:
    """Pass connections to *port* on to the broker at *servers*. They are closed at the end."""
    host, _, number = servers.rpartition(":")
    writers = set[asyncio.StreamWriter]()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_connection(host, int(number))
        writers.update((writer, to_there))
        await asyncio.gather(copy(reader, to_there), copy(there, writer), return_exceptions=True)

    server = await asyncio.start_server(forward, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for each in writers:
            each.close()


PATHS = ("/stories/s1", "/watches", "/feeds", "/trends", "/system", "/settings", "/alerts.atom", "/api/v1/status")


async def test_the_page_waits_for_the_broker_and_then_serves_in_no_group(
    kafka: Address, tmp_path: Path, unused_tcp_port_factory: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    entrance, port = unused_tcp_port_factory(), unused_tcp_port_factory()
    monkeypatch.setenv("NEWSMONITOR_PAGE", f"127.0.0.1:{port}")
    prefix, url, log = kafka.url.rpartition("/")[2], f"http://127.0.0.1:{port}", tmp_path / "run.log"
    (tmp_path / "monitor.toml").write_text(
        f'bus = "kafka://127.0.0.1:{entrance}/{prefix}"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n'
    )
    async with connect(kafka) as bus, aiohttp.ClientSession() as client, started(tmp_path, "serve"):

        async def text_of(path: str) -> str:
            try:
                async with client.get(url + path) as response:
                    return await response.text() if response.status == 200 else ""
            except aiohttp.ClientConnectorError:
                return ""

        async def has(path: str, text: str) -> bool:
            return text in await text_of(path)

        await until(lambda: "waiting for the bus" in log.read_text())
        await bus.publish([encode(article_stories("Kim takes a train", fetched=utc())), encode(alert(1))])
        async with forwarding(entrance, servers(kafka)):
            await until(lambda: has("/ready", '"ready": true'), seconds=60)
            await until(lambda: has("/", "A train"))
            await until(lambda: has("/search?q=train", "Kim takes a"))
            for path in PATHS:
                assert await text_of(path)
            headers = {"Sec-Fetch-Site": "same-origin"}
            form = {"state": "muted"}
            async with client.post(f"{url}/stories/s1/mark", data=form, headers=headers, allow_redirects=False) as response:
                assert response.status == 303
        assert [mark.state for mark in await read_all(bus, Mark)] == ["muted"]
        assert [each.process.serves_page for each in await read_processes(bus)] == [True]
        async with admin(kafka) as administrator:
            groups = [name for name, _ in await administrator.list_consumer_groups() if name.startswith(prefix)]
        assert groups == []
