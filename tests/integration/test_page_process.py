"""The page that `newsmonitor run` serves beside the services."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from monitor.bus.backends import connect
from monitor.cli.processes import read_processes
from monitor.messages import Process
from tests.integration.command import invoke, running, started
from tests.integration.terminal import on_terminal
from tests.running import until

CONFIG = 'bus = "sqlite:news.db"\n[entities]\nmodel = "table"\n'


async def answers(url: str) -> bool:
    """Whether the page at *url* is ready."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{url}/ready") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def processes(folder: Path) -> list[Process]:
    """The processes that have reported no end, the oldest first."""
    async with connect(f"sqlite:{folder / 'news.db'}") as bus:
        return [each.process for each in await read_processes(bus)]


async def is_served_by(folder: Path, pids: list[int]) -> bool:
    """Whether *pids* has only the process of the page that was started last."""
    return [each.pid for each in await processes(folder) if each.serves_page][-1:] == pids


def children(pid: int) -> list[int]:
    """The child processes of *pid* that serve the page."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found if "serve" in Path(f"/proc/{each}/cmdline").read_text().split("\0")]


def is_running(pid: int) -> bool:
    """Whether the process *pid* runs. One that has ended may wait for its parent to ask for its exit code."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_run_serves_the_page_starts_it_anew_and_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("NEWSMONITOR_PAGE", f"127.0.0.1:{unused_tcp_port}")
    (tmp_path / "monitor.toml").write_text(CONFIG)
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with started(tmp_path, "run") as process:
        await until(lambda: answers(url))
        await until(lambda: is_served_by(tmp_path, children(process.pid)))
        (page,) = children(process.pid)
        os.kill(page, signal.SIGKILL)
        await until(lambda: children(process.pid) not in ([], [page]))
        await until(lambda: answers(url))
        await until(lambda: is_served_by(tmp_path, children(process.pid)))
    assert [(each.pid, each.serves_page) for each in await processes(tmp_path)] == [(page, True)], "the others have ended well"
    assert not await answers(url)
    assert "the page has ended; the services go on" in (tmp_path / "run.log").read_text()


async def reports_another_config(folder: Path, before: Process) -> bool:
    """Whether the only process is the one that was as *before*, with another config."""
    return [(each.pid, each.config_hash != before.config_hash) for each in await processes(folder)] == [(before.pid, True)]


async def test_a_page_apart_is_told_and_answers_while_the_log_takes_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("NEWSMONITOR_PAGE", f"127.0.0.1:{unused_tcp_port}")
    config, url = tmp_path / "monitor.toml", f"http://127.0.0.1:{unused_tcp_port}"
    config.write_text(CONFIG)

    async with started(tmp_path, "serve") as process:
        await until(lambda: answers(url))
        await until(lambda: is_served_by(tmp_path, [process.pid]))
        assert f" (pid {process.pid}) since " in (await invoke(tmp_path, "status"))[1].partition("\npage       runs on ")[2]
        (before,) = await processes(tmp_path)
        with closing(sqlite3.connect(tmp_path / "news.db", isolation_level=None, timeout=20)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            config.write_text(f'{CONFIG}[[watches]]\nid = "kim"\nany = ["Kim"]\n')
            await until(lambda: (tmp_path / "run.log").read_text().count("config reloaded"))
            # Meanwhile the page tries to report the config, each second.
            await asyncio.sleep(1.5)
            assert await answers(url)
        await until(lambda: reports_another_config(tmp_path, before))
    assert await processes(tmp_path) == []


async def test_the_page_ends_with_a_run_that_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("NEWSMONITOR_PAGE", f"127.0.0.1:{unused_tcp_port}")
    (tmp_path / "monitor.toml").write_text(CONFIG)
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with running(tmp_path, "run") as process:
        await until(lambda: answers(url))
        (page,) = children(process.pid)
    await until(lambda: not is_running(page))
    assert not await answers(url)


async def test_the_page_ends_with_a_demo_that_is_killed(tmp_path: Path, unused_tcp_port: int) -> None:
    listen = f"127.0.0.1:{unused_tcp_port}"
    async with on_terminal(tmp_path, "demo", "--speed", "4000", size=(80, 40), NEWSMONITOR_PAGE=listen) as terminal:
        await terminal.until("Ctrl-C ends the demo")
        (page,) = children(terminal.process.pid)
        assert await answers(f"http://{listen}")
    await until(lambda: not is_running(page))


async def test_a_page_that_cannot_listen_ends_no_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", unused_tcp_port)
    monkeypatch.setenv("NEWSMONITOR_PAGE", f"127.0.0.1:{unused_tcp_port}")
    (tmp_path / "monitor.toml").write_text(CONFIG)
    async with server, started(tmp_path, "run"):
        await until(lambda: "another process uses this port" in (tmp_path / "run.log").read_text())
        await until(lambda: "the page has ended; the services go on" in (tmp_path / "run.log").read_text())
