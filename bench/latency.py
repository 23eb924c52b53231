"""The time from a received feed to the published alert, with one article in flight and the config of `newsmonitor init`."""

import asyncio
import re
import tempfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from bench.harness import median_and_p99, ready
from bench.kafka import kafka_address
from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.bus.tail import tail
from monitor.clock import steady
from monitor.config import Config, FeedConfig
from monitor.config.load import parse
from monitor.demo.day import read_bundled_day
from monitor.messages import Alert, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics
from monitor.messages.codec import decode
from monitor.runtime import registry
from tests.fakefeed import FakeFeed, rss, serving

ARTICLES = 200
WARM_UP = 10
"""Articles before the measurement."""
STAGES = ("received", *(kind.STREAM.name for kind in (ArticleRaw, ArticleEntities, ArticleTopics, ArticleStories, Alert)))
POLL_INTERVAL = 0.1
"""Seconds between two polls. The time until an article is polled is not measured: it depends on the schedule."""


def make_config(folder: Path, url: str) -> Config:
    """Return the config that `newsmonitor init` writes, with the feed *url* instead of those on the internet."""
    template = (files("monitor.config") / "template.toml").read_text(encoding="utf-8")
    config = parse(template, folder)
    fetch = replace(config.fetch, allow_networks=("127.0.0.0/8",), spacing=0.0, floor=POLL_INTERVAL)
    return replace(config, fetch=fetch, feeds=(FeedConfig(url, every=POLL_INTERVAL),))


def make_feed(number: int) -> bytes:
    """Return a feed with one article, as long as those of the demo.

    No other article has its outlet, so it raises an alert or a new version of one.
    """
    articles = [article for article in read_bundled_day("train").articles if article.text.isascii()]
    text = re.sub(r"[<&]", " ", articles[number % len(articles)].text)
    link = f"<link>http://outlet{number}.example.org/{number}</link>"
    item = f"{link}<description>Kim Jong Un spoke. {text}</description>"
    return rss(f"Watched article {number}").replace(b"<description>Text.</description>", item.encode())


async def measure(bus: Bus, config: Config, server: FakeFeed, path: str, articles: int = ARTICLES) -> list[dict[str, float]]:
    """Return the seconds that each stage took, for the alerts of so many *articles*."""
    durations: list[dict[str, float]] = []
    server.responds(path, rss())
    services = registry.make(registry.service_modules(), lambda: config)
    async with ready(bus, services, steady()):
        alerts = tail(bus, Alert.STREAM.name, None)
        for number in range(WARM_UP + articles):
            server.responds(path, make_feed(number))
            async with asyncio.timeout(30):
                while True:
                    alert = decode(Alert, await anext(alerts))
                    if alert.watch == "kim" and alert.articles[-1].title == f"Watched article {number}":
                        break
            durations.append(stage_seconds(alert))
    return durations[WARM_UP:]


def stage_seconds(alert: Alert) -> dict[str, float]:
    """Return the seconds that each stage took until *alert* was published."""
    stamps = [alert.stamps[stage] for stage in STAGES]
    intervals = zip(STAGES[1:], stamps, stamps[1:], strict=False)
    return {stage: (after - before).total_seconds() for stage, before, after in intervals}


def report(bus: str, durations: list[dict[str, float]]) -> None:
    """Print the median and the 99th percentile of each stage, and of their sum."""
    rows = [(stage, [article[stage] for article in durations]) for stage in STAGES[1:]]
    rows.append(("in all", [sum(article.values()) for article in durations]))
    for stage, seconds in rows:
        p50, p99 = median_and_p99(seconds)
        print(f"{bus:<8} {stage:<22} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms")


async def main() -> None:
    """Measure on SQLite, then on Kafka."""
    logs.set_up("error")
    async with serving() as server:
        with tempfile.TemporaryDirectory() as folder:
            config = make_config(Path(folder), server.url("/one"))
            async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
                report("sqlite", await measure(bus, config, server, "/one"))
            with kafka_address() as address:
                async with connect(address) as bus:
                    report("kafka", await measure(bus, replace(config, bus=address.url), server, "/one"))


if __name__ == "__main__":
    asyncio.run(main())
