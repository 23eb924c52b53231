"""Several pollers share many feeds on Kafka, and are killed or stopped at random: who takes their feeds over, and how soon."""

import asyncio
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from monitor.bus import Bus, partition_for
from monitor.bus.backends import Address, connect
from monitor.bus.streams import STREAMS
from monitor.feeds.urls import feed_id
from monitor.messages import ArticleRaw, Feed
from tests.kill.news import News
from tests.kill.trial import INSIDE, Victim, die_inside, served, start
from tests.kill.verdict import differences, everything
from tests.kill.victim import WITHIN

TAKEOVER = 20.0
"""Seconds after which the feeds of one that is gone must have been taken over."""
SETTLE = 60.0
"""Seconds for all feeds to be polled at first."""


@dataclass
class Shared:
    """What a trial has shown. *killed* and *stopped*: seconds until others polled in all partitions of the one that went."""

    killed: list[float] = field(default_factory=list)
    stopped: list[float] = field(default_factory=list)
    inside: int = 0
    polls: int = 0
    seconds: float = 0
    faults: list[str] = field(default_factory=list)


async def share(
    at: Address, folder: Path, pollers: int, feeds: int, losses: int, chance: random.Random, calm: float = 6.0
) -> Shared:
    """Take *losses* times one of *pollers* pollers away, which together poll *feeds* feeds on the bus *at*.

    Between two losses they have *calm* seconds, more or less.
    """
    began, found = time.monotonic(), Shared()
    news = News(feeds, total=3 * feeds, rate=3 * feeds / (20 + losses * (calm + 3)))
    async with served(news) as port:
        news.port = port
        names = [f"poller-{number}" for number in range(pollers)]
        configs = {name: write_config(folder, name, at.url, port, feeds) for name in names}
        running = {name: await start("poller", configs[name]) for name in names}
        try:
            await until_all_polled(news)
            for _ in range(losses):
                await asyncio.sleep(calm * chance.uniform(0.5, 1.5))
                name = chance.choice(names)
                kill, inside = chance.random() < 2 / 3, chance.random() < INSIDE
                await lose(running[name], name, news, found, kill=kill, inside=inside)
                await asyncio.sleep(chance.uniform(0, 1))
                running[name] = await start("poller", configs[name])
            async with connect(at) as bus:
                await until_published(bus, news)
        finally:
            for victim in running.values():
                victim.process.terminate()
            codes = [await asyncio.wait_for(victim.process.wait(), 40) for victim in running.values()]
    async with connect(at) as bus:
        found.faults += await judge(bus, news)
    found.faults += [f"a poller left with exit code {code}" for code in codes if code]
    found.polls, found.seconds = len(news.polls), time.monotonic() - began
    return found


async def lose(victim: Victim, name: str, news: News, found: Shared, *, kill: bool, inside: bool) -> None:
    """Take one away once it polls something, and wait until others poll in each partition it had."""
    async with asyncio.timeout(TAKEOVER):
        while not (its := {partition for partition, who in owners(news).items() if who == name}):
            await asyncio.sleep(0.01)
    seen = len(news.polls)
    if kill and inside:
        await die_inside(victim)
    gone = time.monotonic()
    if victim.process.returncode is None:
        victim.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
    await victim.process.wait()
    found.inside += victim.mark[WITHIN]
    taken: dict[int, float] = {}
    while taken.keys() != its:
        await asyncio.sleep(0.02)
        for when, feed, who in news.polls[seen:]:
            if who != name and partition_of(feed, news) in its:
                taken.setdefault(partition_of(feed, news), when - gone)
        if time.monotonic() > gone + TAKEOVER:
            found.faults.append(f"partitions {its - taken.keys()} of {name} were taken over by nobody within {TAKEOVER:g} s")
            return
    (found.killed if kill else found.stopped).append(max(taken.values()))


def owners(news: News) -> dict[int, str]:
    """Who polled last in each partition."""
    return {partition_of(feed, news): who for _, feed, who in news.polls[-3000:]}


def partition_of(feed: int, news: News) -> int:
    """The partition of feed.v1 that *feed* falls into."""
    return partition_for(feed_id(f"http://127.0.0.1:{news.port}/{feed}.rss"), STREAMS[Feed.STREAM.name].partitions)


async def judge(bus: Bus, news: News) -> list[str]:
    """What is lost or doubled, held against the server's own log; and feeds that nobody came back to."""
    raw = await everything(bus, ArticleRaw)
    found = differences("served and published", Counter(list(news.served)), Counter(message.article.title for message in raw))
    end = news.polls[-1][0]
    latest = {feed: when for when, feed, _ in news.polls}
    late = [feed for feed in range(news.feeds) if latest.get(feed, 0.0) < end - SETTLE]
    return found + ([f"{len(late)} feeds were not polled any more, such as {late[0]}"] if late else [])


def write_config(folder: Path, name: str, address: str, port: int, feeds: int) -> Path:
    """A monitor.toml for one poller, which introduces itself by its *name*."""
    path = folder / f"{name}.toml"
    lines = "\n".join(f'[[feeds]]\nurl = "http://127.0.0.1:{port}/{number}.rss"' for number in range(feeds))
    path.write_text(
        f'bus = "{address}"\n'
        f'[fetch]\nevery = 10\nspacing = 0\nper_host = 64\nallow_networks = ["127.0.0.0/8"]\nuser_agent = "{name}"\n'
        f"{lines}\n"
    )
    return path


async def until_all_polled(news: News) -> None:
    """Wait until every feed was polled once."""
    async with asyncio.timeout(SETTLE + news.feeds / 20):
        while len({feed for _, feed, _ in news.polls}) < news.feeds:
            await asyncio.sleep(0.2)


async def until_published(bus: Bus, news: News) -> None:
    """Wait until all articles are out and on the bus; what is missing then is lost."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        await asyncio.sleep(1)
        if len(news.served) == news.total and len(await everything(bus, ArticleRaw)) >= news.total:
            return
