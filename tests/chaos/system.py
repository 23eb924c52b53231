"""The system under test: the processes of all services, the feeds that they poll, and the receiver of their webhooks."""

import asyncio
import base64
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.broker import Broker
from tests.chaos import hasty
from tests.chaos.feed_server import FeedServer
from tests.chaos.forking import fork
from tests.chaos.log import Log, Mark
from tests.chaos.plan import FULL_TEXT_FEED, OUTLETS, Plan
from tests.chaos.processes import ROOT, ServiceProcess, start
from tests.chaos.receiver import TIMEOUT, Receiver

LAYOUTS: Sequence[Sequence[tuple[str, ...]]] = (
    (("poller",), ("entities",), ("topics",), ("stories",), ("alerts",), ("delivery",)),
    (("poller",), ("entities",), ("topics", "stories"), ("alerts",), ("delivery",)),
    (("poller", "entities"), ("topics", "stories", "alerts"), ("delivery",)),
)
"""Which services share a process."""
MOST = 4.0
"""How many times longer a wait may be on a busy machine."""
APART = LAYOUTS[:2]
"""Those in which the workers of the entities service are the only ones of their process."""
COMMAND_SECONDS = 60.0
"""Seconds that a command may take."""
SECRET = "whsec_" + base64.b64encode(b"the secret of the chaos test").decode()


@dataclass
class System:
    """The processes, the servers and the log of a trial.

    *rivals* are further processes of a service, and those that have lost their services to another one and still run.
    """

    url: str
    config_file: Path
    server: FeedServer
    receiver: Receiver
    log: Log
    layout: Sequence[tuple[str, ...]]
    processes: list[ServiceProcess] = field(default_factory=list)
    rivals: list[ServiceProcess] = field(default_factory=list)
    failed: list[ServiceProcess] = field(default_factory=list)
    """The processes that have ended by themselves."""
    rounds: list[int] = field(default_factory=lambda: [0])
    """The rounds that the feeds have shown."""
    events: list[str] = field(default_factory=list)
    """What was done to the processes, in a line each."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Why this machine cannot make some of the faults, by the name of the fault."""
    kills: int = 0
    kills_in_commit: int = 0
    broker: Broker | None = None
    """The Kafka broker, if it may be stopped."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """The variables of new processes."""
    read_so_far: dict[Path, int] = field(default_factory=dict)
    """The length of each log of a process when the fault began."""
    mark: Mark = field(default_factory=Mark)
    acknowledged: Mapping[int, int] = field(default_factory=dict)
    """What the log had, and what the poller had acknowledged, when a backup was made."""
    written: int = 0
    """The number of articles that another program has published."""

    async def start_missing(self) -> None:
        """Start a process for each part of the layout that has none."""
        self.failed += [process for process in self.processes if process.has_failed]
        self.processes = [process for process in self.processes if not process.has_ended]
        running = {process.services for process in self.processes}
        for services in self.layout:
            if services not in running:
                self.processes.append(await self.start(*services))

    async def start(self, *services: str) -> ServiceProcess:
        """Start a process of *services*."""
        self.receiver.sender += "delivery" in services
        return await start(self.config_file, *services, environment=self.environment)

    def show_round(self) -> None:
        """Let the feeds show the next round."""
        self.rounds.append(self.rounds[-1] + 1)

    def process_of(self, service: str) -> ServiceProcess:
        """Return the process of *service*."""
        return next(each for each in self.processes if service in each.services)

    def choose(self, rng: random.Random, *, without: str = "") -> ServiceProcess:
        """Return a random process, one that does not run the service *without*. Each service is as likely as the others."""
        return rng.choice([each for each in self.processes for name in each.services if without not in each.services and name])

    def shuffled(self, rng: random.Random, *, without: str = "") -> list[ServiceProcess]:
        """Return the processes that do not run the service *without*, in random order."""
        processes = [each for each in self.processes if without not in each.services]
        return rng.sample(processes, len(processes))

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

    async def kill_everything(self, how: str) -> None:
        """Kill all processes at the same moment."""
        for process in self.processes:
            process.send_kill()
        for process in self.processes:
            await self.kill(process, how)

    def lose(self, mark: Mark) -> None:
        """Expect that what was published after *mark* is gone from the log, and is published and delivered anew."""
        self.log.entries.return_to(mark)
        self.receiver.begin_again()

    def forget(self) -> None:
        """Expect that all is published and delivered anew, since nothing is left of the log."""
        self.lose(Mark())
        self.receiver.before.clear()
        self.server.forget()

    async def command(self, *words: str) -> tuple[int, str]:
        """Run the command with *words*; return its exit code and what it printed. Raises RuntimeError if it does not end."""
        output = self.config_file.with_name(f"{uuid4().hex}.txt")
        process = fork(hasty.run, ["-c", str(self.config_file), *words], output=output)
        try:
            async with asyncio.timeout(COMMAND_SECONDS * slowness()):
                code = await process.wait()
        except TimeoutError as error:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
            raise RuntimeError(f"newsmonitor {' '.join(words)} has not ended") from error
        return code, output.read_text(errors="replace")

    async def succeed(self, *words: str) -> str:
        """Run the command with *words*; return what it printed. Raises RuntimeError if it fails."""
        code, output = await self.command(*words)
        if code:
            raise RuntimeError(f"newsmonitor {' '.join(words)}: exit code {code}: {output}")
        return output

    def logs(self) -> list[Path]:
        """Return the logs of the processes."""
        return sorted(self.config_file.parent.glob("*.log"))

    def mark_logs(self) -> None:
        """Let `logged` return only what is written from now on."""
        self.read_so_far = {path: path.stat().st_size for path in self.logs()}

    def logged(self) -> str:
        """Return what the processes have logged since the fault began."""
        return "".join(self.logged_by_each())

    def logged_by_each(self) -> list[str]:
        """Return it for the processes of each part of the layout."""
        return [path.read_bytes()[self.read_so_far.get(path, 0) :].decode(errors="replace") for path in self.logs()]

    def everything(self) -> list[ServiceProcess]:
        """Return all processes."""
        return [*self.processes, *self.rivals]


def slowness() -> float:
    """Return how many times longer things take than on a machine that has no more to do than processors; at most MOST."""
    return min(MOST, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


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
    hostile = f'[[feeds]]\nurl = "http://127.0.0.1:{feed_port}/hostile.rss"\nname = "Hostile"\n'
    local = 'allow_networks = ["127.0.0.0/8"]'
    path = folder / "monitor.toml"
    path.write_text(
        f'bus = "{url}"\n'
        f"[fetch]\nevery = 1\nspacing = 0\nper_host = 20\nfull_text_wait = 2\nfailing_after = 1000\n{local}\n"
        f'[entities]\nmodel = "{model}"\n'
        f"[delivery]\ntimeout = {TIMEOUT}\nretries = {[0.3, *[1] * 99]}\n{local}\n"
        + "".join((*feeds, hostile, *watches, *targets))
    )
    (folder / "secret").write_text(SECRET)
    (folder / "secret").chmod(0o600)
    return path


async def create_streams(config_file: Path) -> None:
    """Create the streams of the bus with the command. Raises RuntimeError if it fails."""
    command = [sys.executable, "-m", "monitor", "-c", str(config_file), "streams", "create"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    if await process.wait():
        raise RuntimeError("the streams cannot be created")
