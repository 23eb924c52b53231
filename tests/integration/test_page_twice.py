"""Two page processes share a config, a log and an index. One is killed in the middle of its writing, and nothing is lost."""

import asyncio
import sqlite3
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp

from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.config.load import read
from monitor.messages import Mark
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.integration.command import running
from tests.make import alert, article_stories
from tests.running import until

STORIES = 300
KILLS = 2
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Writer:
    """Writes marks and feeds through the page at *port*, and notes what it has accepted."""

    port: int
    client: aiohttp.ClientSession
    marks: set[tuple[str, str]] = field(default_factory=set)
    feeds: set[str] = field(default_factory=set)

    async def post(self, path: str, form: dict[str, str]) -> bool:
        """Return whether the page has accepted *form*. A page that was just killed accepts nothing."""
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            async with self.client.post(url, data=form, headers=SAME_SITE, allow_redirects=False) as response:
                assert response.status in {303, 503}, await response.text()
                return response.status == 303
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
            return False

    async def write(self, stop: asyncio.Event) -> None:
        """Write until *stop* is set."""
        number = 0
        while not stop.is_set():
            number += 1
            story, reader = f"s{number % STORIES}", f"{self.port}-{number}"
            if await self.post(f"/stories/{story}/mark", {"state": "muted", "by": reader}):
                self.marks.add((f"kim:{story}", reader))
            url = f"https://{self.port}-{number}.example/rss"
            if number % 5 == 0 and await self.post("/feeds", {"url": url}):
                self.feeds.add(url)


def page_at(folder: Path, port: int) -> AbstractAsyncContextManager[Process]:
    """Serve the page at *port*, and kill it in the end."""
    return running(folder, "serve", log=f"{port}.log", NEWSMONITOR_PAGE=f"127.0.0.1:{port}")


async def marks_of(client: aiohttp.ClientSession, port: int) -> tuple[int, str]:
    """The status of the page at *port*, and the mark of each alert that it knows, as text."""
    try:
        async with client.get(f"http://127.0.0.1:{port}/ready") as response:
            status = response.status
        async with client.get(f"http://127.0.0.1:{port}/api/v1/marks?limit=200") as response:
            return status, await response.text()
    except aiohttp.ClientError:
        return 0, ""


async def test_nothing_accepted_is_lost_when_one_of_two_pages_is_killed(
    tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    (tmp_path / "monitor.toml").write_text('# ours\nbus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n')
    ports = [unused_tcp_port_factory(), unused_tcp_port_factory()]
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus, aiohttp.ClientSession() as client:
        told = [article_stories(f"Kim {n}", id=f"a{n}", story=f"s{n}", fetched=utc()) for n in range(STORIES)]
        await bus.publish([encode(each) for each in (*told, *(alert(1, id=f"kim:s{n}") for n in range(STORIES)))])
        stop, writers = asyncio.Event(), [Writer(port, client) for port in ports]
        async with page_at(tmp_path, ports[0]):
            tasks = [asyncio.create_task(each.write(stop)) for each in writers]
            for kill in range(1, KILLS + 1):
                async with page_at(tmp_path, ports[1]):
                    await until(partial(have_written, writers, 40 * kill))
            async with page_at(tmp_path, ports[1]):
                await until(lambda: len(writers[1].feeds) >= 5 * KILLS)
                stop.set()
                await asyncio.gather(*tasks)
                await until(lambda: same_marks(client, ports))
        marks = {(mark.id, mark.by) for mark in await read_all(bus, Mark)}
        urls = [feed.url for feed in read(tmp_path / "monitor.toml").feeds]
        assert [each.marks - marks for each in writers] == [set(), set()]
        assert [each.feeds - set(urls) for each in writers] == [set(), set()]
        assert (len(urls), (tmp_path / "monitor.toml").read_text()[:6]) == (len(set(urls)), "# ours")
    with closing(sqlite3.connect(tmp_path / "newsmonitor-index.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT kind, COUNT(*) FROM records GROUP BY kind").fetchall() == [
            ("alert", STORIES),
            ("article", STORIES),
        ]


def have_written(writers: list[Writer], marks: int) -> bool:
    """Whether each of *writers* has written so many marks."""
    return all(len(each.marks) >= marks for each in writers)


async def same_marks(client: aiohttp.ClientSession, ports: list[int]) -> bool:
    """Whether both pages are ready and show the same marks."""
    first, second = [await marks_of(client, port) for port in ports]
    return first == second and first[0] == 200
