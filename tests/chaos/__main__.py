"""``python -m tests.chaos``: trials with random faults on each bus, and the longer tests of delivery and of pollers."""

import argparse
import asyncio
import json
import logging
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from uuid import uuid4

from tests.broker import Broker, controlled_broker
from tests.chaos.deliveries import DeliveryReport, kill_deliveries
from tests.chaos.faults.table import BY_NAME, named
from tests.chaos.oracle import Finding
from tests.chaos.pollers import TakeoverReport, lose_pollers
from tests.chaos.trial import Report, run_trial


def main() -> int:
    """Run the tests. Return 1 if there is a finding; otherwise 0."""
    options = parsed()
    # The processes and the broker end with this one.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Its clients say each second that the broker is away.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    passed = True
    for bus in ["sqlite", "kafka"] if options.bus == "both" else [options.bus]:
        with folder_of(options) as folder, broker_of(options, bus, folder) as (address, broker):
            if options.only in {None, "services"}:
                passed &= run_trials(options, bus, address, broker, folder)
            if options.only in {None, "deliveries"}:
                passed &= run_deliveries(options, bus, address, folder)
            if options.only in {None, "pollers"} and bus == "kafka":
                passed &= run_pollers(options, address, folder)
    return 0 if passed else 1


def parsed() -> argparse.Namespace:
    """Return the options of the command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description="Make random faults, and compare what is published and delivered with what was planned.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--bus", choices=["sqlite", "kafka", "both"], default="both", help="the bus of the services")
    parser.add_argument("--seeds", type=int, default=10, help="trials of the whole pipeline on each bus")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first trial; the others follow")
    parser.add_argument("--faults", help=f"the faults of each trial, instead of random ones: {', '.join(BY_NAME)}")
    parser.add_argument("--broker", help="HOST:PORT of a Kafka broker that already runs, and is not stopped")
    parser.add_argument("--model", choices=["auto", "table"], default="auto", help="how names are found")
    parser.add_argument("--keep", type=Path, help="a folder in which the buses and logs are kept")
    parser.add_argument("--json", action="store_true", help="print each report of a trial as a line of JSON")
    parser.add_argument("--only", choices=["services", "deliveries", "pollers"], help="run only this test; pollers needs Kafka")
    parser.add_argument("--delivery-kills", type=int, default=100, help="kills in the test of delivery")
    parser.add_argument("--kills", type=int, default=50, help="kills in the test of the pollers")
    parser.add_argument("--pollers", type=int, default=4, help="pollers that share the feeds")
    parser.add_argument("--feeds", type=int, default=2000, help="feeds that the pollers share")
    return parser.parse_args()


@contextmanager
def folder_of(options: argparse.Namespace) -> Iterator[Path]:
    """Yield the folder for the buses and logs."""
    with tempfile.TemporaryDirectory() as name:
        yield options.keep or Path(name)


@contextmanager
def broker_of(options: argparse.Namespace, bus: str, folder: Path) -> Iterator[tuple[str, Broker | None]]:
    """Yield HOST:PORT of a broker if *bus* is Kafka, otherwise an empty text; and the broker if it may be stopped."""
    if bus == "sqlite" or options.broker:
        yield options.broker or "", None
        return
    with controlled_broker(folder / "kafka") as broker:
        yield broker.address, broker


def new_bus(bus: str, broker: str, folder: Path, name: str) -> tuple[Path, str]:
    """Return a new folder for config and logs, and the URL of a new bus."""
    beside = folder / f"{bus}-{name}"
    beside.mkdir(parents=True)
    return beside, f"sqlite:{beside}/bus.db" if bus == "sqlite" else f"kafka://{broker}/{uuid4().hex}"


def run_trials(options: argparse.Namespace, bus: str, address: str, broker: Broker | None, folder: Path) -> bool:
    """Run the trials of the whole pipeline. Return whether all passed."""
    failed, made = list[int](), Counter[str]()
    faults = named(*(name.strip() for name in options.faults.split(","))) if options.faults else []
    for seed in range(options.seed, options.seed + options.seeds):
        beside, url = new_bus(bus, address, folder, str(seed))
        report = asyncio.run(run_trial(url, beside, seed, options.model, faults, broker))
        made.update(name for name in report.faults if name not in report.left_out)
        if report.findings:
            failed.append(seed)
        if options.json:
            print(json.dumps(asdict(report)), flush=True)
        else:
            print_report(bus, report)
    if not options.json:
        print(
            f"{bus}: {options.seeds} seeds, {len(failed)} failed {failed or ''}, {made.total()} faults:",
            dict(made.most_common()),
        )
    return not failed


def run_deliveries(options: argparse.Namespace, bus: str, broker: str, folder: Path) -> bool:
    """Kill the delivery service again and again. Return whether nothing was found."""
    beside, url = new_bus(bus, broker, folder, "deliveries")
    report = asyncio.run(kill_deliveries(url, beside, options.delivery_kills, options.seed))
    if options.json:
        print(json.dumps(asdict(report)), flush=True)
    else:
        print_deliveries(options, bus, report)
    return not report.findings


def run_pollers(options: argparse.Namespace, broker: str, folder: Path) -> bool:
    """Kill and stop pollers that share feeds. Return whether the test passed."""
    rng, beside = random.Random(options.seed), folder / "pollers"
    beside.mkdir(parents=True)
    test = lose_pollers(f"kafka://{broker}/pollers", beside, options.pollers, options.feeds, options.kills, rng)
    return print_takeovers(options, asyncio.run(test))


def print_report(bus: str, report: Report) -> None:
    """Print the *report* of a trial."""
    faults = (f"{name} (left out: {report.left_out[name]})" if name in report.left_out else name for name in report.faults)
    print(
        f"{bus}, seed {report.seed}: {', '.join(faults)}; {report.kills} kills, {report.kills_in_commit} in a commit,"
        f" over {report.versions} versions of articles, {report.alerts} of alerts and {report.deliveries} messages,"
        f" in {report.seconds:.0f} s: {summary(report.findings)}",
        flush=True,
    )
    if report.findings:
        print(*(f"  {event}" for event in report.events), sep="\n")
    print_findings(report.findings)


def print_deliveries(options: argparse.Namespace, bus: str, report: DeliveryReport) -> None:
    """Print the *report* of the test of delivery."""
    print(
        f"{bus}, delivery, seed {options.seed}: {report.kills} kills, {report.kills_in_commit} of them inside a commit, over"
        f" {report.alerts} versions of alerts and {report.received} requests ({report.digests} digests), {report.accepted}"
        f" accepted ({report.repeated} again); {report.muted} alerts muted, a target disabled {report.disabled} times,"
        f" in {report.seconds:.0f} s: {summary(report.findings)}",
        flush=True,
    )
    print_findings(report.findings)


def print_takeovers(options: argparse.Namespace, report: TakeoverReport) -> bool:
    """Print *report*. Return whether the test passed."""
    polls = f"{report.polls} polls in {report.seconds:.0f} s"
    print(f"{options.pollers} pollers, {options.feeds} feeds: {polls}: {summary(report.findings)}")
    print(f"  {report.losses_in_commit} losses inside a commit")
    for name, seconds in (("killed", report.after_kill), ("stopped", report.after_stop)):
        if seconds:
            after = f"{median(seconds):.1f} s (median), {max(seconds):.1f} s (longest)"
            print(f"  {name} {len(seconds)}: others polled in all its partitions after {after}")
    print_findings(report.findings)
    return not report.findings


def summary(findings: list[Finding]) -> str:
    """Return the result in a few words."""
    return f"{len(findings)} FINDINGS" if findings else "nothing lost, nothing duplicate, nothing else than planned"


def print_findings(findings: list[Finding]) -> None:
    """Print a line for each of the first twenty findings."""
    for finding in findings[:20]:
        print(f"  {finding.kind}: {finding.text}")


if __name__ == "__main__":
    sys.exit(main())
