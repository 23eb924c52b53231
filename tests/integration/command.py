"""Run the command as its users do, or in the process of the test, which takes a tenth of the time."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, chdir
from pathlib import Path

from click.testing import CliRunner

from monitor.cli import main
from tests.fakefeed import FakeFeed
from tests.running import logging_as_before

COMMAND = (sys.executable, "-m", "monitor")


async def newsmonitor(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run the command in a process of its own. Return its exit code, standard output and standard error."""
    process = await asyncio.create_subprocess_exec(*COMMAND, *words, cwd=folder, stdout=PIPE, stderr=PIPE, env=environment())
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    except BaseException:
        process.kill()
        await process.communicate()
        raise
    return process.returncode or 0, out.decode(), err.decode()


async def invoke(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run the command in a thread. Return the same as newsmonitor(). Raises what the command does not handle."""

    def run() -> tuple[int, str, str]:
        with chdir(folder), logging_as_before():
            result = CliRunner().invoke(main, words, prog_name="newsmonitor", catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return await asyncio.to_thread(run)


def environment() -> dict[str, str]:
    """Return the environment of the test, with the project importable from any folder."""
    return dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[2])}


@asynccontextmanager
async def started(folder: Path, *words: str) -> AsyncIterator[Process]:
    """Run the command until the context closes, then stop it with SIGTERM. It must exit with code 0."""
    with (folder / "run.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*COMMAND, *words, cwd=folder, stdout=log, stderr=log, env=environment())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 40) == 0, (folder / "run.log").read_text()


@asynccontextmanager
async def running(
    folder: Path, *words: str, log: str = "run.log", stdin: int = DEVNULL, **variables: str
) -> AsyncIterator[Process]:
    """Run the command in a session of its own, with its output added to *log*. It is killed if it still runs at the end."""
    with (folder / log).open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *words,
            cwd=folder,
            stdin=stdin,
            stdout=file,
            stderr=file,
            env=environment() | variables,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def write_config(folder: Path, fake: FakeFeed, listen: str = "", watches: str = "") -> None:
    """Write a monitor.toml for the fake feed."""
    (folder / "monitor.toml").write_text(
        f'bus = "sqlite:news.db"\n{listen}\n[fetch]\nevery = 1\nallow_networks = ["127.0.0.0/8"]\n[entities]\nmodel = "table"\n'
        f'[[feeds]]\nurl = "{fake.url("/a")}"\nname = "Fake"\n'
        f'[[watches]]\nid = "kim"\nany = ["Kim Jong Un"]\n{watches}'
    )
