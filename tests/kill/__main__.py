"""``python -m tests.kill``: the long form of the kill test, on each bus."""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path
from statistics import median

from monitor.bus.backends import Address, create_streams
from tests.broker import running
from tests.kill.pollers import share
from tests.kill.trial import Outcome, trial
from tests.kill.victim import SESSION_SECONDS


def main() -> int:
    """Run the trials; 1 where anything was lost, doubled or raised again, or too few kills fell inside a commit."""
    parser = argparse.ArgumentParser(description="Kill services at random moments and count what was lost or doubled.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--bus", choices=["sqlite", "kafka", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["services", "pollers"])
    parser.add_argument("--pollers", type=int, default=4)
    parser.add_argument("--feeds", type=int, default=2000)
    options = parser.parse_args()
    good = True
    if options.only != "pollers":
        good &= services(options)
    if options.only != "services" and options.bus != "sqlite":
        good &= pollers(options)
    return 0 if good else 1


def services(options: argparse.Namespace) -> bool:
    """All services in a row, on each bus; whether all is well."""
    good = True
    if options.bus != "kafka":
        with tempfile.TemporaryDirectory() as folder:
            chance = random.Random(options.seed)
            at = Address(f"sqlite:{folder}/bus.db")
            good &= report("sqlite", asyncio.run(trial(at, Path(folder), options.kills, options.articles, chance)))
    if options.bus != "sqlite":
        with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "kafka") as broker:
            chance = random.Random(options.seed)
            at = Address(f"kafka://{broker}", session_seconds=SESSION_SECONDS)
            asyncio.run(create_streams(at))
            good &= report("kafka", asyncio.run(trial(at, Path(folder), options.kills, options.articles, chance)))
    return good


def pollers(options: argparse.Namespace) -> bool:
    """Pollers that share feeds; whether all is well."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "kafka") as broker:
        at = Address(f"kafka://{broker}", session_seconds=SESSION_SECONDS)
        asyncio.run(create_streams(at))
        chance = random.Random(options.seed)
        found = asyncio.run(share(at, Path(folder), options.pollers, options.feeds, options.kills, chance))
    came = f"{len(found.faults)} FAULTS" if found.faults else "nothing lost, nothing twice"
    print(f"{options.pollers} pollers, {options.feeds} feeds: {found.polls} polls in {found.seconds:.0f} s: {came}")
    print(f"  {found.inside} losses inside a commit")
    for name, seconds in (("killed", found.killed), ("stopped", found.stopped)):
        if seconds:
            after = f"{median(seconds):.1f} s (median), {max(seconds):.1f} s (most)"
            print(f"  {name} {len(seconds)}: others polled in all its partitions after {after}")
    for fault in found.faults:
        print("  ", fault)
    return not found.faults


def report(bus: str, outcome: Outcome) -> bool:
    """Print what came of it; whether all is well."""
    few = outcome.inside < outcome.kills // 5
    faults = outcome.faults + (["too few kills inside a commit"] if few else [])
    print(
        f"{bus}: {outcome.kills} kills, {outcome.inside} of them inside a commit, over {outcome.articles} articles"
        f" in {outcome.seconds:.0f} s: {'nothing lost, nothing twice' if not faults else f'{len(faults)} FAULTS'}"
    )
    for fault in faults:
        print("  ", fault)
    return not faults


if __name__ == "__main__":
    sys.exit(main())
