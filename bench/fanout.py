"""The alerts service when very many watches match: its time, its memory, and for how long it holds the event loop.

`python -m bench.fanout kafka 1000 500 60` measures 1,000 watches that match each of 500 articles for a minute at most.
"""

import asyncio
import sys
import time

from bench.harness import cpu_seconds, own_memory, sqlite_bus
from bench.kafka import kafka_address
from consumers.alerts import service as alerts
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.config import Config, Watch
from monitor.messages import ArticleStories
from monitor.messages.codec import encode
from monitor.runtime.loop_monitor import Stall, monitor_loop
from tests.make import article_stories
from tests.running import running, until

CHUNK = 100
"""Articles per commit when they are published."""
REPORT_SECONDS = 10.0
CASES = (("sqlite", 1000, 500), ("sqlite", 10_000, 1), ("kafka", 1000, 500), ("kafka", 10_000, 1))
"""A bus, the number of watches, and that of articles which all of them match."""


def articles(count: int) -> list[ArticleStories]:
    """Return *count* articles of as many stories."""
    text = "The council met and decided. " * 20
    names = [str(number) for number in range(count)]
    return [article_stories(f"The council decides {name}", text, story=f"s{name}", id=name, fetched=utc()) for name in names]


async def measure(name: str, bus: Bus, watches: int, count: int, limit: float) -> None:
    """Print what it costs to raise the alerts, and the progress after *limit* seconds at most."""
    config = Config(watches=tuple(Watch(f"w{number}", any=("council",), to=("log",)) for number in range(watches)))
    async with running(bus, alerts.make(lambda: config)) as health, monitor_loop() as stalls:
        await until(lambda: health["alerts"].partitions, seconds=120)
        records = [encode(each) for each in articles(count)]
        for start in range(0, count, CHUNK):
            await bus.publish(records[start : start + CHUNK])
        began, cpu, reported, lag = time.monotonic(), cpu_seconds(), 0.0, count
        stalls.longest_cpu = Stall()
        while lag and (seconds := time.monotonic() - began) < limit:
            await asyncio.sleep(0.2)
            waiting = await bus.lag("alerts", ArticleStories.STREAM.name)
            lag = count if waiting is None else waiting
            if seconds - reported > REPORT_SECONDS:
                reported = seconds
                print(f"  {seconds:4.0f} s: {lag} articles left, {own_memory():,.0f} MiB", flush=True)
        cpu, memory, worst = cpu_seconds() - cpu, own_memory(), stalls.longest_cpu
        print(
            f"{name}: {watches:,} watches x {count} articles: {count - lag} done in {time.monotonic() - began:.1f} s"
            f" ({cpu:.1f} s of CPU time), {memory:,.0f} MiB, loop held for {worst.cpu_seconds * 1000:.0f} ms"
            f" of CPU time at {worst.place or 'an unknown place'}",
            flush=True,
        )


async def run_case(name: str, watches: int, count: int, limit: float) -> None:
    """Measure one case on a new bus."""
    if name == "sqlite":
        async with sqlite_bus() as bus:
            await measure(name, bus, watches, count, limit)
    else:
        with kafka_address() as address:
            async with connect(address) as bus:
                await measure(name, bus, watches, count, limit)


async def main() -> None:
    """Measure all cases, for a minute each at most."""
    for case in CASES:
        await run_case(*case, limit=60.0)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [name, watches, count, limit]:
            asyncio.run(run_case(name, int(watches), int(count), float(limit)))
        case _:
            asyncio.run(main())
