"""The chaos test of delivery: alerts, marks and receivers of all kinds, while the service is killed again and again."""

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from monitor.bus import Bus, ProducerRecord
from monitor.bus.backends import Address, connect
from monitor.clock import utc
from monitor.messages import Alert, Mark
from monitor.messages.alerts import Change
from monitor.messages.codec import encode
from tests.chaos.delivery_oracle import Wish, delivery_findings
from tests.chaos.log import Log, open_log
from tests.chaos.oracle import Finding
from tests.chaos.processes import ROOT, ServiceProcess, start, stop
from tests.chaos.receiver import FAULTS, GONE, WELL, BehavingReceiver, receiving
from tests.chaos.system import SECRET, create_streams, slowness, wait_for
from tests.make import alert

WISHES = {"all": Wish(), "changes": Wish("changes"), "first": Wish("first"), "severe": Wish(severity="high"), "gone": Wish()}
"""What the targets ask for. Only the last one is ever gone, and the first one is told of it."""
PACED = "paced"
"""A target that asks for all, and gets alerts of one story together."""
TARGETS = (*WISHES, PACED)
CHANGES: Sequence[Change] = ("outlet", "outlet", "stance", "correction", "development", "standing")
NEW_SHARE, LONG_SHARE, MUTED_SHARE = 0.4, 0.1, 0.15
"""The share of new alerts among the versions, of lives in which requests time out, and of lives with a mute."""
OPEN_ALERTS = 12
"""The newest alerts, which get further versions."""
NOTICE_AFTER = timedelta(seconds=2)
"""For how long a target fails before another one is told."""
TIMEOUT = 3.0
"""Seconds after which the service gives a request up. A receiver that answers does so far sooner."""
CHECK_SECONDS = 0.3
"""Seconds between two checks at the end."""
START_SECONDS = 120.0
"""Longest wait for a process to start."""
HELD_SECONDS, IDLE_SECONDS = 20.0, 5.0
"""Seconds without any progress after which what is missing counts as lost: a muted alert holds its digest for 15, and nothing
else for more than 1. On a busy machine the second part is as many times longer."""
BURST = 100_000
"""Alerts for a target in a minute of which none is left out. A fast machine makes more than the default."""


@dataclass
class DeliveryReport:
    """The result of the test: *alerts* counts versions of alerts, and *repeated* the messages that were accepted once more."""

    kills: int = 0
    kills_in_commit: int = 0
    alerts: int = 0
    muted: int = 0
    received: int = 0
    accepted: int = 0
    repeated: int = 0
    digests: int = 0
    disabled: int = 0
    seconds: float = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Trial:
    """The service, its bus and log, and its receiver. *open* are the newest alerts, *muted* the ids of those muted."""

    config_file: Path
    bus: Bus
    log: Log
    receiver: BehavingReceiver
    rng: random.Random
    report: DeliveryReport = field(default_factory=DeliveryReport)
    open: list[Alert] = field(default_factory=list)
    muted: set[str] = field(default_factory=set)

    def findings(self) -> list[Finding]:
        """Return all that is wrong or missing in what was read and received."""
        return list(
            delivery_findings(self.log.entries, self.receiver.received, SECRET, WISHES, self.muted, notice_after=NOTICE_AFTER)
        )

    async def live(self) -> None:
        """Start the service, publish while it sends, and kill it."""
        process = await self.start()
        for target in TARGETS:
            is_well = self.rng.random() < 0.5
            self.receiver.behaviours[target] = WELL if is_well else self.rng.choice(FAULTS)
        if "gone" not in self.receiver.barred and self.rng.random() < 0.3:
            self.receiver.behaviours["gone"] = GONE
        elif self.rng.random() < 0.3:
            await self.enable()
        if self.rng.random() < MUTED_SHARE and self.open:
            await self.mute(self.rng.choice(self.open))
        if self.rng.random() < 0.5:
            # The order comes first, so that the alerts lead to the commit in which it dies.
            killing = asyncio.create_task(process.kill_in_commit())
            await self.publish()
            await killing
        else:
            await self.publish()
            await asyncio.sleep(TIMEOUT + 1 if self.rng.random() < LONG_SHARE else self.rng.uniform(0, 1))
        if process.has_failed:
            raise RuntimeError(process.describe_end())
        await process.kill()
        self.report.kills += 1
        self.report.kills_in_commit += process.died_in_commit
        if self.rng.random() < 0.3:
            await self.publish()

    async def start(self) -> ServiceProcess:
        """Start the service, note what it must not send, and wait until it runs."""
        entries = await self.log.read()
        states = {entry.key: entry.value["state"] for entry in entries.streams["target.v1"]}
        disabled = {target for target, state in states.items() if state == "disabled"}
        self.receiver.sender, self.receiver.barred = self.receiver.sender + 1, frozenset(disabled | self.muted)
        process = await start(self.config_file, "delivery")
        if not await wait_for(lambda: process.is_ready or process.has_ended, START_SECONDS * slowness()) or process.has_ended:
            await process.kill()
            raise RuntimeError(f"the delivery service does not start; see the log beside {self.config_file}")
        return process

    async def publish(self) -> None:
        """Publish up to four versions of alerts, some of them at once."""
        new = [self.next_version() for _ in range(self.rng.randint(1, 4))]
        await self._publish([encode(each.stamped(utc())) for each in new])
        self.report.alerts += len(new)

    def next_version(self) -> Alert:
        """Return a new alert, or the next version of one of the newest."""
        now, rng = utc(), self.rng
        if self.open and rng.random() > NEW_SHARE:
            index = rng.randrange(len(self.open))
            known = self.open[index]
            self.open[index] = replace(known, version=known.version + 1, change=rng.choice(CHANGES), updated=now)
            return self.open[index]
        watch, story = rng.choice(["kim", "lee"]), f"s{self.receiver.sender}-{rng.randrange(3)}"
        ident = f"{watch}:{story}:{len(self.log.entries.streams['alert.v1'])}-{rng.randrange(10**9)}"
        severity = rng.choice(["normal", "high"])
        new = alert(id=ident, watch=watch, story=story, severity=severity, to=TARGETS, raised=now, updated=now)
        self.open = [*self.open, new][-OPEN_ALERTS:]
        return self.open[-1]

    async def mute(self, muted: Alert) -> None:
        """Let a reader mute an alert."""
        self.muted.add(muted.id)
        self.report.muted = len(self.muted)
        await self._publish([encode(Mark(muted.id, "muted", muted.version, None, None, "reader", None, utc()))])

    async def enable(self) -> None:
        """Enable the target that was gone, with the command. Raises RuntimeError if it fails."""
        self.receiver.barred -= {"gone"}
        self.receiver.behaviours["gone"] = WELL
        command = [sys.executable, "-m", "monitor", "-c", str(self.config_file), "targets", "enable", "gone", "--json"]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
        if await process.wait():
            raise RuntimeError("the target cannot be enabled")

    async def settle(self) -> list[Finding]:
        """Let all receivers work again, and wait until nothing is missing, or nothing happens. Return what is wrong."""
        process = await self.start()
        self.receiver.behaviours.clear()
        await self.enable()

        progress, moved = 0, time.monotonic()
        while time.monotonic() - moved < HELD_SECONDS + IDLE_SECONDS * slowness():
            entries = await self.log.read()
            if not any(each.may_pass for each in self.findings()):
                break
            if progress != (progress := len(self.receiver.received) + entries.count()):
                moved = time.monotonic()
            await asyncio.sleep(CHECK_SECONDS)
        bad_exits = await stop([process])
        await self.log.read()
        return [*self.findings(), *(Finding("exit code", line) for line in bad_exits)]

    async def _publish(self, records: Sequence[ProducerRecord]) -> None:
        await self.bus.publish(records)
        await self.log.read()


async def kill_deliveries(url: str, folder: Path, kills: int, seed: int) -> DeliveryReport:
    """Kill the delivery service *kills* times at random moments, on the bus at *url*; config and logs are in *folder*."""
    began, receiver = time.monotonic(), BehavingReceiver(TIMEOUT)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(receiving(receiver))
        config_file = write_config(folder, url, receiver.port)
        if not url.startswith("sqlite:"):
            await create_streams(config_file)
        bus = await stack.enter_async_context(connect(Address(url)))
        log = await stack.enter_async_context(open_log(url))
        receiver.records = log.entries.streams["delivery.v1"]
        trial = Trial(config_file, bus, log, receiver, random.Random(seed))
        report = trial.report
        while report.kills < kills and not report.findings:
            await trial.live()
            report.findings = [each for each in trial.findings() if not each.may_pass and each.kind != "notice"]
        report.findings = report.findings or await trial.settle()
    count(report, receiver, log)
    report.seconds = time.monotonic() - began
    return report


def count(report: DeliveryReport, receiver: BehavingReceiver, log: Log) -> None:
    """Count what was received and recorded."""
    accepted = [(each.target, each.body) for each in receiver.received if each.is_accepted]
    report.received, report.accepted = len(receiver.received), len(accepted)
    report.repeated = len(accepted) - len(set(accepted))
    report.digests = sum(each.id.startswith("digest:") for each in receiver.received)
    report.disabled = sum(entry.value["state"] == "disabled" for entry in log.entries.streams["target.v1"])


def write_config(folder: Path, url: str, port: int) -> Path:
    """Write the monitor.toml of the service; return its path."""
    (folder / "secret").write_text(SECRET)
    settings = {name: f'updates = "{wish.updates}"\nmin_severity = "{wish.severity}"\n' for name, wish in WISHES.items()}
    settings[PACED] = 'updates = "all"\npace = "1s"\n'
    targets = (
        f'[[targets]]\nid = "{name}"\nwebhook = "http://127.0.0.1:{port}/{name}"\nsecret_file = "secret"\n{lines}'
        for name, lines in settings.items()
    )
    watches = (f'[[watches]]\nid = "{watch}"\nany = ["{watch}"]\nupdates = "all"\n' for watch in ("kim", "lee"))
    path = folder / "monitor.toml"
    path.write_text(
        f'bus = "{url}"\n[delivery]\nretries = {[0.3, 0.5, *[1] * 98]}\ntimeout = {TIMEOUT}\nnotices = "all"\n'
        f"notice_after = {NOTICE_AFTER.total_seconds()}\nburst = {BURST}\n"
        'allow_networks = ["127.0.0.0/8"]\n' + "".join((*watches, *targets))
    )
    return path
