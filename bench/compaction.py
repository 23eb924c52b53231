"""How long a writer in another process waits while the superseded records of an SQLite file are removed."""

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random

from bench.harness import at_share
from monitor import logs
from monitor.bus import ProducerRecord
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.tables import Retention
from monitor.clock import utc

KEYS, VERSIONS = 60_000, 5_000
"""The keys of the stream, and the records of which each supersedes an older one."""
VALUE = os.urandom(10_000)
BATCH = 200
RETENTION = Retention(days=30, max_bytes=2**40)


def write(path: Path, stop: Event, waits: "multiprocessing.Queue[list[float]]") -> None:
    """Publish a record every 5 ms until *stop* is set. Put the seconds that each took into *waits*."""

    async def run() -> None:
        taken = []
        async with connect(path, RETENTION, "off") as bus:
            while not stop.is_set():
                started = time.perf_counter()
                await bus.publish([ProducerRecord("alert.v1", "a", b"{}")])
                taken.append(time.perf_counter() - started)
                await asyncio.sleep(0.005)
        waits.put(taken)

    asyncio.run(run())


async def publish(bus: SqliteBus, keys: Sequence[int]) -> None:
    """Publish a record of each of *keys*."""
    for start in range(0, len(keys), BATCH):
        await bus.publish(
            [ProducerRecord("story.v1", f"{key * 2654435761 % 2**32:08x}", VALUE) for key in keys[start : start + BATCH]]
        )


async def main(keys: int = KEYS) -> None:
    """Measure once with nothing to remove, and once during the removal."""
    logs.set_up("error")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        async with connect(path, RETENTION, "off") as bus:
            await publish(bus, range(keys))
            await bus.trim(utc().timestamp())
            await publish(bus, Random(1).choices(range(keys), k=VERSIONS))
            for name in ("nothing to remove", f"{VERSIONS:,} superseded records"):
                context = multiprocessing.get_context("spawn")
                stop, waits = context.Event(), context.Queue()
                writer = context.Process(target=write, args=(path, stop, waits))
                writer.start()
                await asyncio.sleep(2)
                began, started = time.process_time(), time.perf_counter()
                await (bus.trim(utc().timestamp()) if name[0] != "n" else asyncio.sleep(1))
                cpu, seconds = time.process_time() - began, time.perf_counter() - started
                stop.set()
                taken = sorted(await asyncio.to_thread(waits.get))
                writer.join()
                p50, p99 = (at_share(taken, share) * 1000 for share in (0.5, 0.99))
                print(
                    f"  {name}: {seconds:.2f} s, {cpu:.2f} s of CPU; a writer takes {p50:.1f} ms, p99 {p99:.1f} ms,"
                    f" longest {taken[-1] * 1000:.1f} ms",
                    flush=True,
                )


if __name__ == "__main__":
    asyncio.run(main(*(int(word) for word in sys.argv[1:2])))
