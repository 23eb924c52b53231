"""From an edit of monitor.toml to the first article matched by it, in another process, while articles come; SQLite."""

import asyncio
import os
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from monitor import logs
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.bus.tail import tail
from monitor.messages import Alert
from monitor.messages.codec import decode, encode
from tests.make import told

WATCHES = (10, 1_000, 10_000, 100_000)
EDITS = 10
RATE = 50
"""Articles a second."""


def written(count: int, severity: str) -> str:
    """A config with one watch that every article matches, and *count* others, half of them queries."""

    def others() -> Iterator[str]:
        for number in range(count):
            words = f"name{number} family{number}"
            asks = (
                f'any = ["{words}", "alias{number}"]'
                if number % 2
                else f"query = '\"{words}\" NEAR/5 (talks OR visit) NOT film'"
            )
            yield f'[[watches]]\nid = "w{number}"\n{asks}\n'

    return f'bus = "sqlite:bench.db"\n[[watches]]\nid = "all"\nany = ["article"]\nseverity = "{severity}"\n' + "".join(others())


@asynccontextmanager
async def alerting(folder: Path) -> AsyncIterator[Process]:
    """`newsmonitor run alerts`, in a process of its own."""
    found = dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[1])}
    words = ("-m", "monitor", "--log", "error", "run", "alerts")
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=folder, env=found)
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def publish(bus: Bus) -> None:
    """Articles at RATE, each of a story of its own."""
    number = 0
    while True:
        await bus.publish([encode(told(f"article {number}", id=f"{number:08}", story=f"{number:08}", minutes=number / 60))])
        number += 1
        await asyncio.sleep(1 / RATE)


async def measure(count: int) -> list[float]:
    """Seconds from each of EDITS edits to the first alert that was raised by it."""
    taken = []
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "monitor.toml"
        config.write_text(written(count, "low"))
        async with connect(f"sqlite:{Path(name) / 'bench.db'}") as bus, alerting(Path(name)):
            coming = asyncio.create_task(publish(bus))
            alerts = tail(bus, Alert.STREAM.name, None)
            await anext(alerts)
            for edit in range(EDITS):
                severity = ("high", "low")[edit % 2]
                config.write_text(written(count, severity))
                began = time.time()
                while (alert := decode(Alert, await anext(alerts))).severity != severity:
                    pass
                taken.append(alert.stamps["alert.v1"].timestamp() - began)
            coming.cancel()
    return taken


async def main() -> None:
    """One figure for each number of watches."""
    logs.set_up("error")
    for count in WATCHES:
        taken = sorted(await measure(count))
        print(
            f"{count:>7,} watches: median {taken[len(taken) // 2]:.2f} s, longest {taken[-1]:.2f} s, of {EDITS} edits",
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(main())
