"""From bytes received to alert published, one article in flight, under the config of `newsmonitor init`, on either bus."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from statistics import quantiles

from bench.broker import kafka
from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.bus.tail import tail
from monitor.clock import Clock, steady
from monitor.config import Config, FeedConfig
from monitor.config.load import parse
from monitor.demo.day import read_bundled_day
from monitor.messages import Alert, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics
from monitor.messages.codec import decode
from monitor.runtime import registry
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from tests.fakefeed import FakeFeed, rss, serving

ARTICLES = 200
STAGES = ("received", *(kind.STREAM.name for kind in (ArticleRaw, ArticleEntities, ArticleTopics, ArticleStories, Alert)))
EVERY = 0.1
"""Seconds between two polls: how long an article waits to be asked for is the schedule's business, and is not counted."""


def config(folder: Path, url: str) -> Config:
    """What `newsmonitor init` writes, with our own feed in the place of those on the internet."""
    text = (files("monitor.config") / "template.toml").read_text(encoding="utf-8")
    written = parse(text, folder)
    fetch = replace(written.fetch, allow_networks=("127.0.0.0/8",), spacing=0.0, floor=EVERY)
    return replace(written, fetch=fetch, feeds=(FeedConfig(url, every=EVERY),))


def feed(number: int) -> bytes:
    """A feed with one article as long as the demo's, from an outlet of its own, so that each makes an alert or a version."""
    told = [article for article in read_bundled_day("train").articles if article.text.isascii()]
    text = re.sub(r"[<&]", " ", told[number % len(told)].text)
    link = f"<link>http://outlet{number}.example.org/{number}</link>"
    body = f"{link}<description>Kim Jong Un spoke. {text}</description>"
    return rss(f"Watched article {number}").replace(b"<description>Text.</description>", body.encode())


@asynccontextmanager
async def at_work(settings: Config, bus: Bus, clock: Clock) -> AsyncIterator[None]:
    """All services, ready."""
    stop, names = asyncio.Event(), list(registry.service_modules())
    pulses = {name: Health() for name in names}
    task = asyncio.create_task(run_services(registry.make(names, lambda: settings), bus, clock, stop, pulses))
    async with asyncio.timeout(60):
        while any(pulse.state != "running" for pulse in pulses.values()):
            await asyncio.sleep(0.1)
    try:
        yield
    finally:
        stop.set()
        await task


async def measure(bus: Bus, settings: Config, fake: FakeFeed, path: str) -> list[dict[str, float]]:
    """Milliseconds of each stage, for ARTICLES alerts."""
    taken: list[dict[str, float]] = []
    fake.says(path, rss())
    async with at_work(settings, bus, steady()):
        alerts = tail(bus, Alert.STREAM.name, None)
        for number in range(ARTICLES + 10):
            fake.says(path, feed(number))
            async with asyncio.timeout(30):
                while True:
                    alert = decode(Alert, await anext(alerts))
                    if alert.watch == "kim" and alert.articles[-1].title == f"Watched article {number}":
                        break
            stamps = [alert.stamps[stage] for stage in STAGES]
            gaps = zip(STAGES[1:], stamps, stamps[1:], strict=False)
            taken.append({stage: (after - before).total_seconds() * 1000 for stage, before, after in gaps})
    return taken[10:]


def report(name: str, taken: list[dict[str, float]]) -> None:
    """Print the median and the 99th percentile of each stage, and of all."""
    rows = [(stage, [one[stage] for one in taken]) for stage in STAGES[1:]] + [("in all", [sum(one.values()) for one in taken])]
    for stage, times in rows:
        cuts = quantiles(times, n=100)
        print(f"{name:<8} {stage:<22} p50 {cuts[49]:7.1f} ms   p99 {cuts[98]:7.1f} ms")


async def main() -> None:
    """SQLite, then Kafka."""
    logs.set_up("error")
    async with serving() as fake:
        with tempfile.TemporaryDirectory() as folder:
            settings = config(Path(folder), fake.url("/one"))
            async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
                report("sqlite", await measure(bus, settings, fake, "/one"))
            with kafka() as at:
                async with connect(at) as bus:
                    report("kafka", await measure(bus, replace(settings, bus=at.url), fake, "/one"))


if __name__ == "__main__":
    asyncio.run(main())
