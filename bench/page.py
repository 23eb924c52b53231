"""The page on a log with 10,000 alerts and 100,000 articles: its pages, memory, start, live changes and search."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bench.harness import MIB, at_share, print_ratio
from bench.latency import make_config, measure
from monitor import logs
from monitor.bus import Bus, ProducerRecord
from monitor.bus.backends import Address, connect
from monitor.clock import utc
from monitor.config import Config
from monitor.demo.day import read_bundled_day
from monitor.messages import Alert, AlertEntity, AlertTopic, Entity, Origin, Reason, Report, Span, Story, Voice
from monitor.messages.codec import encode
from page.watches.check import check_query
from tests.fakefeed import serving
from tests.make import alert, article_stories

ALERTS, ARTICLES = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 100_000)
OF_STORY = 10
"""How many articles a story has. Its last five are those of its alert."""
DAYS = 20
"""The days over which the articles are spread."""
REQUESTS = 40
READERS = 50
VOICES = (Voice("said", "named", "Ana Ruiz"),)
PATHS = """
/ /?show=acknowledged /?watch=w3&severity=high /?q=bridge /stories/s1 /feeds /trends /trends?period=7d /trends/person%3Ae7
/system /settings /search?q=summit /search?q=train+AND+kim /search?q=summit+NEAR%2F1+part
/api/v1/alerts /api/v1/alerts?watch=w3 /api/v1/alerts/w1:s1
/api/v1/alerts/w1:s1/versions /api/v1/stories /api/v1/stories/s1/articles /api/v1/articles?q=summit /api/v1/marks
/api/v1/watches /api/v1/status /api/openapi.json
"""


def records(now: datetime) -> Iterator[ProducerRecord]:
    """Yield the articles of stories, the stories, and an alert for some of them, up to *now*."""
    texts = [each.text for each in read_bundled_day("train").articles]
    stories = ARTICLES // OF_STORY
    for number in range(stories):
        last = now - timedelta(days=DAYS) * (1 - (number + 1) / stories)
        story, reports = f"s{number}", []
        for part in range(OF_STORY):
            at, outlet = last - timedelta(minutes=7 * (OF_STORY - part - 1)), f"outlet{part}.example.org"
            names = (f"e{number % 500}", f"e{(number + part) % 3000}", f"e{number % 7}")
            entities = tuple(
                Entity(f"person:{name}", "person", name.title(), 1, (Span("title", 0, 6),)) for name in dict.fromkeys(names)
            )
            title = f"Summit {number}: the train crosses the bridge, part {part}"
            fields: dict[str, Any] = {
                "id": f"a{number}-{part}",
                "fetched": at,
                "outlet": outlet,
                "url": f"https://{outlet}/{number}/{part}",
            }
            made = article_stories(title, texts[(number + part) % len(texts)], story=story, entities=entities, **fields)
            yield encode(made)
            reports.append(
                Report(made.article.id, 1, outlet, title, made.article.url, at, (Voice("said", "named", "Ana Ruiz"),))
            )
        yield encode(
            Story(story, f"Summit {number}", last, last, OF_STORY, (f"a{number}-0",), 1, ("o",), {}, {"b": 1.0}, (), None)
        )
        if number < ALERTS:
            yield from _versions(number, story, last, tuple(reports[-5:]))


def _versions(number: int, story: str, last: datetime, reports: tuple[Report, ...]) -> Iterator[ProducerRecord]:
    watch = f"w{number % 20}"
    outlets = tuple(each.outlet for each in reports)
    origins = tuple(Origin(who, "named", "said", last, last, outlets) for who in ("Ana Ruiz", "Dmitry Peskov"))
    made = alert(
        id=f"{watch}:{story}", watch=watch, story=story, title=reports[0].title, raised=last - timedelta(hours=1), updated=last,
        severity=("low", "normal", "high", "critical")[number % 4], article_count=5, articles=reports, outlet_count=5,
        reasons=tuple(Reason("any", word, word, None) for word in ("train", "bridge")), standing="reported", origins=origins,
        outlets=outlets, certainty="5 outlets", to=(),
        entities=tuple(AlertEntity(f"person:e{number % each}", "person", f"E{number % each}") for each in (7, 500)),
        topics=(AlertTopic("11000000", "politics"), AlertTopic(f"2000{number % 30:04}", f"Topic {number % 30}")),
    )  # fmt: skip
    yield encode(made)
    yield encode(replace(made, version=2, change="outlet"))
    yield encode(replace(made, version=3, change="stance"))


async def fill(bus: Bus) -> None:
    """Write the records in batches."""
    batch: list[ProducerRecord] = []
    for record in records(utc()):
        batch.append(record)
        if len(batch) == 500:
            await bus.publish(batch)
            batch = []
    await bus.publish(batch)


@asynccontextmanager
async def serve(folder: Path) -> AsyncIterator[tuple[str, psutil.Process]]:
    """Serve the page of the config in *folder*. Print how long it takes until the records, and until the index is read."""
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
            print(f"  listening after {time.perf_counter() - began:.1f} s")
            while (await client.get(f"{url}/ready")).status != 200:
                await asyncio.sleep(0.05)
            print(f"  all records read after {time.perf_counter() - began:.1f} s")
            while not _is_indexed(folder):
                await asyncio.sleep(0.2)
            print(f"  all articles indexed after {time.perf_counter() - began:.1f} s")
        cpu = sum(psutil.Process(process.pid).cpu_times()[:2])
        print(f"  CPU {cpu:.1f} s, {psutil.Process(process.pid).memory_info().rss / MIB:.0f} MiB", flush=True)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.communicate()


def _is_indexed(folder: Path) -> bool:
    with contextlib.suppress(sqlite3.OperationalError), closing(sqlite3.connect(folder / "newsmonitor-index.db")) as index:
        found = dict(index.execute("SELECT stream, offset FROM positions"))
        with closing(sqlite3.connect(folder / "news.db")) as log:
            heads = dict(log.execute("SELECT name, head FROM streams"))
        return all(found.get(name) == heads[name] - 1 for name in ("article.stories.v1", "alert.v1"))
    return False


async def time_paths(url: str, process: psutil.Process) -> None:
    """Print how long each page takes, from the request to its last byte."""
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
            times = f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  first {seconds[0] * 1000:6.1f} ms  CPU {cpu:5.1f} ms"
            print(f"  {path:<30} {times}  {size // 1000} kB", flush=True)


async def _event(response: aiohttp.ClientResponse, kind: bytes) -> None:
    while kind not in await response.content.readuntil(b"\n\n"):
        pass


async def time_events(url: str, bus: Bus) -> None:
    """Print the time from a published alert to its event, and that of 500 events that a reader has missed."""
    seconds = []
    async with aiohttp.ClientSession() as client, client.get(f"{url}/events") as response:
        position = (await response.content.readuntil(b"\n\n")).decode().partition("id: ")[2].strip()
        for number in range(50):
            made = encode(_new(number))
            began = time.perf_counter()
            await bus.publish([made])
            await _event(response, b"event: alert")
            seconds.append(time.perf_counter() - began)
    p50, p95 = (at_share(sorted(seconds), share) for share in (0.5, 0.95))
    print(f"  from the published alert to its event: p50 {p50:.2f} s, p95 {p95:.2f} s")
    async with aiohttp.ClientSession() as client:
        await bus.publish([encode(_new(number)) for number in range(50, 500)])
        await asyncio.sleep(1)
        began = time.perf_counter()
        async with client.get(f"{url}/events", params={"last": position}) as response:
            for _ in range(500):
                await _event(response, b"event: alert")
        print(f"  500 missed events: {time.perf_counter() - began:.2f} s")


def _new(number: int) -> Alert:
    now = utc()
    return alert(id=f"w1:new{number}", watch="w1", story=f"new{number}", raised=now, updated=now, to=())


async def idle(process: psutil.Process, readers: int, url: str) -> None:
    """Print the CPU that the page takes while nothing happens, with *readers* that follow it."""
    async with AsyncExitStack() as stack:
        await follow(stack, url, readers)
        await asyncio.sleep(2)
        before = sum(process.cpu_times()[:2])
        await asyncio.sleep(10)
        used = (sum(process.cpu_times()[:2]) - before) / 10
    print(f"  idle with {readers} readers: {used:.1%} of a core, {process.memory_info().rss / MIB:.0f} MiB")


async def follow(stack: AsyncExitStack, url: str, readers: int) -> None:
    """Let so many *readers* follow the page at *url* until *stack* ends."""
    connector = aiohttp.TCPConnector(limit=0)
    client = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
    for _ in range(readers):
        response = await stack.enter_async_context(client.get(f"{url}/events"))
        await response.content.readuntil(b"\n\n")


def time_check(config: Config) -> None:
    """Print how long it takes to check a query."""
    queries = ('kim AND (train OR "armoured train") NOT film', "summit NEAR/10 (Khasan OR border*)", "train AND (")
    seconds = []
    for number in range(100):
        began = time.perf_counter()
        check_query(queries[number % len(queries)], config)
        seconds.append(time.perf_counter() - began)
    print(f"  check of a query: p95 {at_share(sorted(seconds), 0.95) * 1000:.1f} ms")


def total(durations: Sequence[dict[str, float]]) -> float:
    """Return the median of the time from the received feed to the alert."""
    return at_share(sorted(sum(each.values()) for each in durations), 0.5)


async def beside_services() -> None:
    """Print the latency of the services without a page, and beside one that READERS follow."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with serving() as server, AsyncExitStack() as stack:
            config = make_config(folder, server.url("/one"))
            url = f"sqlite:{folder / 'news.db'}"
            bus = await stack.enter_async_context(connect(url))
            alone = total(await measure(bus, config, server, "/one"))
        _write_config(folder)
        async with serving() as server, AsyncExitStack() as stack:
            address, _ = await stack.enter_async_context(serve(folder))
            await follow(stack, address, READERS)
            bus = await stack.enter_async_context(connect(Address(url)))
            beside = total(await measure(bus, make_config(folder, server.url("/two")), server, "/two"))
    print(f"  from the feed to the alert: {alone * 1000:.1f} ms alone, {beside * 1000:.1f} ms beside {READERS} readers")
    print_ratio("beside the page", beside, alone)


def _write_config(folder: Path) -> None:
    watches = "".join(f'[[watches]]\nid = "w{number}"\nany = ["train {number}"]\n' for number in range(20))
    text = f'bus = "sqlite:news.db"\n[page]\nlisten = "127.0.0.1:0"\n{watches}'
    (folder / "monitor.toml").write_text(text, encoding="utf-8")


async def main() -> None:
    """Fill a log, and measure the page twice: while it builds the index, and with the index built."""
    logs.set_up("error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_config(folder)
        async with connect(f"sqlite:{folder / 'news.db'}") as bus:
            await fill(bus)
            print("first start:")
            async with serve(folder):
                pass
            size = (folder / "newsmonitor-index.db").stat().st_size / (folder / "news.db").stat().st_size
            print(f"  the index has {size:.2f} times the size of the log")
            print("second start:")
            async with serve(folder) as (url, process):
                await idle(process, 0, url)
                await time_paths(url, process)
                await time_events(url, bus)
                await idle(process, READERS, url)
        time_check(Config())
    await beside_services()


if __name__ == "__main__":
    asyncio.run(main())
