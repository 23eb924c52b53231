"""Polling many feeds: ours beside bare aiohttp and beside reader, in one run; and how soon what is published is on the bus."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.served import serving

SIZES = (500, 2000)
READER_FEEDS = 200
"""Feeds that reader is given: it asks one after the other, and its cost for each does not depend on their number."""
SECONDS = 8.0
PEER = Path(".cache/bench-reader")
"""The environment of the peer: what it needs is no business of ours."""
NEEDS = ("reader==3.26", "feedparser==6.0.14", "sgmllib3k==1.0.0")


def peer() -> str:
    """The Python of reader's environment, which is made at the first run."""
    python = PEER / "bin" / "python"
    if not (PEER / "ready").exists():
        print("setting up reader (once) ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", PEER], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *NEEDS], check=True)
        (PEER / "ready").touch()
    return str(python)


def contest(*command: object) -> dict[str, Any]:
    """What one contestant prints at its end."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def line(name: str, found: dict[str, Any]) -> None:
    """Print what a contestant took."""
    same, changed = found["same"], found["changed"]
    print(
        f"{name:<22} {same['ms']:7.3f} ms CPU a 304  {same['rate']:8,.0f}/s   "
        f"{changed['ms']:7.2f} ms CPU a changed body  {changed['rate']:8,.0f}/s   {found['memory']:6.0f} MiB"
    )


def ratio(name: str, ours: float, theirs: float) -> None:
    """Print how many times theirs ours takes."""
    print(f"  {name}: {ours / theirs:.2f} times, that is 1/{theirs / ours:.1f}")


def wait(name: str, seconds: list[float]) -> None:
    """Print a distribution."""
    p50, p95 = (seconds[int(len(seconds) * part)] * 1000 if seconds else float("nan") for part in (0.5, 0.95))
    print(f"  {name}: p50 {p50:,.0f} ms, p95 {p95:,.0f} ms ({len(seconds)} articles)")


async def main() -> None:
    """Each size in turn, each contestant by itself."""
    python = peer()
    for number in SIZES:
        print(f"\n{number} feeds of 30-50 items (about 40 kB), unchanged and then changed by one item")
        with serving(number) as base:
            reader = contest(python, "bench/reader_peer.py", base, READER_FEEDS)
            bare = contest(sys.executable, "-m", "bench.polling", "bare", base, number, SECONDS)
            ours = contest(sys.executable, "-m", "bench.polling", "ours", base, number, SECONDS)
        for name, found in (("newsmonitor", ours), ("bare aiohttp", bare), ("reader 3.26", reader)):
            line(name, found)
        print(f"  feedparser alone: {reader['feedparser']:.2f} ms a body")
        ratio("a 304 against bare aiohttp", ours["same"]["ms"], bare["same"]["ms"])
        ratio("a 304 against reader", ours["same"]["ms"], reader["same"]["ms"])
        ratio("a changed body against feedparser alone", ours["changed"]["ms"], reader["feedparser"])
        ratio("a changed body against reader", ours["changed"]["ms"], reader["changed"]["ms"])
        pace = ours["pace"]
        print(
            f"  at one poll a feed each {pace['every']:g} s, 1 % publishing each second: {pace['rate']:.0f} polls/s, "
            f"{pace['busy'] * 100:.0f} % of a core; with no feeds {ours['idle'] * 100:.1f} %"
        )
        wait("from published to on the bus", ours["waits"])
        wait("from received to on the bus", ours["handling"])


if __name__ == "__main__":
    asyncio.run(main())
