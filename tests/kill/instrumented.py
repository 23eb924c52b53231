"""The program of a service process: `newsmonitor run SERVICE`, with flags in a file that the test also maps into memory."""

import asyncio
import mmap
import os
import random
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor.bus import Bus, Partition, ProducerRecord, Record, Restore, Subscription, Transient
from monitor.bus.backends import connect
from monitor.clock import steady
from monitor.config.reload import ConfigReloader
from monitor.runtime import registry
from monitor.runtime.connection import bus_address
from monitor.runtime.runner import run_services

STARTED, IN_COMMIT, KILL_IN_COMMIT = range(3)
"""The flags, each 0 or 1.

STARTED is set once the process handles SIGTERM. IN_COMMIT is set while the service is inside a commit, and stays set if it
dies there. The test sets KILL_IN_COMMIT: the service then kills itself inside its next commit.
"""
FLAG_COUNT = 3
SESSION_SECONDS = 2.0
"""The session timeout: the broker removes a group member that sends no heartbeat for this long."""


@dataclass
class InstrumentedSubscription:
    """A subscription that sets the flag IN_COMMIT and obeys KILL_IN_COMMIT."""

    inner: Subscription
    flags: mmap.mmap
    last_duration: float = 0.001
    """The duration of the last commit in seconds."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        self.flags[IN_COMMIT], start = 1, time.monotonic()
        if self.flags[KILL_IN_COMMIT]:
            threading.Timer(random.uniform(0, self.last_duration), os.kill, (os.getpid(), signal.SIGKILL)).start()
        try:
            await self.inner.commit(partition, done, out)
        finally:
            self.flags[IN_COMMIT], self.last_duration = 0, time.monotonic() - start


@dataclass
class InstrumentedBus:
    """A bus whose subscriptions are instrumented."""

    inner: Bus
    flags: mmap.mmap

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Any]:
        """See monitor.bus.Bus."""
        async with self.inner.subscribe(group, *streams, restore=restore) as subscription:
            yield InstrumentedSubscription(subscription, self.flags)


def map_flags(path: Path) -> mmap.mmap:
    """Map the flags in the file *path* into memory."""
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), FLAG_COUNT)


async def main(config_file: Path, service: str, flags_file: Path) -> None:
    """Run *service* as `newsmonitor run SERVICE` does, until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    flags = map_flags(flags_file)
    flags[STARTED] = 1
    config = ConfigReloader(config_file)
    address = replace(bus_address(config()), session_seconds=SESSION_SECONDS)
    while not stop.is_set():
        try:
            async with connect(address) as bus:
                await run_services(registry.make([service], config), InstrumentedBus(bus, flags), steady(), stop)
        except Transient as error:
            print("waiting for the bus", error, file=sys.stderr)
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
