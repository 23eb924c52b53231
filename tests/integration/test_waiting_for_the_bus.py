"""What `newsmonitor run` says over HTTP while it waits for its SQLite file at its start."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from monitor.bus.sqlite.file import PAGE_SIZE
from tests.fakefeed import FakeFeed
from tests.integration.command import started, write_config
from tests.integration.test_sqlite_file import lock
from tests.ports import unused_port
from tests.running import until

LIMIT = aiohttp.ClientTimeout(4.0)
"""How long an answer may take while the process opens the file again and again: less than it waits for a lock."""


def damage(path: Path) -> None:
    """Damage the tables of *path*, but not the list of them, and as a disk does: the file does not look as if written."""
    saved, status = path.read_bytes(), path.stat()
    path.with_suffix(".saved").write_bytes(saved)
    path.write_bytes(saved[:PAGE_SIZE] + b"\xff" * (len(saved) - PAGE_SIZE))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def put_back(path: Path) -> None:
    """Replace *path* by what it was before it was damaged."""
    path.with_suffix(".saved").replace(path)


@pytest.fixture
async def file(tmp_path: Path, fake: FakeFeed) -> Path:
    """The file of a log whose process has ended."""
    fake.responds_with_items("/a")
    write_config(tmp_path, fake)
    async with started(tmp_path, "run"):
        await until(lambda: fake.count("/a") > 0)
    return tmp_path / "news.db"


@pytest.mark.parametrize(("act", "reason"), [(lock, "news.db is locked for writing: by"), (damage, "news.db is damaged")])
async def test_ready_says_why_a_process_waits_and_it_stays_alive(file: Path, fake: FakeFeed, act: Any, reason: str) -> None:
    port = unused_port()
    write_config(file.parent, fake, listen=f'listen = "127.0.0.1:{port}"')
    blocker = act(file)

    async def get(path: str) -> tuple[int, str]:
        with suppress(aiohttp.ClientConnectionError):
            async with session.get(f"http://127.0.0.1:{port}/{path}") as response:
                return response.status, await response.text()
        return 0, ""

    async def waits() -> bool:
        # The services begin to wait one after the other.
        _, text = await get("ready")
        return '"waiting"' in text and '"starting"' not in text

    async with started(file.parent, "run"), aiohttp.ClientSession(timeout=LIMIT) as session:
        await until(waits, seconds=40)
        status, text = await get("ready")
        services = json.loads(text)["services"].values()
        assert status == 503
        assert {each["state"] for each in services} == {"waiting"}
        assert all(reason in each["trouble"] for each in services)
        assert await get("live") == (200, "ok\n")
        if blocker:
            blocker.close()
        else:
            put_back(file)

        async def is_ready() -> bool:
            return (await get("ready"))[0] == 200

        await until(is_ready, seconds=60)
        assert '"trouble":null' in (await get("ready"))[1]
