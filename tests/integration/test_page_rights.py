"""A page that may not write the config or its index: its forms say so, and all else works."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.messages.codec import encode
from tests.integration.command import COMMAND, environment
from tests.make import alert, article_stories
from tests.running import until

LIKE_OTHERS = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Runs a command for which the modes of files hold, although root runs it."""
CONFIG = 'bus = "sqlite:../data/news.db"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n[page]\nlisten = "127.0.0.1:{port}"\n{more}'
FORMS = (
    ("/watches/kim", {"saved": "kim", "how": "query", "query": "putin", "severity": "low", "hash": "{hash}"}),
    ("/editor", {"id": "putin", "how": "query", "query": "putin", "severity": "low", "hash": "{hash}"}),
    ("/watches/kim/rename", {"id": "kim2", "hash": "{hash}"}),
    ("/watches/kim/remove", {"hash": "{hash}"}),
    ("/feeds", {"url": "https://example.org/rss"}),
)
PAGES = (
    "/",
    "/stories/s1",
    "/watches",
    "/watches/kim",
    "/editor",
    "/feeds",
    "/trends",
    "/system",
    "/settings",
    "/api/v1/status",
)


@asynccontextmanager
async def serving(config: Path, port: int) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve the page of *config*, without the rights of root, until the context ends; it must end well then."""
    with (config.parents[1] / "run.log").open("wb") as log:
        command = (*LIKE_OTHERS, *COMMAND, "-c", str(config), "serve")
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, env=environment())
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:

        async def is_ready() -> bool:
            try:
                async with client.get("/ready") as response:
                    return response.status == 200 and "index" not in await response.text()
            except aiohttp.ClientConnectorError:
                return False

        try:
            await until(is_ready)
            yield client
        finally:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 40) == 0


async def make_folder(folder: Path, port: int, more: str = "") -> Path:
    """Write a config whose log has a story, and return it."""
    (folder / "config").mkdir()
    (folder / "data").mkdir()
    config = folder / "config" / "monitor.toml"
    config.write_text(CONFIG.format(port=port, more=more))
    async with connect(f"sqlite:{folder / 'data' / 'news.db'}") as bus:
        await bus.publish([encode(article_stories("Kim takes a train", fetched=utc())), encode(alert(1))])
    return config


async def status_and_text(client: aiohttp.ClientSession, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    """The answer to a GET, or to a form that the page itself sends."""
    method, headers = ("POST", {"Sec-Fetch-Site": "same-origin"}) if form else ("GET", {})
    async with client.request(method, path, data=form, headers=headers, allow_redirects=False) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("read_only", "reason"),
    [
        ("config", "give newsmonitor the right to write the folder"),
        ("config/monitor.toml", "is read-only; give newsmonitor the right to write it"),
    ],
)
async def test_a_config_that_cannot_be_written_is_told_by_the_forms_alone(
    tmp_path: Path, unused_tcp_port: int, read_only: str, reason: str
) -> None:
    config = await make_folder(tmp_path, unused_tcp_port)
    before, locked = config.read_text(), tmp_path / read_only
    locked.chmod(0o555 if locked.is_dir() else 0o444)
    try:
        async with serving(config, unused_tcp_port) as client:
            await until(lambda: search_finds(client))
            for path in PAGES:
                assert (await status_and_text(client, path))[0] == 200, path
            hash_ = (await status_and_text(client, "/watches/kim"))[1].partition('name="hash" value="')[2].partition('"')[0]
            for path, form in FORMS:
                status, text = await status_and_text(
                    client, path, {name: each.format(hash=hash_) for name, each in form.items()}
                )
                assert (status in {400, 500}, reason in text) == (True, True), path
            assert (await status_and_text(client, "/stories/s1/mark", {"state": "muted"}))[0] == 303
    finally:
        locked.chmod(0o755)
    assert (config.read_text(), "Traceback" in (tmp_path / "run.log").read_text()) == (before, False)
    assert {each.name for each in config.parent.iterdir()} <= {
        "monitor.toml",
        *(f"newsmonitor-index.db{end}" for end in ("", "-wal", "-shm")),
    }


@pytest.mark.parametrize(
    ("index", "reason"), [("none/index.db", "there is no folder"), ("../locked/index.db", "cannot be written")]
)
async def test_an_index_that_cannot_be_kept_is_built_anew(
    tmp_path: Path, unused_tcp_port: int, index: str, reason: str
) -> None:
    config = await make_folder(tmp_path, unused_tcp_port, f'index = "{index}"\n')
    (tmp_path / "locked").mkdir(mode=0o555)
    async with serving(config, unused_tcp_port) as client:
        await until(lambda: search_finds(client))
    log = (tmp_path / "run.log").read_text()
    assert (reason in log, "name another file as `index` under [page]" in log, "Traceback" in log) == (True, True, False)


async def search_finds(client: aiohttp.ClientSession) -> bool:
    """Whether the search finds the article."""
    return "takes a" in (await status_and_text(client, "/search?q=train"))[1]
