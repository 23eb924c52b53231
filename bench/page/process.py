"""The page, and readers that follow it, in processes of their own."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import psutil

from bench.harness import MIB


@asynccontextmanager
async def serve(folder: Path) -> AsyncIterator[tuple[str, psutil.Process]]:
    """Serve the page of the config in *folder* in a process of its own. Yield its URL, at which it listens, and the process."""
    command = [sys.executable, "-m", "monitor", "serve"]
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        line = b""
        while b"http://" not in line:
            if process.stdout is None or not (line := await process.stdout.readline()):
                raise SystemExit("the page has ended")
        yield "http://" + line.decode().split("http://")[1].split("/")[0], psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.communicate()


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[tuple[str, psutil.Process]]:
    """Serve the page as `serve` does. Print how long it takes until the records, and until the index has been read."""
    began = time.perf_counter()
    async with serve(folder) as (url, process), aiohttp.ClientSession() as client:
        print(f"  listening after {time.perf_counter() - began:.1f} s")
        await ready(client, url)
        print(f"  all records read after {time.perf_counter() - began:.1f} s")
        while not _is_indexed(folder):
            await asyncio.sleep(0.2)
        print(f"  all articles indexed after {time.perf_counter() - began:.1f} s")
        print(f"  CPU {cpu_seconds(process):.1f} s, {process.memory_info().rss / MIB:.0f} MiB")
        yield url, process


async def ready(client: aiohttp.ClientSession, url: str) -> None:
    """Wait until the page at *url* has read all records."""
    while (await client.get(f"{url}/ready")).status != 200:
        await asyncio.sleep(0.05)


def cpu_seconds(process: psutil.Process) -> float:
    """Return the CPU time of *process* so far."""
    return sum(process.cpu_times()[:2])


@asynccontextmanager
async def followed(url: str, readers: int) -> AsyncIterator[None]:
    """Let so many *readers*, in a process of their own, follow the page at *url*."""
    command = [sys.executable, "-m", "bench.page.readers", url, str(readers)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    try:
        if process.stdout is None or await process.stdout.readline() != b"following\n":
            raise SystemExit("the readers cannot follow the page")
        yield
    finally:
        process.terminate()
        await process.communicate()


def _is_indexed(folder: Path) -> bool:
    with contextlib.suppress(sqlite3.OperationalError), closing(sqlite3.connect(folder / "newsmonitor-index.db")) as index:
        found = dict(index.execute("SELECT stream, offset FROM positions"))
        with closing(sqlite3.connect(folder / "news.db")) as log:
            heads = dict(log.execute("SELECT name, head FROM streams"))
        return all(found.get(name, -1) == heads[name] - 1 for name in ("article.stories.v1", "alert.v1"))
    return False
