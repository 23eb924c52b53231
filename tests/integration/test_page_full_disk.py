"""A page whose files cannot grow: it says so, and goes on once they can. A limit of the process stands for a disk."""

import asyncio
import resource
import signal
from asyncio.subprocess import DEVNULL
from pathlib import Path

import aiohttp

from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.messages.codec import encode
from tests.integration.command import COMMAND, environment
from tests.make import alert, article_stories
from tests.running import until

SMALL, UNLIMITED = 1024, resource.RLIM_INFINITY
CONFIG = f'# {"x" * SMALL}\nbus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n'
FORMS = (
    ("/feeds", {"url": "https://example.org/rss"}, "File too large; raise its limit on the size of files"),
    ("/stories/s1/mark", {"state": "muted"}, "The bus cannot be used now"),
)


def hidden_files(folder: Path) -> list[str]:
    """The names of the files in *folder* that an edit would have left behind."""
    return [each.name for each in folder.iterdir() if each.name.startswith(".")]


async def test_a_page_on_a_full_disk_says_so_and_goes_on_later(tmp_path: Path, unused_tcp_port: int) -> None:
    (tmp_path / "monitor.toml").write_text(CONFIG)
    variables = environment() | {"NEWSMONITOR_PAGE": f"127.0.0.1:{unused_tcp_port}"}
    async with (
        connect(f"sqlite:{tmp_path / 'news.db'}") as bus,
        aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as client,
    ):

        async def get(path: str) -> tuple[int, str]:
            try:
                async with client.get(path) as response:
                    return response.status, await response.text()
            except aiohttp.ClientConnectorError:
                return 0, ""

        async def post(path: str, form: dict[str, str]) -> tuple[int, str]:
            headers = {"Sec-Fetch-Site": "same-origin"}
            async with client.post(path, data=form, headers=headers, allow_redirects=False) as response:
                return response.status, await response.text()

        async def has(path: str, text: str) -> bool:
            return text in (await get(path))[1]

        await bus.publish([encode(article_stories("Kim takes a train", fetched=utc())), encode(alert(1))])
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "serve", cwd=tmp_path, stdout=DEVNULL, stderr=DEVNULL, env=variables
        )
        try:
            await until(lambda: has("/search?q=train", "takes a"))
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (SMALL, UNLIMITED))
            for path, form, reason in FORMS:
                status, text = await post(path, form)
                assert (status >= 400, reason in text) == (True, True), text
            await bus.publish([encode(article_stories("Kim goes home", id="a2", fetched=utc()))])
            await until(lambda: has("/ready", "index"))
            for path in ("/", "/stories/s1", "/watches", "/feeds", "/system", "/search?q=train", "/live"):
                assert (await get(path))[0] == 200, path
            assert (tmp_path / "monitor.toml").read_text() == CONFIG
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))
            await until(lambda: has("/search?q=home", "goes"))
            for path, form, _ in FORMS:
                assert (await post(path, form))[0] == 303
        finally:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 40) == 0
    assert hidden_files(tmp_path) == []
