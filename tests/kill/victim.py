"""One service in a process of its own, which marks in a file when it is inside a commit, and dies there when asked;
all else is as in real life.
"""

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
from monitor.runtime.runner import address, run_services

WITHIN, ASKED, MARKS = 0, 1, 2
"""Marks: 1 while it is inside a commit, and still 1 if it died there; 1 where it is to die inside its next commit; how many."""
SESSION_SECONDS = 2.0
"""After this a broker takes the dead for gone."""


@dataclass
class MarkedSubscription:
    """A subscription whose commits are marked."""

    inner: Subscription
    mark: mmap.mmap
    lasted: float = 0.001
    """Seconds that the last commit took."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        self.mark[WITHIN], began = 1, time.monotonic()
        if self.mark[ASKED]:
            threading.Timer(random.uniform(0, self.lasted), os.kill, (os.getpid(), signal.SIGKILL)).start()
        try:
            await self.inner.commit(partition, done, out)
        finally:
            self.mark[WITHIN], self.lasted = 0, time.monotonic() - began


@dataclass
class MarkedBus:
    """A bus whose commits are marked."""

    inner: Bus
    mark: mmap.mmap

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Any]:
        """See monitor.bus.Bus."""
        async with self.inner.subscribe(group, *streams, restore=restore) as subscription:
            yield MarkedSubscription(subscription, self.mark)


async def main(config_file: Path, service: str, mark_file: Path) -> None:
    """Run *service* as `newsmonitor run SERVICE` does."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with mark_file.open("r+b") as file:
        mark = mmap.mmap(file.fileno(), MARKS)
    live = ConfigReloader(config_file)
    at = replace(address(live()), session_seconds=SESSION_SECONDS)
    while not stop.is_set():
        try:
            async with connect(at) as bus:
                await run_services(registry.make([service], live), MarkedBus(bus, mark), steady(), stop)
        except Transient as error:
            print("waiting for the bus", error, file=sys.stderr)
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
