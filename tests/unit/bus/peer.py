"""Another process that uses a bus: publishes or copies records until it is ended, or stops itself while it writes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.bus import ProducerRecord, Transient
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.tables import Retention
from tests.bus import restore_nothing

RETENTION = Retention(days=30, max_bytes=2**30)
STREAM = "article.raw.v1"
COPY = "article.entities.v1"


@contextmanager
def peer(path: Path, role: str) -> Iterator["subprocess.Popen[str]"]:
    """Run this module in another process, in *role*, until the block ends."""
    command = [sys.executable, "-m", "tests.unit.bus.peer", str(path), role]
    environment = dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: "subprocess.Popen[str]", start: str) -> str:
    """Wait for a line of output that begins with *start*, and return it."""
    assert process.stdout is not None
    for found in process.stdout:
        if found.startswith(start):
            return found.strip()
    raise AssertionError(f"the process ended before it said {start!r}")


async def publish(bus: SqliteBus) -> None:
    """Publish numbered records, and say which of them are acknowledged."""
    number = 0
    while True:
        try:
            await bus.publish([ProducerRecord(STREAM, f"peer {number}", bytes(2000))])
            print("acknowledged", number, flush=True)
        except Transient as error:
            print("refused", number, error, flush=True)
        number += 1
        await asyncio.sleep(0.01)


async def copy(bus: SqliteBus) -> None:
    """Copy the stream in the group `entities`, as a service would, until cancelled."""
    async with bus.subscribe("entities", STREAM, restore=restore_nothing) as subscription:
        while True:
            if batch := await subscription.read(7, 0.1):
                out = [ProducerRecord(COPY, record.key, record.value) for record in batch]
                await subscription.commit(batch[0].partition, batch, out)


def stop_in_write(_: object) -> None:
    """Stop this process. The signal may take effect after the call has returned."""
    print("stopping", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)


async def main() -> None:
    """Do what the command line says."""
    path, role = Path(sys.argv[1]), sys.argv[2]
    async with connect(path, RETENTION, "off") as bus:
        if role == "publish":
            await publish(bus)
        elif role == "copy":
            await copy(bus)
        elif role == "idle":
            print("idle", flush=True)
            await asyncio.Event().wait()
        elif role == "stop":
            await bus.write(stop_in_write)
        else:
            async with bus.subscribe("entities", STREAM, restore=restore_nothing) as subscription:
                while True:
                    batch = await subscription.read(10, 0.1)
                    print("owns", len(batch), subscription.partitions(), flush=True)
                    await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main())
