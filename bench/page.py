"""The page on a log with 10,000 alerts and 100,000 articles, against its budgets: pages, memory, live changes, search.

Run it with `python -m bench.page`. Two numbers, of alerts and articles, make the log smaller.
"""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
import psutil

from bench.harness import MIB, at_share
from bench.latency import make_config, measure
from bench.page_log import fill
from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import Alert
from monitor.messages.codec import encode
from page.watches.check import check_query
from tests.fakefeed import serving
from tests.make import alert

ALERTS, ARTICLES = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 100_000)
REQUESTS = 40
READERS = 50
ROUNDS = 3
"""How often the latency of the services is measured without a page and beside one, in turn."""
ROUND_ARTICLES = 60
PATHS = """
/ /?show=acknowledged /?watch=w3&severity=high /?q=bridge /stories/s1 /feeds /trends /trends?period=7d /trends/person%3Ae7
/system /settings /search?q=summit /search?q=train+AND+kim /search?q=summit+NEAR%2F1+part
/api/v1/alerts /api/v1/alerts?watch=w3 /api/v1/alerts/w1:s1
/api/v1/alerts/w1:s1/versions /api/v1/stories /api/v1/stories/s1/articles /api/v1/articles?q=summit /api/v1/marks
/api/v1/watches /api/v1/status /api/openapi.json
"""


@dataclass(frozen=True)
class Figure:
    """A figure beside its budget, both in *unit*."""

    name: str
    value: float
    budget: float
    unit: str


def report(figures: Iterable[Figure]) -> None:
    """Print each of *figures* beside its budget."""
    print(f"{'what':<44} {'budget':>10} {'figure':>10}")
    for each in figures:
        told = "" if each.value <= each.budget else "  over the budget"
        print(f"{each.name:<44} {each.budget:>7g} {each.unit:<3} {each.value:>7.4g} {each.unit:<3}{told}")


@asynccontextmanager
async def serve(folder: Path, *, is_told: bool = True) -> AsyncIterator[tuple[str, psutil.Process]]:
    """Serve the page of the config in *folder*. Print how long it takes until the records, and until the index is read."""
    tell = print if is_told else lambda _: None
    began = time.perf_counter()
    command = [sys.executable, "-m", "monitor", "serve"]
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        line = b""
        while b"http://" not in line:
            if process.stdout is None or not (line := await process.stdout.readline()):
                raise SystemExit("the page has ended")
        url = "http://" + line.decode().split("http://")[1].split("/")[0]
        async with aiohttp.ClientSession() as client:
            tell(f"  listening after {time.perf_counter() - began:.1f} s")
            while (await client.get(f"{url}/ready")).status != 200:
                await asyncio.sleep(0.05)
            tell(f"  all records read after {time.perf_counter() - began:.1f} s")
            while not _is_indexed(folder):
                await asyncio.sleep(0.2)
            tell(f"  all articles indexed after {time.perf_counter() - began:.1f} s")
        cpu = sum(psutil.Process(process.pid).cpu_times()[:2])
        tell(f"  CPU {cpu:.1f} s, {psutil.Process(process.pid).memory_info().rss / MIB:.0f} MiB")
        yield url, psutil.Process(process.pid)
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


async def time_paths(url: str, process: psutil.Process) -> list[Figure]:
    """Print how long each page takes, from the request to its last byte. Return the slowest page and route, and the list."""
    slowest, list_size = {True: 0.0, False: 0.0}, 0
    async with aiohttp.ClientSession() as client:
        for path in PATHS.split():
            seconds, size, cpu = [], 0, sum(process.cpu_times()[:2])
            for _ in range(REQUESTS):
                began = time.perf_counter()
                async with client.get(url + path) as response:
                    size = len(await response.read())
                    if response.status != 200:
                        raise SystemExit(f"{path}: {response.status}")
                seconds.append(time.perf_counter() - began)
            cpu = (sum(process.cpu_times()[:2]) - cpu) / REQUESTS * 1000
            p50, p95 = (at_share(sorted(seconds), share) * 1000 for share in (0.5, 0.95))
            slowest[path.startswith("/api")] = max(p95, slowest[path.startswith("/api")])
            list_size = size if path == "/" else list_size
            times = f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  first {seconds[0] * 1000:6.1f} ms  CPU {cpu:5.1f} ms"
            print(f"  {path:<30} {times}  {size // 1000} kB", flush=True)
    return [
        Figure("the slowest page, p95", slowest[False], 50, "ms"),
        Figure("the slowest route of the API, p95", slowest[True], 50, "ms"),
        Figure("HTML of the list with 50 rows", list_size / 1000, 40, "kB"),
    ]


async def _event(response: aiohttp.ClientResponse, kind: bytes) -> None:
    while kind not in await response.content.readuntil(b"\n\n"):
        pass


async def time_events(url: str, bus: Bus) -> list[Figure]:
    """Return the time from a published alert to its event, and that of 500 events that a reader has missed."""
    seconds = []
    async with aiohttp.ClientSession() as client, client.get(f"{url}/events") as response:
        position = (await response.content.readuntil(b"\n\n")).decode().partition("id: ")[2].strip()
        for number in range(50):
            made = encode(_new(number))
            began = time.perf_counter()
            await bus.publish([made])
            await _event(response, b"event: alert")
            seconds.append(time.perf_counter() - began)
    async with aiohttp.ClientSession() as client:
        await bus.publish([encode(_new(number)) for number in range(50, 500)])
        await asyncio.sleep(1)
        began = time.perf_counter()
        async with client.get(f"{url}/events", params={"last": position}) as response:
            for _ in range(500):
                await _event(response, b"event: alert")
        missed = time.perf_counter() - began
    return [
        Figure("from the published alert to its event, p95", at_share(sorted(seconds), 0.95), 0.5, "s"),
        Figure("500 missed events", missed, 1, "s"),
    ]


def _new(number: int) -> Alert:
    now = utc()
    return alert(id=f"w1:new{number}", watch="w1", story=f"new{number}", raised=now, updated=now, to=())


async def idle(process: psutil.Process, readers: int) -> Figure:
    """Return the CPU that the page takes while nothing happens and so many *readers* follow it."""
    await asyncio.sleep(2)
    before = sum(process.cpu_times()[:2])
    await asyncio.sleep(10)
    used = (sum(process.cpu_times()[:2]) - before) / 10
    return Figure(f"CPU while nothing happens, {readers} readers", used * 100, 1, "%")


def memory(process: psutil.Process) -> Figure:
    """Return the memory of the page."""
    return Figure(f"memory with {READERS} readers", process.memory_info().rss / 1e6, 150, "MB")


@asynccontextmanager
async def followed(url: str, readers: int) -> AsyncIterator[None]:
    """Let so many *readers*, in a process of their own, follow the page at *url*."""
    command = [sys.executable, "-m", "bench.page_readers", url, str(readers)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    try:
        if process.stdout is None or await process.stdout.readline() != b"following\n":
            raise SystemExit("the readers cannot follow the page")
        yield
    finally:
        process.terminate()
        await process.communicate()


def time_check(config: Config) -> Figure:
    """Return how long it takes to check a query."""
    queries = ('kim AND (train OR "armoured train") NOT film', "summit NEAR/10 (Khasan OR border*)", "train AND (")
    seconds = []
    for number in range(100):
        began = time.perf_counter()
        check_query(queries[number % len(queries)], config)
        seconds.append(time.perf_counter() - began)
    return Figure("check of a query, p95", at_share(sorted(seconds), 0.95) * 1000, 50, "ms")


def total(durations: Sequence[dict[str, float]]) -> float:
    """Return the median of the time from the received feed to the alert."""
    return at_share(sorted(sum(each.values()) for each in durations), 0.5)


async def beside_services() -> Figure:
    """Return by how much the latency of the services is longer beside a page that READERS follow than without one."""
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(await latency_of_services(has_page=False))
        beside.append(await latency_of_services(has_page=True))
        print(
            f"  from the feed to the alert: {alone[-1] * 1000:.1f} ms alone, {beside[-1] * 1000:.1f} ms beside a page",
            flush=True,
        )
    return Figure(f"services beside {READERS} readers, longer by", (median(beside) / median(alone) - 1) * 100, 10, "%")


async def latency_of_services(*, has_page: bool) -> float:
    """Return the time from the feed to the alert, on a new log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_config(folder)
        async with serving() as server, AsyncExitStack() as stack:
            bus = await stack.enter_async_context(connect(Address(f"sqlite:{folder / 'news.db'}")))
            if has_page:
                address, _ = await stack.enter_async_context(serve(folder, is_told=False))
                await stack.enter_async_context(followed(address, READERS))
            return total(await measure(bus, make_config(folder, server.url("/feed")), server, "/feed", ROUND_ARTICLES))


def _write_config(folder: Path) -> None:
    watches = "".join(f'[[watches]]\nid = "w{number}"\nany = ["train {number}"]\n' for number in range(20))
    text = f'bus = "sqlite:news.db"\n[page]\nlisten = "127.0.0.1:0"\n{watches}'
    (folder / "monitor.toml").write_text(text, encoding="utf-8")


async def measure_page(folder: Path, bus: Bus) -> list[Figure]:
    """Return the figures of the page of the log in *folder*, whose index is built."""
    async with serve(folder) as (url, process):
        figures = [await idle(process, 0), *await time_paths(url, process), *await time_events(url, bus)]
        async with followed(url, READERS):
            return [*figures, await idle(process, READERS), memory(process)]


async def main() -> None:
    """Fill a log, serve it while the index is built, measure the page with the index built, and the services beside it."""
    logs.set_up("error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_config(folder)
        async with connect(f"sqlite:{folder / 'news.db'}") as bus:
            await fill(bus, ALERTS, ARTICLES)
            print("first start:")
            async with serve(folder):
                pass
            size = (folder / "newsmonitor-index.db").stat().st_size / (folder / "news.db").stat().st_size
            print(f"  the index has {size:.2f} times the size of the log")
            print("second start:")
            figures = await measure_page(folder, bus)
    print("services:")
    report([*figures, time_check(Config()), await beside_services()])


if __name__ == "__main__":
    asyncio.run(main())
