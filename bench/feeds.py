"""Poll many feeds with newsmonitor, bare aiohttp and reader in one run, and measure the latency of published articles."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.feed_server import serving
from bench.harness import print_latencies, print_ratio, run_json

SIZES = (500, 2000)
"""Numbers of feeds."""
READER_FEEDS = 200
"""The number of feeds that reader polls. It polls one at a time, so the cost of each does not depend on their number."""
SECONDS = 8.0
"""The duration of each measurement."""
READER_ENVIRONMENT = Path(".cache/bench-reader")
"""A separate environment, so that reader's dependencies stay out of this one."""
READER_PACKAGES = ("reader==3.26", "feedparser==6.0.14", "sgmllib3k==1.0.0")


def reader_python() -> str:
    """Return the path of Python in reader's environment. The first call creates the environment."""
    python = READER_ENVIRONMENT / "bin" / "python"
    if not (READER_ENVIRONMENT / "ready").exists():
        print("setting up reader (once) ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", READER_ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *READER_PACKAGES], check=True)
        (READER_ENVIRONMENT / "ready").touch()
    return str(python)


def print_costs(name: str, result: dict[str, Any]) -> None:
    """Print the cost of polls of unchanged and of changed feeds."""
    unchanged, changed = result["unchanged"], result["changed"]
    print(
        f"{name:<22} {unchanged['ms']:7.3f} ms CPU a 304  {unchanged['rate']:8,.0f}/s   "
        f"{changed['ms']:7.2f} ms CPU a changed body  {changed['rate']:8,.0f}/s   {result['memory']:6.0f} MiB"
    )


async def main() -> None:
    """Measure each program by itself, with each number of feeds."""
    python = reader_python()
    for count in SIZES:
        print(f"\n{count} feeds of 30-50 items (about 40 kB), unchanged and then changed by one item")
        with serving(count) as base:
            reader = run_json(python, "-m", "bench.reader_peer", base, READER_FEEDS)
            bare = run_json(sys.executable, "-m", "bench.polling", "aiohttp", base, count, SECONDS)
            ours = run_json(sys.executable, "-m", "bench.polling", "newsmonitor", base, count, SECONDS)
        for name, result in (("newsmonitor", ours), ("bare aiohttp", bare), ("reader 3.26", reader)):
            print_costs(name, result)
        print(f"  feedparser alone: {reader['feedparser']:.2f} ms a body")
        print_ratio("a 304 against bare aiohttp", ours["unchanged"]["ms"], bare["unchanged"]["ms"])
        print_ratio("a 304 against reader", ours["unchanged"]["ms"], reader["unchanged"]["ms"])
        print_ratio("a changed body against feedparser alone", ours["changed"]["ms"], reader["feedparser"])
        print_ratio("a changed body against reader", ours["changed"]["ms"], reader["changed"]["ms"])
        steady = ours["steady"]
        print(
            f"  at one poll a feed each {steady['every']:g} s, 1 % publishing each second: {steady['rate']:.0f} polls/s, "
            f"{steady['cores'] * 100:.0f} % of a core; with no feeds {ours['idle'] * 100:.1f} %"
        )
        print_latencies("from published to on the bus", ours["from_published"])
        print_latencies("from received to on the bus", ours["from_received"])


if __name__ == "__main__":
    asyncio.run(main())
