"""Run benchmarks one after the other; docs/performance.md explains their results."""

import argparse
import asyncio
from importlib import import_module

BENCHMARKS = (
    "bus",
    "pipeline",
    "entities",
    "latency",
    "backlog",
    "delivery",
    "webhook",
    "stories",
    "soak",
    "feeds",
    "hostile",
    "edits",
    "growth",
    "page",
    "page_browser",
    "startup",
    "fanout",
    "full_log",
    "restore",
    "compaction",
)
BY_NAME = ("volume", "matching DATA", "schedule FOLDER", "fidelity FOLDER")
"""Benchmarks that take an hour, or are of data that is not shipped, with their argument."""


def main() -> None:
    """Run the benchmarks in this process, so that they do not share the CPU with each other."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Run benchmarks one after the other, all by default.",
        epilog=f"Benchmarks of an hour or on data of your own: {', '.join(f'python -m bench.{each}' for each in BY_NAME)}.",
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {min(unknown)!r}; there are: {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        module = import_module(f"bench.{name}")
        print(f"\n== {name}: {module.__doc__}", flush=True)
        asyncio.run(module.main())


if __name__ == "__main__":
    main()
