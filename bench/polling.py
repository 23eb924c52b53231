"""The programs that bench/feeds.py compares, each in its own process: the poller with its bus, and bare aiohttp.

Prints the results as JSON.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp

from bench.feed_server import control
from bench.harness import CurrentConfig, cpu_seconds, memory, ready, sqlite_bus
from monitor.bus import Bus
from monitor.clock import utc
from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds import service as poller_service
from monitor.logs import set_up
from monitor.messages import ArticleBackfill, ArticleRaw
from monitor.messages.codec import decode

CONCURRENCY = FetchConfig().concurrency
FETCH = FetchConfig(per_host=CONCURRENCY, spacing=0, allow_networks=("127.0.0.0/8",))
"""No limits per host, since all feeds are on one host here."""
FIRST_INTERVAL = 10.0
"""Seconds between two polls of a feed at first. A change of the interval takes effect within this time."""
STEADY_RATE = 500.0
"""Polls per second while latency is measured."""


class Measurement:
    """Measures the cost of polling and the server's responses, from its creation to read()."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cpu_began, self.began, self.responses_before = cpu_seconds(), time.perf_counter(), control(base)

    def read(self, status: str) -> dict[str, float]:
        """Return the responses with *status* per second, CPU time in ms for each of them, and the CPU cores in use."""
        responses: Counter[str] = control(self.base) - self.responses_before
        count, cpu, seconds = responses[status], cpu_seconds() - self.cpu_began, time.perf_counter() - self.began
        if not count:
            return {"rate": 0, "ms": 0, "cores": cpu / seconds}
        return {"rate": count / seconds, "ms": cpu / count * 1000, "cores": cpu / seconds}


async def at_full_speed(base: str, seconds: float) -> dict[str, dict[str, float]]:
    """Poll as fast as possible: first feeds that answer 304, then feeds whose body always changes. Return the costs by name."""
    results = {}
    for name, change_always, status in (("unchanged", False, "304"), ("changed", True, "200")):
        control(base, change_always=change_always)
        measurement = Measurement(base)
        await asyncio.sleep(seconds)
        results[name] = measurement.read(status)
    control(base, change_always=False)
    return results


async def newsmonitor(base: str, count: int, seconds: float) -> dict[str, object]:
    """Measure the poller on a SQLite bus, with its defaults except for its intervals."""
    config = CurrentConfig(Config(fetch=replace(FETCH, every=FIRST_INTERVAL)))
    async with running_poller(config) as bus:
        results: dict[str, object] = {"idle": await idle(base)}
        config.config = replace(config.config, feeds=feed_configs(base, count))
        await until_all_published(bus, count)
        results["memory"] = memory()
        set_interval(config, 0.001)
        await asyncio.sleep(FIRST_INTERVAL)
        results |= await at_full_speed(base, seconds)
        return results | await at_steady_rate(base, bus, config, count, seconds)


@asynccontextmanager
async def running_poller(config: CurrentConfig) -> AsyncIterator[Bus]:
    """Run the poller; yield its bus."""
    async with sqlite_bus() as bus, ready(bus, [poller_service.make(config)]):
        yield bus


def feed_configs(base: str, count: int) -> tuple[FeedConfig, ...]:
    """Return the config of *count* feeds of the server *base*."""
    return tuple(FeedConfig(f"{base}/feed/{feed}") for feed in range(count))


async def idle(base: str) -> float:
    """Return the CPU cores that a poller without feeds uses."""
    await asyncio.sleep(1)
    measurement = Measurement(base)
    await asyncio.sleep(3)
    return measurement.read("none")["cores"]


def set_interval(config: CurrentConfig, seconds: float) -> None:
    """Set the interval between two polls of each feed to *seconds*."""
    config.config = replace(config.config, fetch=replace(config.config.fetch, every=seconds))


async def until_all_published(bus: Bus, count: int) -> None:
    """Wait until articles of *count* feeds are on the bus."""
    feeds: set[str] = set()
    while len(feeds) < count:
        await asyncio.sleep(2)
        for kind in (ArticleRaw, ArticleBackfill):
            feeds |= {record.headers["feed"] async for record in bus.replay(kind.STREAM.name, None)}


async def at_steady_rate(base: str, bus: Bus, config: CurrentConfig, count: int, seconds: float) -> dict[str, object]:
    """Measure the latency of articles, in seconds, at STEADY_RATE while 1 % of the feeds publish each second.

    from_published is from the feed's change to the bus, from_received from the end of the response to the bus.
    """
    interval = count / STEADY_RATE
    set_interval(config, interval)
    await asyncio.sleep(2 * interval + 3)
    control(base, share=0.01)
    since = utc()
    measurement = Measurement(base)
    await asyncio.sleep(2 * seconds)
    cost = measurement.read("304")
    control(base, share=0)
    from_published, from_received = [], []
    async for record in bus.replay(ArticleRaw.STREAM.name, since):
        message = decode(ArticleRaw, record)
        if not message.article.title.startswith("Published at "):
            continue  # an older item, or an article about the health of a feed
        published = float(message.article.title.split()[2])
        if published > since.timestamp():
            from_published.append(record.time - published)
            from_received.append(record.time - message.stamps["received"].timestamp())
    return {
        "steady": cost | {"every": interval},
        "from_published": sorted(from_published),
        "from_received": sorted(from_received),
    }


async def bare_aiohttp(base: str, count: int, seconds: float) -> dict[str, object]:
    """Measure aiohttp alone, with conditional requests. It reads the bodies and discards them."""
    etags: dict[str, str] = {}
    async with requesting(base, count, etags):
        while len(etags) < count:
            await asyncio.sleep(0.1)
        return {"memory": memory(), **await at_full_speed(base, seconds)}


@asynccontextmanager
async def requesting(base: str, count: int, etags: dict[str, str]) -> AsyncIterator[None]:
    """Request all feeds repeatedly, with the concurrency of the poller. Keep the newest ETag of each URL in *etags*."""

    async def request(session: aiohttp.ClientSession, first: int) -> None:
        feed = first
        while True:
            url = f"{base}/feed/{feed}"
            async with session.get(url, headers={"If-None-Match": etags[url]} if url in etags else {}) as response:
                await response.read()
                etags[url] = response.headers["ETag"]
            feed = feed + CONCURRENCY if feed + CONCURRENCY < count else first

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        tasks = [asyncio.create_task(request(session, first)) for first in range(min(CONCURRENCY, count))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    set_up()
    _, program, server, feeds, length = sys.argv
    measure = {"newsmonitor": newsmonitor, "aiohttp": bare_aiohttp}[program]
    print(json.dumps(asyncio.run(measure(server, int(feeds), float(length)))))
