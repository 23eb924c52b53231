"""``python -m tests.kill``: the long form of the kill test, on each bus."""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path
from statistics import median

from monitor.bus.backends import Address, create_streams
from tests.broker import kafka_broker
from tests.kill.instrumented import SESSION_SECONDS
from tests.kill.pollers import TakeoverReport, lose_pollers
from tests.kill.services import KillReport, kill_services


def main() -> int:
    """Run the tests. Return 1 if a message was lost or duplicated, or if too few kills were inside a commit; otherwise 0."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.kill",
        description="Kill services at random times, and count lost and duplicate articles, alerts and deliveries.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--kills", type=int, default=50, help="kills in each test")
    parser.add_argument("--articles", type=int, default=2000, help="articles published while services are killed")
    parser.add_argument("--bus", choices=["sqlite", "kafka", "both"], default="both", help="the bus of the services")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random times")
    parser.add_argument("--only", choices=["services", "pollers"], help="run only this test; pollers needs Kafka")
    parser.add_argument("--pollers", type=int, default=4, help="pollers that share the feeds")
    parser.add_argument("--feeds", type=int, default=2000, help="feeds that the pollers share")
    options = parser.parse_args()
    passed = True
    if options.only != "pollers":
        passed &= run_services(options)
    if options.only != "services" and options.bus != "sqlite":
        passed &= run_pollers(options)
    return 0 if passed else 1


def run_services(options: argparse.Namespace) -> bool:
    """Kill services of the whole pipeline, on each bus. Return whether the test passed."""

    def run(bus: str, address: Address, folder: Path) -> bool:
        report = asyncio.run(kill_services(address, folder, options.kills, options.articles, random.Random(options.seed)))
        return print_kills(bus, report)

    passed = True
    if options.bus != "kafka":
        with tempfile.TemporaryDirectory() as name:
            passed &= run("sqlite", Address(f"sqlite:{name}/bus.db"), Path(name))
    if options.bus != "sqlite":
        with tempfile.TemporaryDirectory() as name, kafka_broker(Path(name) / "kafka") as broker:
            passed &= run("kafka", with_streams(broker), Path(name))
    return passed


def run_pollers(options: argparse.Namespace) -> bool:
    """Kill and stop pollers that share feeds. Return whether the test passed."""
    with tempfile.TemporaryDirectory() as name, kafka_broker(Path(name) / "kafka") as broker:
        rng = random.Random(options.seed)
        test = lose_pollers(with_streams(broker), Path(name), options.pollers, options.feeds, options.kills, rng)
        return print_takeovers(options, asyncio.run(test))


def with_streams(broker: str) -> Address:
    """Create the streams on *broker*; return the address of the bus."""
    address = Address(f"kafka://{broker}", session_seconds=SESSION_SECONDS)
    asyncio.run(create_streams(address))
    return address


def print_kills(bus: str, report: KillReport) -> bool:
    """Print *report*. Return whether the test passed."""
    too_few = report.kills_in_commit < report.kills // 5
    violations = report.violations + (["too few kills inside a commit"] if too_few else [])
    print(
        f"{bus}: {report.kills} kills, {report.kills_in_commit} of them inside a commit, over {report.articles} articles"
        f" in {report.seconds:.0f} s: {summary(violations)}"
    )
    return print_violations(violations)


def print_takeovers(options: argparse.Namespace, report: TakeoverReport) -> bool:
    """Print *report*. Return whether the test passed."""
    polls = f"{report.polls} polls in {report.seconds:.0f} s"
    print(f"{options.pollers} pollers, {options.feeds} feeds: {polls}: {summary(report.violations)}")
    print(f"  {report.losses_in_commit} losses inside a commit")
    for name, seconds in (("killed", report.after_kill), ("stopped", report.after_stop)):
        if seconds:
            after = f"{median(seconds):.1f} s (median), {max(seconds):.1f} s (longest)"
            print(f"  {name} {len(seconds)}: others polled in all its partitions after {after}")
    return print_violations(report.violations)


def summary(violations: list[str]) -> str:
    """Return the result in a few words."""
    return f"{len(violations)} VIOLATIONS" if violations else "nothing lost, nothing duplicate"


def print_violations(violations: list[str]) -> bool:
    """Print a line for each violation. Return whether there is none."""
    for violation in violations:
        print("  ", violation)
    return not violations


if __name__ == "__main__":
    sys.exit(main())
