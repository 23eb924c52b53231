"""The page of the demo, on a terminal."""

import re
import socket
from pathlib import Path

import aiohttp

from monitor.cli.page_process import free_address
from tests.integration.terminal import on_terminal
from tests.running import until


async def get(url: str) -> str:
    """The page at *url*."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.text()


async def test_the_demo_shows_its_day_in_the_page_until_it_is_stopped(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        async with on_terminal(tmp_path, "demo", "--speed", "4000", size=(80, 40), NEWSMONITOR_PAGE=listen) as terminal:
            (url, *_) = re.findall(r"http://127\.0\.0\.1:\d+/", await terminal.until("Ctrl-C ends the demo"))
            assert listen not in url
            assert "An invented day of news, recorded for this demo:" in await get(url)
            await terminal.until(f"The day stays at {url} until you press Ctrl-C.")

            async def is_shown() -> bool:
                return "Vladivostok" in await get(url)

            await until(is_shown)
            assert 'datetime="2026-09-08T' in (await get(url)).partition('class="live')[2].partition("</p>")[0]
            terminal.interrupt()
            await terminal.end()
    assert terminal.process.returncode == 0


def test_an_address_that_is_free_is_kept() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = f"127.0.0.1:{server.getsockname()[1]}"
        other = free_address(taken)
    assert (other != taken, free_address(other)) == (True, other)
