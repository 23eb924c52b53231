"""The commands and programs of docs/subscribe.md work."""

import asyncio
import re
import shlex
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.export.table import COLUMNS
from monitor.messages.codec import encode
from tests.integration.command import COMMAND, environment, invoke
from tests.integration.receiver import SECRET
from tests.make import alert, article_stories
from tests.ports import unused_port
from tests.running import until

PAGE = (Path(__file__).parents[2] / "docs" / "subscribe.md").read_text(encoding="utf-8")
CONFIG = 'bus = "sqlite:news.db"\n[[watches]]\nid = "train"\nany = ["train"]\n'


def blocks(language: str) -> list[str]:
    """Return the code blocks of the page in *language*."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def programs(word: str) -> list[str]:
    """Return the programs of the page that contain *word*."""
    return [program for program in blocks("python") if word in program]


COMMANDS = [shlex.split(line)[1:] for line in "".join(blocks("sh")).splitlines()]


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with a config, an article and its alert."""
    (tmp_path / "monitor.toml").write_text(CONFIG)
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([encode(article_stories("Train leaves"))])
        await bus.publish([encode(alert(watch="train", title="Train leaves", updated=utc()))])
    return tmp_path


@asynccontextmanager
async def started(*words: str, cwd: Path, **variables: str) -> AsyncIterator[Process]:
    """Run a program until the context ends."""
    process = await asyncio.create_subprocess_exec(*words, cwd=cwd, stdout=PIPE, stderr=PIPE, env=environment() | variables)
    try:
        async with asyncio.timeout(60):
            yield process
    finally:
        process.kill()
        await process.communicate()


@pytest.mark.parametrize("words", [each for each in COMMANDS if "--follow" not in each], ids=" ".join)
async def test_a_command_writes_the_alert(folder: Path, words: list[str]) -> None:
    code, out, err = await invoke(folder, *words)
    assert (code, err) == (0, "")
    written = (folder / words[-1]).read_text(encoding="utf-8") if "--output" in words else out
    assert "Train leaves" in written


async def test_the_command_that_follows_prints_the_alert(folder: Path) -> None:
    (words,) = [each for each in COMMANDS if "--follow" in each]
    async with started(*COMMAND, *words, cwd=folder) as process:
        assert process.stdout
        assert b"Train leaves" in await process.stdout.readline()


async def test_the_receiver_accepts_a_test_message_and_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    port = unused_port()
    (program,), targets = programs("HTTPServer"), "".join(blocks("toml"))
    targets = re.sub(r"https://example\.org/\w+", f"http://127.0.0.1:{port}/", targets)
    (folder / "monitor.toml").write_text(f'{CONFIG}[delivery]\nallow_networks = ["127.0.0.0/8"]\n{targets}')
    async with started(sys.executable, "-c", program.replace("8700", str(port)), cwd=folder) as process:
        assert process.stdout
        await until(lambda: listens(port))
        for target in ("desk", "broker"):
            assert (await invoke(folder, "targets", "test", target))[0] == 0
            assert b" @test " in await process.stdout.readline()
        monkeypatch.setenv("DESK_SECRET", SECRET.replace("MDEy", "AAAA"))
        assert "HTTP 401" in (await invoke(folder, "targets", "test", "desk"))[1]


@pytest.mark.parametrize("word", ["POSITION", "group="])
async def test_a_program_with_the_client_continues_after_the_alert(folder: Path, word: str) -> None:
    (program,) = programs(word)
    async with started(sys.executable, "-c", program, cwd=folder) as process:
        assert process.stdout
        assert await process.stdout.readline() == b"kim:s1 1 new Train leaves\n"
        async with connect(f"sqlite:{folder / 'news.db'}") as bus:
            await bus.publish([encode(alert(2, watch="train", change="stance", title="Train leaves"))])
        assert await process.stdout.readline() == b"kim:s1 2 stance Train leaves\n"
    # It was killed at any moment after the second alert: that one may come again, but not the first.
    async with connect(f"sqlite:{folder / 'news.db'}") as bus:
        await bus.publish([encode(alert(3, watch="train", change="development", title="Train leaves"))])
    async with started(sys.executable, "-c", program, cwd=folder) as process:
        assert process.stdout
        lines = [await process.stdout.readline()]
        while b" 3 " not in lines[-1]:
            lines.append(await process.stdout.readline())
        assert lines[-1] == b"kim:s1 3 development Train leaves\n"
        assert set(lines[:-1]) <= {b"kim:s1 2 stance Train leaves\n"}


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def test_the_columns_of_the_table_are_listed_in_order() -> None:
    table = PAGE.partition("| column | contents |\n| --- | --- |\n")[2].partition("\n\n")[0]
    assert [line.split("`")[1] for line in table.splitlines()] == list(COLUMNS)
