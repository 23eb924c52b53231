"""One service on Kafka beside other libraries: each reads articles of 4 KB, checks them, and publishes them for the next stage.

All do the same work for each article (work.py), on the same broker, one after the other, each in a process of its own.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.harness import run_json
from bench.hop.work import make_articles
from bench.kafka import kafka_address
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.messages.codec import encode

COUNT = 20_000
"""Records that each copies."""
LIMITS = (100, 500)
"""The most records of a transaction."""
ROUNDS = 3
ENVIRONMENT = Path(".cache/bench-kafka")
"""A separate environment, so that the dependencies of the peers stay out of this one."""
PACKAGES = ("confluent-kafka==2.12.2", "quixstreams==3.28.1", "faststream[kafka]==0.7.8", "aiokafka==0.14.0")
PROGRAMS = {
    "newsmonitor": "bench.hop.newsmonitor",
    "aiokafka, a producer a partition": "bench.hop.with_aiokafka",
    "confluent-kafka": "bench.hop.with_confluent",
    "quix-streams, exactly once": "bench.hop.with_quix",
    "faststream, at least once": "bench.hop.with_faststream",
}


def peers_python() -> str:
    """Return the path of Python in the peers' environment, which sees this one's packages too. The first call creates it."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / "ready").exists():
        print("setting up the peers (once) ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (site_packages,) = ENVIRONMENT.glob("lib/*/site-packages")
        (ours,) = Path(sys.prefix).glob("lib/*/site-packages")
        (site_packages / "newsmonitor.pth").write_text(f"{ours}\n")
        (ENVIRONMENT / "ready").touch()
    return str(python)


async def fill(bus: Bus) -> None:
    """Publish COUNT articles to the source."""
    articles = make_articles(COUNT)
    for start in range(0, COUNT, 500):
        await bus.publish([encode(each) for each in articles[start : start + 500]])


def run(name: str, servers: str, group: str, limit: int) -> dict[str, Any]:
    """Let the program *name* copy everything, and return its figures."""
    python = sys.executable if name == "newsmonitor" else peers_python()
    return run_json(python, "-m", PROGRAMS[name], servers, group, limit, COUNT)


async def main(names: Sequence[str] = tuple(PROGRAMS)) -> None:
    """Print the figures of each of the programs *names*, in several rounds."""
    peers_python()
    with kafka_address() as address:
        servers = address.url.removeprefix("kafka://")
        async with connect(address) as bus:
            await fill(bus)
        for number in range(ROUNDS):
            for limit in LIMITS:
                for name in names:
                    result = run(name, servers, f"{PROGRAMS[name].split('.')[-1]}-{limit}-{number}", limit)
                    print(
                        f"{name:<34} to {limit:>3}  {result['rate']:>8,.0f}/s  {result['cpu']:.3f} s of CPU for 1,000",
                        flush=True,
                    )
