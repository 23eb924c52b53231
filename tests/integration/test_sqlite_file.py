"""What `newsmonitor run` says of its SQLite file when something happens to it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakefeed import FakeFeed
from tests.integration.command import newsmonitor, started, write_config
from tests.ports import unused_port
from tests.running import until


def delete(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        if file.is_file():
            file.unlink()


def replace_with_empty_database(path: Path) -> None:
    other = path.with_name("other.db")
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE t (x)")
    other.replace(path)


def lock(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    return db


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (delete, "news.db was deleted or moved away: put it back"),
        (replace_with_empty_database, "news.db has the tables of another program"),
        (lock, "news.db is locked for writing: by process"),
    ],
)
async def test_ready_and_the_log_say_what_happened_to_the_file(tmp_path: Path, fake: FakeFeed, act: Any, told: str) -> None:
    port = unused_port()
    write_config(tmp_path, fake, listen=f'listen = "127.0.0.1:{port}"')
    fake.responds_with_items("/a")

    async def ready() -> tuple[int, str]:
        try:
            async with session.get(f"http://127.0.0.1:{port}/ready") as response:
                return response.status, await response.text()
        except aiohttp.ClientError:
            return 0, ""

    async with started(tmp_path, "run"), aiohttp.ClientSession() as session:

        async def is_ready() -> bool:
            return (await ready())[0] == 200

        async def is_told() -> bool:
            status, text = await ready()
            return status == 503 and told in text

        await until(is_ready)
        holder = act(tmp_path / "news.db")
        # The poller has something to write, so that a lock is noticed.
        fake.responds_with_items("/a", "Kim Jong Un travels by train")
        await until(is_told, seconds=20)
        if holder is not None:
            holder.close()
            await until(is_ready)
        elif act is delete:
            _, _, err = await newsmonitor(tmp_path, "status")
            assert "was deleted or moved away: put it back" in err
            assert not (tmp_path / "news.db").exists()
    lines = [json.loads(line) for line in (tmp_path / "run.log").read_text().splitlines() if line.startswith("{")]
    assert any(told in str(line.get("problem") or line.get("error")) for line in lines)
