"""How long the page takes to answer, to tell of an alert, and to check a query; and what it takes while nothing happens."""

import asyncio
import time

import aiohttp
import psutil

from bench.harness import at_share
from bench.page.figures import Figure
from bench.page.process import cpu_seconds
from monitor.bus import Bus
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import Alert
from monitor.messages.codec import encode
from page.watches.check import check_query
from tests.make import alert

REQUESTS, CHANGES = 100, 40
SETTLED = 0.4
"""In so many seconds after an alert has been published, the page has read it."""
PATHS = """
/ /?show=acknowledged /?watch=w3&severity=high /?q=bridge /stories/s1 /feeds /trends /trends?period=7d /trends/person%3Ae7
/system /settings /search?q=summit /search?q=train+AND+kim /search?q=summit+NEAR%2F1+part
/api/v1/alerts /api/v1/alerts?watch=w3 /api/v1/alerts/w1:s1
/api/v1/alerts/w1:s1/versions /api/v1/stories /api/v1/stories/s1/articles /api/v1/articles?q=summit /api/v1/marks
/api/v1/watches /api/v1/status /api/openapi.json
"""


async def time_paths(url: str, process: psutil.Process) -> list[Figure]:
    """Print how long each page takes, from the request to its last byte. Return the slowest ones, and the size of the list."""
    slowest, list_size = {"/api": 0.0, "/search": 0.0, "/": 0.0}, 0
    async with aiohttp.ClientSession() as client:
        for path in PATHS.split():
            seconds, size, cpu = [], 0, cpu_seconds(process)
            for _ in range(REQUESTS):
                began = time.perf_counter()
                async with client.get(url + path) as response:
                    size = len(await response.read())
                    if response.status != 200:
                        raise SystemExit(f"{path}: {response.status}")
                seconds.append(time.perf_counter() - began)
            cpu = (cpu_seconds(process) - cpu) / REQUESTS * 1000
            p50, p95 = (at_share(sorted(seconds), share) * 1000 for share in (0.5, 0.95))
            kind = next(each for each in slowest if path.startswith(each))
            slowest[kind] = max(p95, slowest[kind])
            list_size = size if path == "/" else list_size
            times = f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  first {seconds[0] * 1000:6.1f} ms  CPU {cpu:5.1f} ms"
            print(f"  {path:<30} {times}  {size // 1000} kB", flush=True)
    return [
        Figure("the slowest page, p95", slowest["/"], 50, "ms"),
        Figure("the slowest search of articles, p95", slowest["/search"], 300, "ms"),
        Figure("the slowest route of the API, p95", slowest["/api"], 50, "ms"),
        Figure("HTML of the list with 50 rows", list_size / 1000, 40, "kB"),
    ]


async def time_after_change(url: str, bus: Bus) -> Figure:
    """Return how long the list takes that is asked for after a new alert."""
    seconds = []
    async with aiohttp.ClientSession() as client:
        for number in range(CHANGES):
            await bus.publish([encode(_new(-1 - number))])
            await asyncio.sleep(SETTLED)
            began = time.perf_counter()
            async with client.get(url) as response:
                await response.read()
            seconds.append(time.perf_counter() - began)
    return Figure("the list after a new alert, p95", at_share(sorted(seconds), 0.95) * 1000, 50, "ms")


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
    before = cpu_seconds(process)
    await asyncio.sleep(10)
    used = (cpu_seconds(process) - before) / 10
    return Figure(f"CPU while nothing happens, {readers} readers", used * 100, 1, "%")


def memory(process: psutil.Process, readers: int) -> Figure:
    """Return the memory of the page while so many *readers* follow it."""
    return Figure(f"memory with {readers} readers", process.memory_info().rss / 1e6, 150, "MB")


def time_check(config: Config) -> Figure:
    """Return how long it takes to check a query."""
    queries = ('kim AND (train OR "armoured train") NOT film', "summit NEAR/10 (Khasan OR border*)", "train AND (")
    seconds = []
    for number in range(100):
        began = time.perf_counter()
        check_query(queries[number % len(queries)], config)
        seconds.append(time.perf_counter() - began)
    return Figure("check of a query, p95", at_share(sorted(seconds), 0.95) * 1000, 50, "ms")
