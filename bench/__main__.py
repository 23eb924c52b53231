"""Run benchmarks one after the other; docs/performance.md explains their results."""

import argparse
import subprocess
import sys

BENCHMARKS = (
    "bus",
    "hop",
    "pipeline",
    "entities",
    "latency",
    "rate",
    "backlog",
    "delivery",
    "webhook",
    "stories",
    "sustained",
    "scaling",
    "soak",
    "feeds",
    "hostile",
    "edits",
    "growth",
    "page",
    "page.browser",
    "startup",
    "fanout",
    "full_log",
    "restore",
    "compaction",
)
BY_NAME = ("volume", "matching DATA", "schedule FOLDER", "fidelity FOLDER")
"""Benchmarks that take an hour, or are of data that is not shipped, with their argument."""


def main() -> int:
    """Run the benchmarks, each in a process of its own: ``python -m bench.NAME``. Return 1 if one fails, otherwise 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Run benchmarks one after the other, all by default. `python -m bench.NAME` runs one.",
        epilog=f"Benchmarks of an hour or on data of your own: {', '.join(f'python -m bench.{each}' for each in BY_NAME)}.",
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {min(unknown)!r}; there are: {', '.join(BENCHMARKS)}")
    failed = []
    for name in names or BENCHMARKS:
        print(f"\n== python -m bench.{name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
