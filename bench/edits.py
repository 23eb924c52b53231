"""The time from an edit of monitor.toml to the first alert that it causes, in another process, while articles arrive."""

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
from tests.make import article_stories

WATCHES = (10, 1_000, 10_000, 100_000)
EDITS = 10
RATE = 50
"""Articles per second."""


def config_text(count: int, severity: str) -> str:
    """Return a config with one watch that every article matches, and *count* others, half of them queries."""

    def others() -> Iterator[str]:
        for number in range(count):
            name = f"name{number} family{number}"
            if number % 2:
                condition = f'any = ["{name}", "alias{number}"]'
            else:
                condition = f"query = '\"{name}\" NEAR/5 (talks OR visit) NOT film'"
            yield f'[[watches]]\nid = "w{number}"\n{condition}\n'

    return f'bus = "sqlite:bench.db"\n[[watches]]\nid = "all"\nany = ["article"]\nseverity = "{severity}"\n' + "".join(others())


@asynccontextmanager
async def alerts_process(folder: Path) -> AsyncIterator[Process]:
    """Run `newsmonitor run alerts` in *folder*."""
    environment = dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[1])}
    arguments = ("-m", "monitor", "--log", "error", "run", "alerts")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=folder, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def publish_articles(bus: Bus) -> None:
    """Publish RATE articles per second until cancelled, each in a story of its own."""
    number = 0
    while True:
        await bus.publish(
            [encode(article_stories(f"article {number}", id=f"{number:08}", story=f"{number:08}", minutes=number / 60))]
        )
        number += 1
        await asyncio.sleep(1 / RATE)


async def measure(watches: int) -> list[float]:
    """Return the seconds from each of EDITS edits to the first alert that it causes."""
    seconds = []
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "monitor.toml"
        config.write_text(config_text(watches, "low"))
        async with connect(f"sqlite:{Path(name) / 'bench.db'}") as bus, alerts_process(Path(name)):
            publishing = asyncio.create_task(publish_articles(bus))
            alerts = tail(bus, Alert.STREAM.name, None)
            await anext(alerts)
            for edit in range(EDITS):
                severity = ("high", "low")[edit % 2]
                config.write_text(config_text(watches, severity))
                edited_at = time.time()
                while (alert := decode(Alert, await anext(alerts))).severity != severity:
                    pass
                seconds.append(alert.stamps["alert.v1"].timestamp() - edited_at)
            publishing.cancel()
    return seconds


async def main() -> None:
    """Print a line for each number of watches."""
    logs.set_up("error")
    for watches in WATCHES:
        seconds = sorted(await measure(watches))
        print(
            f"{watches:>7,} watches: median {seconds[len(seconds) // 2]:.2f} s, longest {seconds[-1]:.2f} s, of {EDITS} edits",
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(main())
