"""One trial: news is served, the services run in processes of their own, and are killed again and again."""

import asyncio
import mmap
import random
import sys
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.config import Config
from monitor.config.load import parse
from monitor.messages import Delivery
from tests.kill.news import News, app
from tests.kill.verdict import everything, faults
from tests.kill.victim import ASKED, MARKS, WITHIN

SERVICES = {
    "poller": "feed.v1",
    "entities": "article.raw.v1",
    "topics": "article.entities.v1",
    "stories": "article.topics.v1",
    "alerts": "article.stories.v1",
    "delivery": "alert.v1",
}
FEEDS = 20
INSIDE = 0.5
"""The part of the kills that come within a commit."""
PATIENCE = 10.0
"""Seconds to wait for one to begin."""
PACE = 1.5
"""Seconds from one kill to the next over which their share of the articles is spread, if the machine can follow."""


@dataclass
class Victim:
    """A service's process, and its marks (tests/kill/victim.py)."""

    service: str
    process: Process
    mark: mmap.mmap


@dataclass
class Outcome:
    """What a trial has shown."""

    kills: int = 0
    inside: int = 0
    articles: int = 0
    seconds: float = 0
    faults: list[str] = field(default_factory=list)


async def trial(at: Address, folder: Path, kills: int, articles: int, chance: random.Random) -> Outcome:
    """Kill *kills* times while *articles* articles come, on the bus *at*; *folder* is for our files."""
    began = time.monotonic()
    outcome = Outcome()
    news = News(FEEDS, articles, articles / (kills * PACE), articles // kills)
    async with served(news) as port:
        config_file = write_config(folder, at.url, port)
        config = parse(config_file.read_text(), folder)
        victims = {service: await start(service, config_file) for service in SERVICES}
        try:
            while outcome.kills < kills:
                await asyncio.sleep(chance.uniform(0.1, 0.9))
                await kill(victims[chance.choice(list(SERVICES))], outcome, inside=chance.random() < INSIDE)
                news.allowed = articles * (outcome.kills + 1) // kills if outcome.kills < kills else articles
                for service, victim in victims.items():
                    if victim.process.returncode is not None:
                        victims[service] = await start(service, config_file)
            async with connect(at) as bus:
                await until_quiet(bus, news)
        finally:
            codes = await stop(list(victims.values()))
        async with connect(at) as bus:
            outcome.faults = await judge(bus, config, news)
    outcome.faults += [f"{service} left with exit code {code}" for service, code in codes.items() if code]
    outcome.articles, outcome.seconds = articles, time.monotonic() - began
    return outcome


async def judge(bus: Bus, config: Config, news: News) -> list[str]:
    """What is wrong with what the bus holds."""
    return await faults(bus, config, news.served)


@asynccontextmanager
async def served(news: News) -> AsyncIterator[int]:
    """*news* on a port of 127.0.0.1."""
    runner = web.AppRunner(app(news), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def write_config(folder: Path, address: str, port: int) -> Path:
    """A monitor.toml for the trial."""
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


async def start(service: str, config_file: Path) -> Victim:
    """A new process for *service*; its mark and its log stand beside its config."""
    path = config_file.with_suffix(f".{service}.mark")
    path.write_bytes(bytes(MARKS))
    with path.open("r+b") as file:
        mark = mmap.mmap(file.fileno(), MARKS)
    with config_file.with_suffix(f".{service}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.kill.victim", str(config_file), service, str(path), stderr=log, stdout=log
        )
    return Victim(service, process, mark)


async def kill(victim: Victim, outcome: Outcome, *, inside: bool) -> None:
    """SIGKILL *victim*: at once, or *inside* its next commit if one comes before long."""
    if inside:
        await die_inside(victim)
    if victim.process.returncode is None:
        victim.process.kill()
    await victim.process.wait()
    outcome.kills += 1
    outcome.inside += victim.mark[WITHIN]


async def die_inside(victim: Victim) -> None:
    """Let *victim* die inside its next commit, if one comes before long."""
    victim.mark[ASKED] = 1
    await asyncio.wait([asyncio.ensure_future(victim.process.wait())], timeout=PATIENCE)


async def until_quiet(bus: Bus, news: News, patience: float = 180) -> None:
    """Wait until the poller has kept all articles, every service has read what lies before it, and no delivery is pending."""
    calm, deadline = 0, time.monotonic() + patience
    while calm < 5:
        if time.monotonic() > deadline:
            raise TimeoutError(f"not quiet after {patience:g} s: {[await bus.lag(*pair) for pair in SERVICES.items()]}")
        await asyncio.sleep(0.5)
        lags = [await bus.lag(service, stream) for service, stream in SERVICES.items()]
        calm = calm + 1 if news.is_kept() and not any(lags) and await none_pending(bus) else 0


async def none_pending(bus: Bus) -> bool:
    """Whether as many deliveries have ended as were queued."""
    states = Counter(step.state for step in await everything(bus, Delivery))
    return states["queued"] <= states["sent"] + states["superseded"]


async def stop(victims: list[Victim]) -> dict[str, int]:
    """SIGTERM to all; their exit codes."""
    for victim in victims:
        if victim.process.returncode is None:
            victim.process.terminate()
    return {victim.service: await asyncio.wait_for(victim.process.wait(), 40) for victim in victims}
