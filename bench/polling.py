"""The contestants of bench/feeds.py, each in a process of its own: ours with its bus, and bare aiohttp. Prints JSON."""

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import psutil

from bench.served import tell
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds import service as poller_service
from monitor.logs import set_up
from monitor.messages import ArticleRaw
from monitor.messages.codec import decode
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services

AT_ONCE = FetchConfig().concurrency
FETCH = FetchConfig(per_host=AT_ONCE, spacing=0, allow_networks=("127.0.0.0/8",))
"""All feeds stand on one host here."""
FIRST = 10.0
"""Seconds between two polls of a feed until its change to another pace is known to all."""
PACE = 500.0
"""Polls a second where it is latency that counts."""
MIB = 1024 * 1024


def machine_time() -> float:
    """Seconds of CPU that this process and its children have taken."""
    return over_family(lambda process: sum(process.cpu_times()[:2]))


def memory() -> float:
    """MiB that they hold."""
    return over_family(lambda process: process.memory_info().rss / MIB)


def over_family(measure: Callable[[psutil.Process], float]) -> float:
    """The sum over this process and its children, but for one that ends at this moment."""
    total = 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += measure(process)
    return total


class Stretch:
    """What a stretch of time cost, and what the server answered in it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.machine, self.clock, self.answers = machine_time(), time.perf_counter(), tell(base)

    def end(self, status: str) -> dict[str, float]:
        """Answers with *status* a second, and CPU in ms for each of them."""
        answers: Counter[str] = tell(self.base) - self.answers
        count, machine, clock = answers[status], machine_time() - self.machine, time.perf_counter() - self.clock
        if not count:
            return {"rate": 0, "ms": 0, "busy": machine / clock}
        return {"rate": count / clock, "ms": machine / count * 1000, "busy": machine / clock}


async def flat_out(base: str, seconds: float) -> dict[str, dict[str, float]]:
    """As many polls as can be, first answered 304, then each with a body that has changed."""
    found = {}
    for name, every, status in (("same", False, "304"), ("changed", True, "200")):
        tell(base, every=every)
        stretch = Stretch(base)
        await asyncio.sleep(seconds)
        found[name] = stretch.end(status)
    tell(base, every=False)
    return found


async def ours(base: str, number: int, seconds: float) -> dict[str, object]:
    """The poller on a SQLite bus with its defaults, but for how often it asks."""
    now = [Config(fetch=replace(FETCH, every=FIRST))]
    async with at_work(now) as bus:
        found: dict[str, object] = {"idle": await idle(base)}
        now[0] = replace(now[0], feeds=good(base, number))
        await all_known(bus, number)
        found["memory"] = memory()
        now[0] = soon(now[0], 0.001)
        await asyncio.sleep(FIRST)
        found |= await flat_out(base, seconds)
        return found | await at_a_pace(base, bus, now, number, seconds)


@asynccontextmanager
async def at_work(now: list[Config]) -> AsyncIterator[Bus]:
    """The poller under the config that *now* holds at the moment, and its bus."""
    with tempfile.TemporaryDirectory() as folder:
        async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
            poller, stop = poller_service.make(lambda: now[0]), asyncio.Event()
            task = asyncio.create_task(run_services([poller], bus, utc, stop, {poller.name: Health()}))
            try:
                yield bus
            finally:
                stop.set()
                await task


def good(base: str, number: int) -> tuple[FeedConfig, ...]:
    """The config's lines for the feeds that are served at *base*."""
    return tuple(FeedConfig(f"{base}/feed/{feed}") for feed in range(number))


async def idle(base: str) -> float:
    """The share of a core that a poller takes which has no feed."""
    await asyncio.sleep(1)
    stretch = Stretch(base)
    await asyncio.sleep(3)
    return stretch.end("none")["busy"]


def soon(config: Config, every: float) -> Config:
    """*config* with each feed polled *every* so many seconds from now on."""
    return replace(config, fetch=replace(config.fetch, every=every))


async def all_known(bus: Bus, number: int) -> None:
    """Wait until *number* feeds have brought articles."""
    known: set[str] = set()
    while len(known) < number:
        await asyncio.sleep(2)
        known = {record.headers["feed"] async for record in bus.replay(ArticleRaw.STREAM.name, None)}


async def at_a_pace(base: str, bus: Bus, now: list[Config], number: int, seconds: float) -> dict[str, object]:
    """Seconds from publishing to the bus, and from our receiving it, while 1 % of the feeds publish each second."""
    now[0] = soon(now[0], number / PACE)
    await asyncio.sleep(2 * number / PACE + 3)
    tell(base, share=0.01)
    since = utc()
    stretch = Stretch(base)
    await asyncio.sleep(2 * seconds)
    cost = stretch.end("304")
    tell(base, share=0)
    waits, handling = [], []
    async for record in bus.replay(ArticleRaw.STREAM.name, since):
        message = decode(ArticleRaw, record)
        if not message.article.title.startswith("Published at "):
            continue  # old news, and what the poller itself tells of a feed
        published = float(message.article.title.split()[2])
        if published > since.timestamp():
            waits.append(record.time - published)
            handling.append(record.time - message.stamps["received"].timestamp())
    return {"pace": cost | {"every": number / PACE}, "waits": sorted(waits), "handling": sorted(handling)}


async def bare(base: str, number: int, seconds: float) -> dict[str, object]:
    """What aiohttp costs by itself: conditional requests, bodies read and dropped."""
    etags: dict[str, str] = {}
    async with asking(base, number, etags):
        while len(etags) < number:
            await asyncio.sleep(0.1)
        return {"memory": memory(), **await flat_out(base, seconds)}


@asynccontextmanager
async def asking(base: str, number: int, etags: dict[str, str]) -> AsyncIterator[None]:
    """As many requests at once as ours, round and round."""

    async def ask(session: aiohttp.ClientSession, first: int) -> None:
        feed = first
        while True:
            url = f"{base}/feed/{feed}"
            async with session.get(url, headers={"If-None-Match": etags[url]} if url in etags else {}) as response:
                await response.read()
                etags[url] = response.headers["ETag"]
            feed = feed + AT_ONCE if feed + AT_ONCE < number else first

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        tasks = [asyncio.create_task(ask(session, first)) for first in range(min(AT_ONCE, number))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    set_up()
    _, name, where, feeds, length = sys.argv
    print(json.dumps(asyncio.run({"ours": ours, "bare": bare}[name](where, int(feeds), float(length)))))
