"""The time from a received feed to the published alert while 10,000 backfilled articles wait, and without them."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.harness import median_and_p99
from bench.kafka import kafka_address
from bench.latency import STAGES, make_config, measure
from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import Address, connect, create_streams
from monitor.clock import utc
from monitor.config import Config
from monitor.demo.day import read_bundled_day
from monitor.messages import Article, ArticleBackfill
from monitor.messages.codec import encode
from tests.fakefeed import FakeFeed, serving
from tests.make import article

BACKLOG = 10_000
"""The articles that wait."""
CHUNK = 200
"""Articles per commit when they are published."""


def backfill() -> Iterator[Article]:
    """Yield BACKLOG articles: those of the demo, over and over, each time with other numbers."""
    originals = read_bundled_day("train").articles
    for number in range(BACKLOG):
        original = originals[number % len(originals)]
        yield article(
            f"{original.title} {number}",
            f"{original.text}\n\nArchive {number}.",
            id=f"archive-{number}",
            feed=f"example.org/{number % 400}",
            outlet=f"outlet {number % 400}",
            fetched=utc(),
            backfill=True,
        )


async def publish_backlog(bus: Bus) -> None:
    """Publish the backlog on its stream."""
    records = [encode(ArticleBackfill(each, {"received": each.fetched})) for each in backfill()]
    for start in range(0, len(records), CHUNK):
        await bus.publish(records[start : start + CHUNK])


def report(name: str, durations: list[dict[str, float]]) -> None:
    """Print the median and the 99th percentile of each stage, of their sum, and the longest sum."""
    for stage in STAGES[1:]:
        p50, p99 = median_and_p99([each[stage] for each in durations])
        print(f"  {stage:<22} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms")
    totals = [sum(each.values()) for each in durations]
    p50, p99 = median_and_p99(totals)
    print(f"{name:<24} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   max {max(totals) * 1000:7.1f} ms", flush=True)


async def compare(name: str, addresses: tuple[Address, Address], config: Config, server: FakeFeed) -> None:
    """Measure without a backlog, then with one, on a bus of its own each."""
    for address, waiting in zip(addresses, (0, BACKLOG), strict=True):
        path = f"/{name}-{waiting}"
        current = replace(config, bus=address.url, feeds=(replace(config.feeds[0], url=server.url(path)),))
        async with connect(address) as bus:
            if waiting:
                await publish_backlog(bus)
            began = time.monotonic()
            report(f"{name}, {waiting:,} waiting", await measure(bus, current, server, path))
            if waiting:
                seconds, left = time.monotonic() - began, await bus.lag("entities", ArticleBackfill.STREAM.name) or 0
                done = waiting - left
                print(f"  {done:,} of them were analysed meanwhile, {done / seconds:.1f} a second; {left:,} still wait")


async def main() -> None:
    """Measure on SQLite, then on Kafka."""
    logs.set_up("error")
    async with serving() as server:
        with tempfile.TemporaryDirectory() as folder:
            config = make_config(Path(folder), server.url("/"))
            files = (Address(f"sqlite:{Path(folder) / name}") for name in ("before.db", "after.db"))
            await compare("sqlite", (next(files), next(files)), config, server)
            with kafka_address() as empty:
                loaded = replace(empty, url=f"{empty.url}/loaded")
                await create_streams(loaded)
                await compare("kafka", (empty, loaded), config, server)


if __name__ == "__main__":
    asyncio.run(main())
