"""The kill test of the whole pipeline: each service runs in its own process, and random ones are killed one at a time."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.config.load import parse
from monitor.messages import Delivery
from tests.bus import read_all
from tests.kill.feed_server import FeedServer, serving
from tests.kill.invariants import violations
from tests.kill.processes import ServiceProcess, start, stop

INPUTS = {
    "poller": ("feed.v1",),
    "entities": ("article.raw.v1", "article.backfill.v1"),
    "topics": ("article.entities.v1",),
    "stories": ("article.topics.v1",),
    "alerts": ("article.stories.v1",),
    "delivery": ("alert.v1",),
}
"""Each service, and the streams that it reads."""
FEEDS = 20
IN_COMMIT_SHARE = 0.5
"""The share of kills that are made inside a commit."""
ARCHIVE_SHARE = 0.3
"""The share of the articles that are in the feeds from the start, and so are backfill."""
KILL_INTERVAL = 1.5
"""Planned seconds from one kill to the next, from which the rate of articles follows. A slow machine takes longer."""


@dataclass
class KillReport:
    """The result of a kill test."""

    kills: int = 0
    kills_in_commit: int = 0
    articles: int = 0
    seconds: float = 0
    violations: list[str] = field(default_factory=list)


async def kill_services(address: Address, folder: Path, kills: int, articles: int, rng: random.Random) -> KillReport:
    """Kill services *kills* times while *articles* articles are published; configs and logs are written to *folder*."""
    began = time.monotonic()
    report = KillReport(articles=articles)
    server = FeedServer(
        FEEDS, articles, articles / (kills * KILL_INTERVAL), articles // kills, archive=int(ARCHIVE_SHARE * articles)
    )
    async with serving(server):
        config_file = write_config(folder, address.url, server.port)
        config = parse(config_file.read_text(), folder)
        processes = {service: await start(service, config_file) for service in INPUTS}
        try:
            while report.kills < kills:
                await asyncio.sleep(rng.uniform(0.1, 0.9))
                await kill_one(processes[rng.choice(list(INPUTS))], report, in_commit=rng.random() < IN_COMMIT_SHARE)
                server.allowed = articles * (report.kills + 1) // kills if report.kills < kills else articles
                for service, process in processes.items():
                    if process.has_ended:
                        processes[service] = await start(service, config_file)
            async with connect(address) as bus:
                await until_idle(bus, server)
        finally:
            bad_exits = await stop(processes.values())
        async with connect(address) as bus:
            report.violations = await violations(bus, config, server.served) + bad_exits
    report.seconds = time.monotonic() - began
    return report


async def kill_one(process: ServiceProcess, report: KillReport, *, in_commit: bool) -> None:
    """Kill *process*, and count the kill."""
    await process.kill(in_commit=in_commit)
    report.kills += 1
    report.kills_in_commit += process.died_in_commit


def write_config(folder: Path, address: str, port: int) -> Path:
    """Write the services' monitor.toml; return its path."""
    feeds = "\n".join(
        f'[[feeds]]\nurl = "http://127.0.0.1:{port}/{number}.rss"\nname = "outlet {number}"' for number in range(FEEDS)
    )
    path = folder / "monitor.toml"
    path.write_text(
        f'bus = "{address}"\n'
        '[fetch]\nevery = 1\nspacing = 0\nallow_networks = ["127.0.0.0/8"]\nper_host = 20\n'
        '[entities]\nmodel = "table"\n'
        f"{feeds}\n"
        '[[watches]]\nid = "kim"\nany = ["Kim Jong Un"]\nto = ["log"]\n'
        '[[watches]]\nid = "kim-twice"\nany = ["Kim Jong Un"]\nto = ["log"]\nsilence = "30d"\n'
        'at_least = {articles = 2, within = "2d"}\n'
        '[[targets]]\nid = "log"\nlog = true\n'
    )
    return path


async def until_idle(bus: Bus, server: FeedServer, timeout: float = 180) -> None:  # noqa: ASYNC109  (the error names the lags)
    """Wait until the last article is acknowledged, no service has a lag and no delivery is pending, five times in a row.

    Raises TimeoutError after *timeout* seconds.
    """
    idle_checks, deadline = 0, time.monotonic() + timeout
    while idle_checks < 5:
        if time.monotonic() > deadline:
            raise TimeoutError(f"not idle after {timeout:g} s; lags: {await read_lags(bus)}")
        await asyncio.sleep(0.5)
        # A lag of None belongs to a service that was killed before its first read.
        has_read_all = all(lag == 0 for lag in await read_lags(bus))
        is_idle = server.is_acknowledged() and has_read_all and await no_delivery_pending(bus)
        idle_checks = idle_checks + 1 if is_idle else 0


async def read_lags(bus: Bus) -> list[int | None]:
    """Return the lag of each input of the services."""
    return [await bus.lag(service, stream) for service, streams in INPUTS.items() for stream in streams]


async def no_delivery_pending(bus: Bus) -> bool:
    """Return whether as many deliveries have ended as were queued."""
    states = Counter(delivery.state for delivery in await read_all(bus, Delivery))
    return states["queued"] <= states["sent"] + states["superseded"]
