"""``python -m tests.chaos.mutants``: break the program in many ways, one at a time, and see that a trial notices each.

A mutant is a copy of the tree in which one text of the source is replaced by another. The processes run the code of the copy.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.broker import is_available, kafka_broker
from tests.chaos import mutations
from tests.chaos.fault_mutations import FAULT_MUTANTS
from tests.chaos.mutations import Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("monitor", "consumers", "schemas", "tests")
TIME_LIMIT = 3600.0
"""Seconds after which a trial counts as failed to end."""
KILLS = "30"
"""Kills in the test of delivery."""
MUTANTS = (*mutations.MUTANTS, *FAULT_MUTANTS)
Findings = list[tuple[str, str]]
"""The kind and the text of each finding."""
UNMUTATED = Mutant("(none)", frozenset(), ())
LEFT_OUT = "left out"
"""The kind of the finding for a fault that could not be made."""

__all__ = ["MUTANTS", "Mutant", "run_mutant"]


class NotApplicable(Exception):
    """The source does not have the text that a mutant replaces."""


def main() -> int:
    """Run the program as it is, and each mutant. Return 1 if one gets through, or if the program itself does not pass."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos.mutants",
        description="Check that a trial notices each of many mistakes in the program.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--bus", choices=["sqlite", "kafka", "both"], default="sqlite", help="run the mutants of this bus")
    parser.add_argument("--seeds", type=int, default=2, help="seeds that are tried until a mutant is caught")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trials at a time")
    parser.add_argument("--only", help="run only the mutants with this text in their name")
    options = parser.parse_args()
    mutants = [each for each in MUTANTS if options.bus in {"both", each.bus} and (options.only or "") in each.name]
    with tempfile.TemporaryDirectory() as name:
        for index, mutant in enumerate(mutants):
            # Before the first trial, since the trials take minutes.
            apply(mutant, copy_tree(Path(name) / str(index)))
    needs_broker = any(each.bus == "kafka" for each in mutants)
    with ThreadPoolExecutor(options.jobs) as pool, broker_if(needed=needs_broker) as broker:
        runs = pool.map(lambda each: report_mutant(each, range(1, options.seeds + 1), broker), [UNMUTATED, *mutants])
        return 0 if all(list(runs)) else 1


def report_mutant(mutant: Mutant, seeds: Iterable[int], broker: str) -> bool:
    """Run *mutant* with each of *seeds* until it is caught, and print a line. Return whether it was caught as expected."""
    started = time.monotonic()
    seed, findings = first_findings(lambda seed: run_mutant(mutant, seed, broker), seeds)
    kinds = {kind for kind, _ in findings}
    passed = bool(mutant.kinds & kinds) if mutant.kinds else not findings
    verdict = "" if passed else f"   <-- expected {', '.join(sorted(mutant.kinds)) or 'no finding'}: {findings[:2]}"
    print(f"{mutant.bus:6}  {mutant.name:60}  {time.monotonic() - started:4.0f} s  {outcome(kinds, seed)}{verdict}", flush=True)
    return passed


def first_findings(run: Callable[[int], Findings], seeds: Iterable[int]) -> tuple[int, Findings]:
    """Call *run* with each of *seeds* until it finds more than that a fault was left out.

    Return the last seed, and all findings.
    """
    seed, findings = 0, []
    for seed in seeds:
        findings += run(seed)
        if any(kind != LEFT_OUT for kind, _ in findings):
            break
    return seed, findings


def outcome(kinds: Collection[str], seed: int) -> str:
    """Describe the result of the trial with *seed*, which found these *kinds*."""
    if caught := sorted({*kinds} - {LEFT_OUT}):
        return f"caught by {', '.join(caught)} (seed {seed})"
    return f"not caught: a fault was left out (seed {seed})" if kinds else "passes"


def run_mutant(mutant: Mutant, seed: int, broker: str = "") -> Findings:
    """Return the findings of a trial of *mutant*, each with its kind and text. *broker* is that of a mutant of Kafka.

    A fault that this machine cannot make is one too, since it may be the one that shows the mutant.

    Raises NotApplicable, and RuntimeError if the trial has no report.
    """
    with tempfile.TemporaryDirectory() as name:
        tree = copy_tree(Path(name))
        apply(mutant, tree)
        options = ["--bus", mutant.bus, "--model", mutant.model, "--only", mutant.only, "--seed", str(seed), "--seeds", "1"]
        options += ["--delivery-kills", KILLS, "--faults", ",".join(mutant.faults)]
        # A trial that stops its broker has one of its own.
        shared = ["--broker", broker] if broker and not any("broker" in fault for fault in mutant.faults) else []
        command = [sys.executable, "-m", "tests.chaos", "--json", *options, *shared]
        # The tree comes first on the path, and each process checks that its modules are from there.
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        ended = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
        )
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise RuntimeError(f"{mutant.name}: the trial ended without a report: {ended.stderr[-2000:]}")
    report = json.loads(lines[-1])
    left_out = [(LEFT_OUT, f"{fault}: {why}") for fault, why in report.get("left_out", {}).items()]
    return left_out + [(each["kind"], each["text"]) for each in report["findings"]]


def copy_tree(folder: Path) -> Path:
    """Copy the source to *folder*, and return it."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    # The jars of the broker.
    (folder / ".cache").symlink_to(ROOT / ".cache")
    return folder


def apply(mutant: Mutant, tree: Path) -> None:
    """Make the edits of *mutant* in *tree*. Raises NotApplicable."""
    for file, old, new in mutant.edits:
        path = tree / file
        source = path.read_text()
        if source.count(old) != 1:
            raise NotApplicable(f"{mutant.name}: {file} has {source.count(old)} times {old!r}, not once; correct the mutant")
        path.write_text(source.replace(old, new))


@contextmanager
def broker_if(*, needed: bool) -> Iterator[str]:
    """Yield HOST:PORT of a broker if it is *needed*; otherwise an empty text."""
    if not needed:
        yield ""
        return
    if not is_available():
        raise SystemExit("no Kafka broker can run here; choose --bus sqlite")
    with tempfile.TemporaryDirectory() as name, kafka_broker(Path(name)) as broker:
        yield broker


if __name__ == "__main__":
    sys.exit(main())
