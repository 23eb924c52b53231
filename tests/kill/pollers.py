"""The kill test of pollers that share feeds on Kafka: the others must take over the feeds of a lost poller soon."""

import asyncio
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from monitor.bus import Bus, partition_for
from monitor.bus.backends import Address, connect
from monitor.bus.streams import STREAMS
from monitor.feeds.urls import feed_id
from monitor.messages import Feed
from tests.bus import read_articles
from tests.kill.feed_server import FeedServer, serving
from tests.kill.invariants import article_differences
from tests.kill.processes import ServiceProcess, start, stop
from tests.kill.services import IN_COMMIT_SHARE

TAKEOVER_LIMIT = 20.0
"""Seconds within which the feeds of a lost poller must be taken over."""
FIRST_POLL_LIMIT = 60.0
"""Seconds within which each feed must be polled."""


@dataclass
class TakeoverReport:
    """The result of the test.

    *after_kill* and *after_stop* hold, for each lost poller, the seconds until others had polled in all its partitions.
    """

    after_kill: list[float] = field(default_factory=list)
    after_stop: list[float] = field(default_factory=list)
    losses_in_commit: int = 0
    polls: int = 0
    seconds: float = 0
    violations: list[str] = field(default_factory=list)


async def lose_pollers(
    address: Address, folder: Path, pollers: int, feeds: int, losses: int, rng: random.Random, interval: float = 6.0
) -> TakeoverReport:
    """Kill or stop one of *pollers* pollers *losses* times, while together they poll *feeds* feeds.

    Between two losses there are *interval* seconds, give or take a half.
    """
    began, report = time.monotonic(), TakeoverReport()
    server = FeedServer(feeds, total=3 * feeds, rate=3 * feeds / (20 + losses * (interval + 3)))
    async with serving(server):
        names = [f"poller-{number}" for number in range(pollers)]
        configs = {name: write_config(folder, name, address.url, server) for name in names}
        processes = {name: await start("poller", configs[name]) for name in names}
        try:
            await until_all_polled(server)
            for _ in range(losses):
                await asyncio.sleep(interval * rng.uniform(0.5, 1.5))
                name = rng.choice(names)
                kill, in_commit = rng.random() < 2 / 3, rng.random() < IN_COMMIT_SHARE
                await lose(processes[name], name, server, report, kill=kill, in_commit=in_commit)
                await asyncio.sleep(rng.uniform(0, 1))
                processes[name] = await start("poller", configs[name])
            async with connect(address) as bus:
                await until_published(bus, server)
        finally:
            bad_exits = await stop(processes.values())
    async with connect(address) as bus:
        report.violations += await violations(bus, server) + bad_exits
    report.polls, report.seconds = len(server.polls), time.monotonic() - began
    return report


async def lose(
    process: ServiceProcess, name: str, server: FeedServer, report: TakeoverReport, *, kill: bool, in_commit: bool
) -> None:
    """Kill or stop the poller *name* once it polls a feed, and wait until others poll in each of its partitions."""
    async with asyncio.timeout(TAKEOVER_LIMIT):
        while not (partitions := {partition for partition, owner in owners(server).items() if owner == name}):
            await asyncio.sleep(0.01)
    polls_before = len(server.polls)
    if kill and in_commit:
        await process.kill_in_commit()
    lost_at = time.monotonic()
    if not process.has_ended:
        process.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
    await process.process.wait()
    report.losses_in_commit += process.died_in_commit
    taken_over: dict[int, float] = {}
    while taken_over.keys() != partitions:
        await asyncio.sleep(0.02)
        for polled_at, feed, poller in server.polls[polls_before:]:
            if poller != name and partition_of(feed, server) in partitions:
                taken_over.setdefault(partition_of(feed, server), polled_at - lost_at)
        if time.monotonic() > lost_at + TAKEOVER_LIMIT:
            left = partitions - taken_over.keys()
            report.violations.append(f"no other poller took over partitions {left} of {name} within {TAKEOVER_LIMIT:g} s")
            return
    (report.after_kill if kill else report.after_stop).append(max(taken_over.values()))


def owners(server: FeedServer) -> dict[int, str]:
    """Return the poller that polled last in each partition."""
    return {partition_of(feed, server): poller for _, feed, poller in server.polls[-3000:]}


def partition_of(feed: int, server: FeedServer) -> int:
    """Return the partition of feed.v1 that *feed* belongs to."""
    return partition_for(feed_id(f"http://127.0.0.1:{server.port}/{feed}.rss"), STREAMS[Feed.STREAM.name].partitions)


async def violations(bus: Bus, server: FeedServer) -> list[str]:
    """Return the articles that are lost or duplicate, and a line if feeds are no longer polled."""
    lines = article_differences(server.served, await read_articles(bus))
    end = server.polls[-1][0]
    last_polls = {feed: polled_at for polled_at, feed, _ in server.polls}
    late = [feed for feed in range(server.feeds) if last_polls.get(feed, 0.0) < end - FIRST_POLL_LIMIT]
    return lines + ([f"{len(late)} feeds are no longer polled, such as {late[0]}"] if late else [])


def write_config(folder: Path, name: str, address: str, server: FeedServer) -> Path:
    """Write the monitor.toml of one poller, whose User-Agent is its *name*; return its path."""
    path = folder / f"{name}.toml"
    feeds = "\n".join(f'[[feeds]]\nurl = "http://127.0.0.1:{server.port}/{number}.rss"' for number in range(server.feeds))
    path.write_text(
        f'bus = "{address}"\n'
        f'[fetch]\nevery = 10\nspacing = 0\nper_host = 64\nallow_networks = ["127.0.0.0/8"]\nuser_agent = "{name}"\n'
        f"{feeds}\n"
    )
    return path


async def until_all_polled(server: FeedServer) -> None:
    """Wait until every feed was polled once. Raises TimeoutError."""
    async with asyncio.timeout(FIRST_POLL_LIMIT + server.feeds / 20):
        while len({feed for _, feed, _ in server.polls}) < server.feeds:
            await asyncio.sleep(0.2)


async def until_published(bus: Bus, server: FeedServer) -> None:
    """Wait until all articles are served and published, at most two minutes. An article that is missing then is lost."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        await asyncio.sleep(1)
        if len(server.served) == server.total and len(await read_articles(bus)) >= server.total:
            return
