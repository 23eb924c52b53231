"""The time from a published article to its alert while many arrive a second, by stage. The names table finds the names."""

import asyncio
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.harness import cpu_seconds, ready
from bench.kafka import kafka_address
from bench.latency import report, stage_seconds
from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.bus.tail import tail
from monitor.clock import utc
from monitor.config import Config, StoriesConfig, Watch
from monitor.demo.day import read_bundled_day
from monitor.messages import Alert, Article, ArticleRaw
from monitor.messages.codec import decode, encode
from monitor.runtime import registry
from tests.make import article

PER_SECOND = 40
SECONDS = 30
WARM_UP = 5 * PER_SECOND
"""Articles before the measurement."""


def make_articles(count: int) -> list[Article]:
    """Return *count* articles of the demo that differ in every few words, from as many outlets. Each raises an alert."""
    originals = [each for each in read_bundled_day("train").articles if each.text.isascii()]
    chosen = [originals[number % len(originals)] for number in range(count)]
    return [
        article(
            f"Watched article {number}",
            f"Kim Jong Un spoke. {varied(each.text, number)}",
            id=f"article{number}",
            feed=f"example.org/{number % 97}",
            outlet=f"outlet {number}",
            source="",
            lang="en",
        )
        for number, each in enumerate(chosen)
    ]


def varied(text: str, number: int) -> str:
    """Return *text* with a word for *number* after every few words."""
    word = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return re.sub(r"(?:\S+\s+){5}", rf"\g<0>{word} ", text)


async def publish(bus: Bus, articles: Sequence[Article], per_second: float) -> None:
    """Publish *articles*, so many *per_second*, one by one."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, each in enumerate(articles):
        await asyncio.sleep(began + number / per_second - loop.time())
        now = utc()
        message = ArticleRaw(replace(each, fetched=now), {"received": now})
        await bus.publish([encode(message.stamped(utc()))])


async def measure(bus: Bus, config: Config, per_second: float, count: int) -> tuple[list[dict[str, float]], float]:
    """Return the seconds that each stage took for each article's first alert, and the CPU seconds of the services."""
    services = registry.make([name for name in registry.service_modules() if name != "poller"], lambda: config)
    articles, seen, durations = make_articles(count), set[str](), list[dict[str, float]]()
    async with ready(bus, services):
        alerts = tail(bus, Alert.STREAM.name, None)
        publishing = asyncio.create_task(publish(bus, articles, per_second))
        began = cpu_seconds()
        async with asyncio.timeout(300):
            while len(seen) < count:
                alert = decode(Alert, await anext(alerts))
                new = [each.title for each in alert.articles if each.title not in seen]
                if alert.watch == "kim" and new:
                    seen |= set(new)
                    durations.append(stage_seconds(alert))
        await publishing
        return durations[WARM_UP:], cpu_seconds() - began


async def main() -> None:
    """Measure on SQLite, then on Kafka."""
    logs.set_up("error")
    count = WARM_UP + PER_SECOND * SECONDS
    with tempfile.TemporaryDirectory() as folder:
        config = Config(watches=(Watch("kim", any=("Kim Jong Un",)),), stories=StoriesConfig(days=3), folder=Path(folder))
        config = replace(config, entities=replace(config.entities, model="table"))
        async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
            durations, cpu = await measure(bus, config, PER_SECOND, count)
            report("sqlite", durations)
            print(f"sqlite   {cpu / count * 1000:.1f} ms of CPU an article")
        with kafka_address() as address:
            async with connect(address) as bus:
                durations, cpu = await measure(bus, replace(config, bus=address.url), PER_SECOND, count)
                report("kafka", durations)
                print(f"kafka    {cpu / count * 1000:.1f} ms of CPU an article, with the broker")


if __name__ == "__main__":
    asyncio.run(main())
