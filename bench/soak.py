"""The memory of the services and their worker processes over days of feeds, at 720 times the speed.

`python -m bench.soak [DAYS]`, one day by default.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bench.harness import children_memory, own_memory, ready
from monitor import logs
from monitor.bus.backends import connect
from monitor.clock import steady
from monitor.config import Config, FeedConfig, FetchConfig, StoriesConfig, StreamsConfig, Watch
from monitor.demo.day import Day, PublishedArticle, read_bundled_day
from monitor.demo.outlets import serve_outlets
from monitor.messages import ArticleStories
from monitor.runtime import registry

SPEED = 720.0
"""A day in two minutes."""
COPIES = 12
"""The number of copies of the bundled day's articles within 24 hours. Each copy has other words."""
WARM_UP = timedelta(hours=8)
"""From this time on as many stories close as open, and streams are trimmed."""
STORY_DAYS = 0.25


def lengthen(day: Day, days: int) -> Day:
    """Return *days* days of 24 hours, each with COPIES copies of the articles of *day*, all in words of their own."""
    start, every = day.start, timedelta(hours=24) / COPIES
    compression = every / (day.end - day.start)
    articles = [
        _copy(article, number, start + number * every + (article.at - start) * compression)
        for number in range(COPIES * days)
        for article in day.articles
    ]
    return replace(day, articles=tuple(sorted(articles, key=lambda article: article.at)))


def _copy(article: PublishedArticle, number: int, at: datetime) -> PublishedArticle:
    """Return copy *number* of *article*, in which *number* is added to every third word."""
    words = [
        f"{word}{number}" if index % 3 == 0 and word.isalpha() else word for index, word in enumerate(article.text.split())
    ]
    return replace(
        article,
        id=f"{article.id}-{number}",
        guid=f"{article.guid}-{number}",
        at=at,
        title=f"{article.title} ({number})",
        text=" ".join(words),
    )


@dataclass(frozen=True)
class MemorySample:
    """Resident memory in MiB after some *hours* of the simulated day."""

    hours: float
    services: float
    children: float


def make_config(day: Day, base: str, folder: Path) -> Config:
    """Return a config with the outlets of *day*, served at *base*, as feeds."""
    return Config(
        fetch=FetchConfig(every=180, spacing=0, per_host=len(day.outlets), allow_networks=("127.0.0.0/8",)),
        streams=StreamsConfig(days=1, max_mb=16),
        stories=StoriesConfig(days=STORY_DAYS),
        feeds=tuple(FeedConfig(f"{base}/{outlet.id}", outlet.name, lang=outlet.lang) for outlet in day.outlets),
        watches=(
            Watch("summits", any=("summit",)),
            Watch("kim", person=("Kim Jong Un",)),
            Watch("storms", topic=("weather",)),
        ),
        folder=folder,
    )


async def run(day: Day, days: int, folder: Path) -> list[MemorySample]:
    """Run all services over *days* days of *day*; return a sample for each simulated half hour."""
    clock = steady(day.start, SPEED)
    samples: list[MemorySample] = []
    async with serve_outlets(day, clock) as base:
        config = make_config(day, base, folder)
        services = registry.make(registry.service_modules(), lambda: config)
        async with connect(f"sqlite:{folder / 'soak.db'}") as bus, ready(bus, services, clock):
            for half_hours in range(1, 48 * days + 1):
                left = day.start + timedelta(minutes=30 * half_hours) - clock()
                await asyncio.sleep(max(0.0, left.total_seconds() / SPEED))
                samples.append(MemorySample(half_hours / 2, own_memory(), children_memory()))
            count = len([record async for record in bus.replay(ArticleStories.STREAM.name, None)])
            print(f"{count} articles went through all services")
    return samples


def report(samples: Sequence[MemorySample]) -> None:
    """Print the sample of every fourth hour, and the growth from warm-up to the end, by days."""
    for sample in samples:
        if sample.hours % 4 == 0:
            print(f"hour {sample.hours:4.1f}   services {sample.services:7.1f} MiB   children {sample.children:7.1f} MiB")
    warm = next(sample for sample in samples if timedelta(hours=sample.hours) >= WARM_UP)
    for before, after in pairwise([warm, *(sample for sample in samples if sample.hours % 24 == 0)]):
        growth = f"{after.services - before.services:+.1f} MiB and {after.children - before.children:+.1f} MiB"
        print(f"from hour {before.hours:g} to hour {after.hours:g}: {growth}")


async def main(days: int = 1) -> None:
    """Measure the memory over the bundled day, lengthened to *days* days, and print it."""
    logs.set_up("error")
    with tempfile.TemporaryDirectory() as folder:
        report(await run(lengthen(read_bundled_day("train"), days), days, Path(folder)))


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
