"""The system under test: the processes of all services, the feeds that they poll, and the receiver of their webhooks."""

import asyncio
import base64
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.backends import Address, connect
from tests.kill.feed_server import FeedServer
from tests.kill.log import INPUTS, POISON, Log
from tests.kill.plan import FULL_TEXT_FEED, OUTLETS, Plan
from tests.kill.processes import ROOT, ServiceProcess, start
from tests.kill.receiver import Receiver

LAYOUTS: Sequence[Sequence[tuple[str, ...]]] = (
    (("poller",), ("entities",), ("topics",), ("stories",), ("alerts",), ("delivery",)),
    (("poller",), ("entities",), ("topics", "stories"), ("alerts",), ("delivery",)),
    (("poller", "entities"), ("topics", "stories", "alerts"), ("delivery",)),
)
"""Which services share a process."""
SECRET = "whsec_" + base64.b64encode(b"the secret of the kill test").decode()


@dataclass
class System:
    """The processes, the servers and the log of a trial.

    *absent* are the services that stay down until the feeds have shown another round. *rivals* are processes that have lost
    their services to another one, and still run.
    """

    url: str
    config_file: Path
    server: FeedServer
    receiver: Receiver
    log: Log
    layout: Sequence[tuple[str, ...]]
    processes: list[ServiceProcess] = field(default_factory=list)
    rivals: list[ServiceProcess] = field(default_factory=list)
    absent: tuple[str, ...] = ()
    events: list[str] = field(default_factory=list)
    """What was done to the processes, in a line each."""
    kills: int = 0
    kills_in_commit: int = 0

    async def start_missing(self) -> None:
        """Start a process for each part of the layout that has none, unless it is to stay down."""
        self.processes = [process for process in self.processes if not process.has_ended]
        running = {process.services for process in self.processes}
        for services in self.layout:
            if services not in running and services != self.absent:
                self.receiver.sender += "delivery" in services
                self.processes.append(await start(self.config_file, *services))

    def process_of(self, service: str) -> ServiceProcess | None:
        """Return the running process of *service*; None if there is none."""
        running = (each for each in self.processes if service in each.services and not each.has_ended)
        return next(running, None)

    def choose(self, rng: random.Random, *, without: str = "") -> ServiceProcess:
        """Return a random process, one that does not run the service *without*. Each service is as likely as the others."""
        return rng.choice([each for each in self.processes for name in each.services if without not in each.services and name])

    async def kill(self, process: ServiceProcess, how: str = "killed") -> None:
        """Kill *process*, and count the kill."""
        await process.kill()
        self.kills += 1
        self.kills_in_commit += process.died_in_commit
        self.note(process, how + (", inside a commit" if process.died_in_commit else ""))

    def note(self, process: ServiceProcess, what: str) -> None:
        """Record what was done to *process*."""
        self.events.append(f"{' '.join(process.services)} {what}")

    def unlock(self, process: ServiceProcess) -> None:
        """Remove the files by which *process* owns its services on SQLite, so that another process can take them over."""
        if self.url.startswith("sqlite:"):
            for service in process.services:
                (self.config_file.parent / "bus.db-locks" / service).unlink(missing_ok=True)

    def everything(self) -> list[ServiceProcess]:
        """Return all processes."""
        return [*self.processes, *self.rivals]


def slowness() -> float:
    """Return how many times longer things take than on a machine that has no more to do than processors."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


async def wait_for(condition: Callable[[], bool | Awaitable[bool]], seconds: float) -> bool:
    """Wait until *condition* returns True, at most *seconds*. Return whether it has."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result if isinstance(result, bool) else await result:
            return True
        await asyncio.sleep(0.02)
    return False


def write_config(folder: Path, url: str, plan: Plan, feed_port: int, receiver_port: int, model: str) -> Path:
    """Write the monitor.toml of the services; return its path."""
    feeds = (
        f'[[feeds]]\nurl = "http://127.0.0.1:{feed_port}/{number}.rss"\nname = "{name}"\n'
        f"full_text = {str(number == FULL_TEXT_FEED).lower()}\n"
        for number, name in enumerate(OUTLETS)
    )
    watches = (
        f'[[watches]]\nid = "{each.id}"\n{each.toml}\nto = {list(each.targets)}\nseverity = "{each.severity}"\n'
        for each in plan.watches
    )
    targets = (
        f'[[targets]]\nid = "{name}"\nwebhook = "http://127.0.0.1:{receiver_port}/{name}"\nsecret_file = "secret"\n'
        'updates = "all"\n'
        for name in ("steady", "faulty")
    )
    local = 'allow_networks = ["127.0.0.0/8"]'
    path = folder / "monitor.toml"
    path.write_text(
        f'bus = "{url}"\n'
        f"[fetch]\nevery = 1\nspacing = 0\nper_host = 20\nfull_text_wait = 2\n{local}\n"
        f'[entities]\nmodel = "{model}"\n'
        f"[delivery]\nretries = {[0.3, *[1] * 99]}\n{local}\n" + "".join((*feeds, *watches, *targets))
    )
    (folder / "secret").write_text(SECRET)
    return path


async def poison(url: str) -> None:
    """Add a record that no service can read to each stream that a service reads."""
    async with connect(Address(url)) as bus:
        streams = [stream for inputs in INPUTS.values() for stream in inputs if stream != "feed.v1"]
        await bus.publish([ProducerRecord(stream, POISON, b'{"nothing": "known"}') for stream in streams])


async def create_streams(config_file: Path) -> None:
    """Create the streams of the bus with the command. Raises RuntimeError if it fails."""
    command = [sys.executable, "-m", "monitor", "-c", str(config_file), "streams", "create"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    if await process.wait():
        raise RuntimeError("the streams cannot be created")
