"""24 hours of simulated feeds at compressed time: what the services, their children included, hold in memory."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from bench.latency import at_work
from monitor import logs
from monitor.bus.backends import connect
from monitor.clock import steady
from monitor.config import Config, FeedConfig, FetchConfig, StoriesConfig, StreamsConfig, Watch
from monitor.demo.day import Day, PublishedArticle, read_bundled_day
from monitor.demo.outlets import serve_outlets
from monitor.messages import ArticleStories

SPEED = 720.0
"""A day in two minutes."""
TIMES = 12
"""How often the shipped day's articles are told, spread over the 24 hours: each telling with names of its own."""
WARM = timedelta(hours=8)
"""By then stories close as fast as new ones open, and streams are trimmed."""
OPEN_DAYS = 0.25


def long_day(day: Day) -> Day:
    """The shipped day's articles TIMES over within 24 hours, each telling of other places, so that each is news."""
    first, hours = day.start, timedelta(hours=24)
    share = hours / (day.end - day.start) / TIMES
    articles = [
        _retold(article, number, first + number * hours / TIMES + (article.at - first) * share)
        for number in range(TIMES)
        for article in day.articles
    ]
    return replace(day, articles=tuple(sorted(articles, key=lambda article: article.at)))


def _retold(article: PublishedArticle, number: int, at: datetime) -> PublishedArticle:
    words = [
        f"{word}{number}" if index % 3 == 0 and word.isalpha() else word for index, word in enumerate(article.text.split())
    ]
    ident = f"{article.guid}-{number}"
    return replace(
        article, id=f"{article.id}-{number}", guid=ident, at=at, title=f"{article.title} ({number})", text=" ".join(words)
    )


@dataclass(frozen=True)
class Held:
    """Resident memory, MiB, at a moment of the simulated day."""

    hours: float
    own: float
    children: float


def held(hours: float) -> Held:
    """What this process and its children hold now."""
    me = psutil.Process()
    children = sum(child.memory_info().rss for child in me.children(recursive=True))
    return Held(hours, me.memory_info().rss / 2**20, children / 2**20)


async def live(day: Day, folder: Path) -> list[Held]:
    """Run all services over *day*, a look each simulated half hour."""
    clock = steady(day.start, SPEED)
    found: list[Held] = []
    async with serve_outlets(day, clock) as base:
        settings = Config(
            fetch=FetchConfig(every=180, spacing=0, per_host=len(day.outlets), allow_networks=("127.0.0.0/8",)),
            streams=StreamsConfig(days=1, max_mb=16),
            stories=StoriesConfig(days=OPEN_DAYS),
            feeds=tuple(FeedConfig(f"{base}/{outlet.id}", outlet.name, lang=outlet.lang) for outlet in day.outlets),
            watches=(
                Watch("summits", any=("summit",)),
                Watch("kim", person=("Kim Jong Un",)),
                Watch("storms", topic=("weather",)),
            ),
            folder=folder,
        )
        async with connect(f"sqlite:{folder / 'soak.db'}") as bus, at_work(settings, bus, clock):
            for half_hours in range(1, 49):
                left = day.start + timedelta(minutes=30 * half_hours) - clock()
                await asyncio.sleep(max(0.0, left.total_seconds() / SPEED))
                found.append(held(half_hours / 2))
            count = len([record async for record in bus.replay(ArticleStories.STREAM.name, None)])
            print(f"{count} articles went through all services")
    return found


def report(found: Sequence[Held]) -> None:
    """Print every fourth hour, and the growth between warm-up and end."""
    for one in found:
        if one.hours % 4 == 0:
            print(f"hour {one.hours:4.1f}   services {one.own:7.1f} MiB   children {one.children:7.1f} MiB")
    warm = next(one for one in found if timedelta(hours=one.hours) >= WARM)
    last = found[-1]
    print(f"from hour {warm.hours:g} to the end: {last.own - warm.own:+.1f} MiB and {last.children - warm.children:+.1f} MiB")


async def main() -> None:
    """A day."""
    logs.set_up("error")
    with tempfile.TemporaryDirectory() as folder:
        report(await live(long_day(read_bundled_day("train")), Path(folder)))


if __name__ == "__main__":
    asyncio.run(main())
