"""A trial: a plan, all services in processes of their own, a fault in each round, and the oracle's judgement."""

import asyncio
import random
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.broker import Broker
from tests.chaos.alert_oracle import alert_findings
from tests.chaos.clock import clock_environment
from tests.chaos.delivery_oracle import delivery_findings
from tests.chaos.fault import Fault, LeftOut, NotMade, Told
from tests.chaos.faults.table import STEP_CLOCK, of_bus
from tests.chaos.feed_server import FeedServer, serving_feeds
from tests.chaos.log import open_log
from tests.chaos.oracle import Finding, dead_letter_findings, position_findings, publication_findings, stage_findings
from tests.chaos.plan import make_plan
from tests.chaos.processes import stop
from tests.chaos.receiver import Receiver, receiving
from tests.chaos.system import APART, LAYOUTS, SECRET, System, create_streams, slowness, wait_for, write_config
from tests.chaos.told import is_silent, is_told, left_over, total

PATIENCE = 60.0
"""Seconds without any progress after which what is missing counts as lost, if all processes are ready. On a machine with
more to do than cores, the limits are as many times longer."""
IDLE_PATIENCE = 20.0
"""The same if every service has read all of its input, so that nothing but deliveries can be under way."""
LONGEST_WAIT = 600.0
"""Seconds after which what is missing counts as lost even if something goes on."""
DRAWN = 6
"""The number of faults that are drawn for a trial."""
RESTARTED = Told("/metrics", r"service_restarts_total{.*} (\d+)", grows=True)
"""What tells that a service has ended with an exception. A service waits for what will pass."""
CHECK_SECONDS = 0.3
"""Seconds between two checks."""


class Failed(Exception):
    """The oracle has findings."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = list(findings)


@dataclass
class Report:
    """The result of a trial: what was done, and the findings. The same *seed* gives the same plan and the same faults.

    *left_out* has the reason of each of the *faults* that this machine cannot make.
    """

    seed: int
    faults: list[str] = field(default_factory=list)
    left_out: Mapping[str, str] = field(default_factory=dict)
    versions: int = 0
    alerts: int = 0
    deliveries: int = 0
    kills: int = 0
    kills_in_commit: int = 0
    seconds: float = 0
    events: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def draw(rng: random.Random, bus: str, broker: Broker | None = None) -> list[Fault]:
    """Return different faults of *bus* in the order in which they are made; those of its *broker* only if it is given."""
    return rng.sample(of_bus(bus, broker), DRAWN)


async def run_trial(
    url: str, folder: Path, seed: int, model: str = "auto", faults: Sequence[Fault] = (), broker: Broker | None = None
) -> Report:
    """Run a trial on the bus at *url*; config and logs are written to *folder*. *model* is the setting entities.model.

    The *faults* are made in a random order; without them, some are drawn. *broker* is that of the bus, if it may be stopped.
    """
    began, rng = time.monotonic(), random.Random(seed)
    order = rng.sample(faults, len(faults)) if faults else draw(rng, url.partition(":")[0], broker)
    report = Report(seed, faults=[fault.name for fault in order])
    # A fault that is quiet needs a round before it.
    plan = make_plan(rng, len(order) + sum(fault.quiet for fault in order))
    server, receiver = FeedServer(plan, lambda: system.rounds[-1]), Receiver(random.Random(seed))
    needs_model = any(fault.needs_model for fault in order)
    model, layouts = model if faults or needs_model else "table", APART if needs_model else LAYOUTS
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving_feeds(server))
        await stack.enter_async_context(receiving(receiver))
        config_file = write_config(folder, url, plan, server.port, receiver.port, model)
        if not url.startswith("sqlite:"):
            await create_streams(config_file)
        log = await stack.enter_async_context(open_log(url))
        receiver.records = log.entries.streams["delivery.v1"]
        system = System(url, config_file, server, receiver, log, layouts[seed % len(layouts)], broker=broker)
        if STEP_CLOCK in order:
            system.environment = clock_environment(folder)
        report.findings, report.left_out = await judge(system, order, seed), system.left_out
    report.versions, report.events = len(server.served), system.events
    report.alerts, report.deliveries = len(log.entries.streams["alert.v1"]), len(receiver.received)
    report.kills, report.kills_in_commit = system.kills, system.kills_in_commit
    report.seconds = time.monotonic() - began
    return report


async def judge(system: System, order: Sequence[Fault], seed: int) -> list[Finding]:
    """Start the processes, make the faults in this *order*, and stop the processes. Return the findings."""
    findings: list[Finding] = []
    try:
        await system.start_missing()
        await until(system, complete=True)
        for number, fault in enumerate(order, start=1):
            await run_round(system, fault, random.Random(f"{seed} {number}"))
        await until(system, complete=True, positions=True)
    except Failed as error:
        findings = error.findings
    except Exception as error:  # noqa: BLE001  (a report says which seed it was)
        findings = [Finding("error", "".join(traceback.format_exception(error)))]
    finally:
        bad_exits = await stop(system.everything())
    if not findings:
        await system.log.read()
        findings = [*check(system), *(Finding("exit code", line) for line in bad_exits)]
    return findings


async def run_round(system: System, fault: Fault, rng: random.Random) -> None:
    """Make *fault* while the feeds show a new round; then start what is missing, and wait until the round is acknowledged.

    Raises Failed.
    """
    if fault.told and not await wait_for(partial(is_silent, system, fault.told), fault.told.seconds * slowness()):
        left = await left_over(system, fault.told)
        raise Failed([Finding("told", f"{fault.name} is told by {fault.told.place} before it is made: {left}")])
    # Before the round is shown: on a busy machine, it may be over before all processes have answered.
    before = await total(system, fault.told) if fault.told else 0
    system.mark_logs()
    system.show_round()
    if fault.quiet:
        # A service that was just started has read it only once it owns its partitions.
        await until(system, complete=True)
    try:
        await make(system, fault, rng, before)
    except NotMade as error:
        # What is missing may be the reason.
        raise Failed([Finding("not made", f"{fault.name}: {error}"), *check(system)]) from error
    await system.start_missing()
    # What was pending must arrive before the later versions of the next round take its place.
    await until(system, complete=fault.pending or fault.quiet)
    if count := await total(system, RESTARTED):
        raise Failed([Finding("restart", f"after {fault.name}, {count} services had failed and were started again")])
    bad_exits = await stop(system.rivals)
    system.rivals.clear()
    if bad_exits:
        raise Failed([Finding("exit code", line) for line in bad_exits])


async def make(system: System, fault: Fault, rng: random.Random, before: int) -> None:
    """Make *fault*, and end it once it has been told. If what tells of it grows, it was *before*. Raises Failed and NotMade."""
    system.events.append(f"{fault.name}:")
    try:
        async with fault.make(system, rng) as concerned:
            if fault.told and not await wait_for(
                partial(is_told, system, fault.told, concerned, before), fault.told.seconds * slowness()
            ):
                raise Failed([Finding("untold", f"{fault.name} is not told by {fault.told.place} ({fault.told.pattern})")])
    except LeftOut as error:
        system.left_out[fault.name] = str(error)
        system.events.append(f"left out: {error}")


async def until(system: System, *, complete: bool = False, positions: bool = False) -> None:
    """Wait until the round is acknowledged; if *complete*, also until nothing is missing, and no position with *positions*.

    Raises Failed for what is wrong, and for what is missing if there is no progress.
    """
    start = moved = time.monotonic()
    previous: object = None
    while True:
        await system.log.read()
        findings = check(system)
        if wrong := [each for each in findings if not each.may_pass]:
            raise Failed(wrong)
        if ended := [*system.failed, *(each for each in system.processes if each.has_failed)]:
            raise Failed([Finding("exit code", each.describe_end()) for each in ended])
        missing = [each for each in findings if positions or each.kind != "position"]
        if system.server.is_acknowledged() and not (complete and missing):
            return
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
        *delivery_findings(entries, system.receiver.received, SECRET, before=system.receiver.before),
        *position_findings(entries),
    ]
