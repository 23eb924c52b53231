"""The chaos test of pollers that share feeds on Kafka: the others must take over the feeds of a lost poller soon."""

import asyncio
import random
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from monitor.bus import partition_for
from monitor.bus.streams import STREAMS
from monitor.feeds.urls import feed_id
from monitor.messages import Feed
from tests.chaos.feed_server import FeedServer, serving_feeds
from tests.chaos.log import Log, open_log
from tests.chaos.oracle import Finding, publication_findings
from tests.chaos.plan import Plan, Version
from tests.chaos.processes import ServiceProcess, start, stop
from tests.chaos.system import create_streams, wait_for

TAKEOVER_LIMIT = 90.0
"""Seconds within which the feeds of a lost poller must be taken over. Far more than it takes, since the machine may be busy."""
FIRST_POLL_LIMIT = 60.0
"""Seconds within which each feed must be polled."""
LAST_ARTICLE_LIMIT = 120.0
"""Seconds within which all articles must be published after the last loss."""
IN_COMMIT_SHARE = 0.5
"""The share of kills that are made inside a commit."""


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
    findings: list[Finding] = field(default_factory=list)


async def lose_pollers(
    url: str, folder: Path, pollers: int, feeds: int, losses: int, rng: random.Random, interval: float = 6.0
) -> TakeoverReport:
    """Kill or stop one of *pollers* pollers *losses* times, while together they poll *feeds* feeds on the bus at *url*.

    Between two losses there are *interval* seconds, give or take a half. Each feed gets three articles in this time.
    """
    began, report, plan = time.monotonic(), TakeoverReport(), make_plan(3 * feeds, feeds)
    rate = len(plan.versions) / (20 + losses * (interval + 3))
    server = FeedServer(plan, lambda: min(len(plan.versions), int((time.monotonic() - began) * rate)) - 1)
    async with serving_feeds(server):
        names = [f"poller-{number}" for number in range(pollers)]
        configs = {name: write_config(folder, name, url, server) for name in names}
        await create_streams(configs[names[0]])
        processes = {name: await start(configs[name], "poller") for name in names}
        try:
            await until_all_polled(server)
            for _ in range(losses):
                await asyncio.sleep(interval * rng.uniform(0.5, 1.5))
                name = rng.choice(names)
                kill, in_commit = rng.random() < 2 / 3, rng.random() < IN_COMMIT_SHARE
                await lose(processes[name], name, server, report, kill=kill, in_commit=in_commit)
                await asyncio.sleep(rng.uniform(0, 1))
                processes[name] = await start(configs[name], "poller")
            async with open_log(url) as log:
                await wait_for(lambda: is_published(server, log), LAST_ARTICLE_LIMIT)
        finally:
            bad_exits = await stop(processes.values())
        async with open_log(url) as log:
            findings = publication_findings(plan, server.served.keys(), await log.read())
            report.findings += [*findings, *late_feeds(server), *(Finding("exit code", line) for line in bad_exits)]
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
        process.send(signal.SIGKILL if kill else signal.SIGTERM)
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
            text = f"no other poller took over the partitions {left} of {name} within {TAKEOVER_LIMIT:g} s"
            report.findings.append(Finding("takeover", text))
            return
    (report.after_kill if kill else report.after_stop).append(max(taken_over.values()))


def owners(server: FeedServer) -> dict[int, str]:
    """Return the poller that polled last in each partition."""
    return {partition_of(feed, server): poller for _, feed, poller in server.polls[-3000:]}


def partition_of(feed: int, server: FeedServer) -> int:
    """Return the partition of feed.v1 that *feed* belongs to."""
    return partition_for(feed_id(f"http://127.0.0.1:{server.port}/{feed}.rss"), STREAMS[Feed.STREAM.name].partitions)


def late_feeds(server: FeedServer) -> list[Finding]:
    """Return a finding if there are feeds that are no longer polled."""
    end = server.polls[-1][0]
    last_polls = {feed: polled_at for polled_at, feed, _ in server.polls}
    late = [feed for feed in server.by_feed if last_polls.get(feed, 0.0) < end - FIRST_POLL_LIMIT]
    return [Finding("takeover", f"{len(late)} feeds are no longer polled, such as {late[0]}")] if late else []


async def is_published(server: FeedServer, log: Log) -> bool:
    """Return whether all articles are served and published."""
    served, entries = server.served.keys(), await log.read()
    return len(served) == len(server.plan.versions) and not any(publication_findings(server.plan, served, entries))


def make_plan(articles: int, feeds: int) -> Plan:
    """Return a plan of *articles* articles, one in each round, which the feeds publish in turns."""
    return Plan(
        tuple(
            Version(
                f"item-{number}", 1, number % feeds, "127.0.0.1", number, f"Article {number}", f"Case {number * 7919} is open."
            )
            for number in range(articles)
        )
    )


def write_config(folder: Path, name: str, address: str, server: FeedServer) -> Path:
    """Write the monitor.toml of one poller, whose User-Agent is its *name*; return its path."""
    path = folder / f"{name}.toml"
    feeds = "\n".join(f'[[feeds]]\nurl = "http://127.0.0.1:{server.port}/{number}.rss"' for number in server.by_feed)
    path.write_text(
        f'bus = "{address}"\n'
        f'[fetch]\nevery = 10\nspacing = 0\nper_host = 64\nallow_networks = ["127.0.0.0/8"]\nuser_agent = "{name}"\n'
        f"{feeds}\n"
    )
    return path


async def until_all_polled(server: FeedServer) -> None:
    """Wait until every feed was polled once. Raises TimeoutError."""
    async with asyncio.timeout(FIRST_POLL_LIMIT + len(server.by_feed) / 20):
        while len({feed for _, feed, _ in server.polls}) < len(server.by_feed):
            await asyncio.sleep(0.2)
