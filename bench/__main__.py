"""All benchmarks, one after the other; docs/performance.md says what each shows."""

import asyncio
from importlib import import_module

BENCHMARKS = ("bus", "pipeline", "latency", "delivery", "soak", "feeds", "hostile", "edits")


def main() -> None:
    """Run each in this process, so that nothing else of ours takes the processor."""
    for name in BENCHMARKS:
        module = import_module(f"bench.{name}")
        print(f"\n== {name}: {module.__doc__}", flush=True)
        asyncio.run(module.main())
    print("\nbench.matching wants a set of articles: python -m bench.matching DATA")


if __name__ == "__main__":
    main()
