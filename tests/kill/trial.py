"""A trial: a plan, all services in processes of their own, a fault in each round, and the oracle's judgement."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.kill.alert_oracle import alert_findings
from tests.kill.delivery_oracle import delivery_findings
from tests.kill.faults import FAULTS, Fault, kill_with_pending_deliveries
from tests.kill.feed_server import FeedServer, serving_feeds
from tests.kill.log import open_log
from tests.kill.oracle import Finding, dead_letter_findings, position_findings, publication_findings, stage_findings
from tests.kill.plan import make_plan
from tests.kill.processes import stop
from tests.kill.receiver import Receiver, receiving
from tests.kill.system import LAYOUTS, SECRET, System, create_streams, poison, slowness, write_config

PATIENCE = 60.0
"""Seconds without any progress after which what is missing counts as lost, if all processes are ready. On a machine with
more to do than cores, the limits are as many times longer."""
IDLE_PATIENCE = 20.0
"""The same if every service has read all of its input, so that nothing but deliveries can be under way."""
LONGEST_WAIT = 600.0
"""Seconds after which what is missing counts as lost even if something goes on."""
CHECK_SECONDS = 0.3
"""Seconds between two checks."""


class Failed(Exception):
    """The oracle has findings."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = list(findings)


@dataclass
class Report:
    """The result of a trial: what was done, and the findings. The same *seed* gives the same plan and the same faults."""

    seed: int
    versions: int = 0
    alerts: int = 0
    deliveries: int = 0
    kills: int = 0
    kills_in_commit: int = 0
    seconds: float = 0
    events: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


async def run_trial(url: str, folder: Path, seed: int, model: str = "auto", faults: Sequence[Fault] = FAULTS) -> Report:
    """Run a trial on the bus at *url*; config and logs are written to *folder*. *model* is the setting entities.model."""
    began, report, rng = time.monotonic(), Report(seed), random.Random(seed)
    order, layout = rng.sample(faults, len(faults)), LAYOUTS[seed % len(LAYOUTS)]
    plan, rounds = make_plan(rng, len(order)), [0]
    server, receiver = FeedServer(plan, lambda: rounds[-1]), Receiver(random.Random(seed))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving_feeds(server))
        await stack.enter_async_context(receiving(receiver))
        config_file = write_config(folder, url, plan, server.port, receiver.port, model)
        if not url.startswith("sqlite:"):
            await create_streams(config_file)
        log = await stack.enter_async_context(open_log(url))
        receiver.records = log.entries.streams["delivery.v1"]
        system = System(url, config_file, server, receiver, log, layout)
        try:
            await system.start_missing()
            await until(system, lambda: True, complete=True)
            for number, fault in enumerate(order, start=1):
                if number == len(order) // 2:
                    await poison(url)
                rounds.append(number)
                await run_round(system, fault, random.Random(f"{seed} {number}"))
            system.absent = ()
            await system.start_missing()
            await until(system, lambda: True, complete=True, positions=True)
        except Failed as error:
            report.findings = error.findings
        finally:
            bad_exits = await stop(system.everything())
        if not report.findings:
            await log.read()
            report.findings = [*check(system), *(Finding("exit code", line) for line in bad_exits)]
    report.versions, report.events = len(server.served), system.events
    report.alerts, report.deliveries = len(log.entries.streams["alert.v1"]), len(receiver.received)
    report.kills, report.kills_in_commit = system.kills, system.kills_in_commit
    report.seconds = time.monotonic() - began
    return report


async def run_round(system: System, fault: Fault, rng: random.Random) -> None:
    """Make *fault* while the feeds show a new round; then start what is missing, and wait until the round is acknowledged.

    Raises Failed.
    """
    absent, system.absent = system.absent, ()
    if absent:
        # It stays down in this round too, until the round has been published.
        system.absent = absent
        await until(system, system.server.is_acknowledged)
        system.absent = ()
        await system.start_missing()
    await fault(system, rng)
    await system.start_missing()
    # What was pending must arrive before the later versions of the next round take its place.
    await until(system, system.server.is_acknowledged, complete=fault is kill_with_pending_deliveries)
    bad_exits = await stop(system.rivals)
    system.rivals.clear()
    if bad_exits:
        raise Failed([Finding("exit code", line) for line in bad_exits])


async def until(system: System, condition: Callable[[], bool], *, complete: bool = False, positions: bool = False) -> None:
    """Wait until *condition* holds; if *complete*, also until nothing is missing, and no position with *positions*.

    Raises Failed for what is wrong, and for what is missing if there is no progress.
    """
    start = moved = time.monotonic()
    previous: object = None
    while True:
        await system.log.read()
        findings = check(system)
        if wrong := [each for each in findings if not each.may_pass]:
            raise Failed(wrong)
        missing = [each for each in findings if positions or each.kind != "position"]
        if condition() and system.server.is_acknowledged() >= complete and not (complete and missing):
            return
        if ended := [each for each in system.processes if each.has_ended and each.services != system.absent]:
            raise Failed([Finding("exit code", f"{each.services} ended by itself") for each in ended])
        now, entries = time.monotonic(), system.log.entries
        progress = entries.count(), len(system.receiver.received), sum(system.server.acknowledged.values()), dict(entries.lags)
        if progress != previous or not all(each.is_ready for each in system.processes):
            moved, previous = now, progress
        is_idle = system.server.is_acknowledged() and not any(entries.lags.values())
        if now - moved > (IDLE_PATIENCE if is_idle else PATIENCE) * slowness() or now - start > LONGEST_WAIT * slowness():
            raise Failed(findings or [Finding("stuck", "the feeds are not polled")])
        await asyncio.sleep(CHECK_SECONDS)


def check(system: System) -> list[Finding]:
    """Return all differences between what must be seen and what was read from the log and received."""
    entries, plan = system.log.entries, system.server.plan
    return [
        *dead_letter_findings(entries),
        *publication_findings(plan, system.server.served.keys(), entries),
        *stage_findings(plan, entries),
        *alert_findings(plan, entries),
        *delivery_findings(entries, system.receiver.received, SECRET),
        *position_findings(entries),
    ]
