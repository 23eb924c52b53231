"""What `newsmonitor run` and `serve` do on signals."""

import asyncio
import os
import pty
import signal
import sqlite3
from asyncio.subprocess import Process
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.integration.command import running
from tests.running import until

CONFIG = 'bus = "sqlite:news.db"\n[entities]\nmodel = "table"\n'
WATCH = '[[watches]]\nid = "kim"\nany = ["Kim Jong Un"]\n'


def logged(folder: Path, text: str, times: int = 1) -> bool:
    return (folder / "run.log").read_text().count(text) >= times


async def ends(process: Process) -> int:
    return await asyncio.wait_for(process.wait(), 60)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSMONITOR_PAGE", "off")
    (tmp_path / "monitor.toml").write_text(CONFIG)
    return tmp_path


async def runs(folder: Path) -> None:
    """Wait until the services have opened the log."""
    await until(lambda: (folder / "news.db").exists() and logged(folder, "starting"))
    await asyncio.sleep(1)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the log for writing, so that the services cannot end within five seconds."""
    with closing(sqlite3.connect(folder / "news.db", isolation_level=None, timeout=20)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield


async def test_sighup_reloads_the_config_and_tells_the_result_each_time(folder: Path) -> None:
    async with running(folder, "run", "alerts") as process:
        await runs(folder)
        process.send_signal(signal.SIGHUP)
        await until(lambda: logged(folder, "config is as it was"))
        (folder / "monitor.toml").write_text(f"{CONFIG}{WATCH}")
        process.send_signal(signal.SIGHUP)
        await until(lambda: logged(folder, "config reloaded"))
        (folder / "monitor.toml").write_text("bus = 1\n")
        await until(lambda: logged(folder, "config refused"))
        process.send_signal(signal.SIGHUP)
        await until(lambda: logged(folder, "config read again"))
        process.send_signal(signal.SIGTERM)
        assert await ends(process) == 0


async def test_sighup_reloads_the_config_of_the_page_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("NEWSMONITOR_PAGE", f"127.0.0.1:{unused_tcp_port}")
    async with running(folder, "run") as process:
        await until(lambda: logged(folder, "the page is at"))
        process.send_signal(signal.SIGHUP)
        await until(lambda: logged(folder, "config is as it was", 2))
        process.send_signal(signal.SIGTERM)
        assert await ends(process) == 0
        assert not logged(folder, "the page has ended")


async def test_a_page_of_its_own_reloads_on_sighup(folder: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setenv("NEWSMONITOR_PAGE", f"127.0.0.1:{unused_tcp_port}")
    async with running(folder, "serve") as process:
        await until(lambda: logged(folder, "the page is at"))
        process.send_signal(signal.SIGHUP)
        await until(lambda: logged(folder, "config is as it was"))
        process.send_signal(signal.SIGTERM)
        assert await ends(process) == 0


async def test_any_number_of_sigterms_stops_in_order(folder: Path) -> None:
    async with running(folder, "run") as process:
        await runs(folder)
        with locked(folder):
            process.send_signal(signal.SIGTERM)
            await until(lambda: logged(folder, "stopping"))
            process.send_signal(signal.SIGTERM)
        while process.returncode is None:
            # A method of the process may take its exit code from asyncio.
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
            await asyncio.sleep(0.002)
        assert process.returncode == 0
    assert logged(folder, '"stopped"')
    assert not logged(folder, '"stopping"', 2)


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
async def test_a_sigint_after_the_first_signal_ends_at_once(folder: Path, first: signal.Signals) -> None:
    async with running(folder, "run", "alerts") as process:
        await runs(folder)
        with locked(folder):
            process.send_signal(first)
            await until(lambda: logged(folder, "stopping"))
            process.send_signal(signal.SIGINT)
            assert await ends(process) == -signal.SIGINT
    assert not logged(folder, '"stopped"')


async def test_a_terminal_that_is_closed_stops_the_services(folder: Path) -> None:
    master, terminal = pty.openpty()
    try:
        async with running(folder, "run", "alerts", stdin=terminal) as process:
            os.close(terminal)
            await runs(folder)
            process.send_signal(signal.SIGHUP)
            await until(lambda: logged(folder, "config is as it was"))
            os.close(master)
            process.send_signal(signal.SIGHUP)
            assert await ends(process) == 0
    finally:
        for each in (master, terminal):
            try:
                os.close(each)
            except OSError:
                continue
    assert logged(folder, '"signal": "SIGHUP"')
