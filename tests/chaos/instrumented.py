"""The command `newsmonitor`, with a bus that obeys the test inside a commit. The orders are flags in a file that both map.

``python -m tests.chaos.instrumented FLAGS ARGUMENTS``
"""

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

import consumers
import monitor
from monitor.bus import Bus, Partition, ProducerRecord, Record, Restore, Subscription
from monitor.bus.backends import Address, connect
from monitor.cli import main
from monitor.runtime import connection
from tests.chaos.hasty import hasten

STARTED, READY, IN_COMMIT, COMMITTED, ORDER = range(5)
"""The flags.

STARTED is set once the process handles SIGTERM. READY is the number of services that read their input. IN_COMMIT is set while
a service is inside a commit, and stays set if it dies there. COMMITTED is set after the first commit. ORDER is what the test
wants in the next commit, one of the following.
"""
FLAG_COUNT = 5
NOTHING, KILL, STOP = range(3)
"""Orders: to kill itself at a random moment of the commit, or to stop itself (SIGSTOP) before the commit."""
SESSION_SECONDS = 2.0
"""The session timeout: the broker removes a group member that sends no heartbeat for this long."""


@dataclass
class InstrumentedSubscription:
    """A subscription that reports its commits in the flags, and obeys ORDER."""

    inner: Subscription
    flags: mmap.mmap
    has_read: bool = False
    last_duration: float = 0.001
    """The duration of the last commit in seconds."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def read(self, *args: Any, **kwargs: Any) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        if not self.has_read:
            self.has_read, self.flags[READY] = True, self.flags[READY] + 1
        return await self.inner.read(*args, **kwargs)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        if self.flags[ORDER] == STOP:
            self.flags[ORDER] = NOTHING
            os.kill(os.getpid(), signal.SIGSTOP)
        self.flags[IN_COMMIT], start = 1, time.monotonic()
        is_last = self.flags[ORDER] == KILL
        if is_last:
            threading.Timer(random.uniform(0, self.last_duration), os.kill, (os.getpid(), signal.SIGKILL)).start()
        try:
            await self.inner.commit(partition, done, out)
            if is_last:
                # It was faster than the last one. So this process dies with the commit done, and does not know it.
                os.kill(os.getpid(), signal.SIGKILL)
            self.flags[COMMITTED] = 1
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


def check_source() -> None:
    """Raise RuntimeError if the modules are not from the tree that this file is in: a mutant would not run."""
    root = Path(__file__).parents[2]
    for package in (monitor, consumers):
        if Path(package.__file__ or "").parents[1] != root:
            raise RuntimeError(f"{package.__name__} is imported from {package.__file__}, not from {root}")


def run(flags_file: Path, arguments: list[str]) -> None:
    """Run the command with *arguments*, on an instrumented bus with the flags in *flags_file*."""
    check_source()
    flags = map_flags(flags_file)
    hasten()
    if "FAKETIME_TIMESTAMP_FILE" in os.environ:
        # libfaketime 0.9.10 fails in clock_nanosleep, which time.sleep calls, if it leaves the monotonic clock alone.
        setattr(time, "sleep", threading.Event().wait)  # noqa: B010  (its result is another one)

    @asynccontextmanager
    async def connect_instrumented(address: Address) -> AsyncIterator[Any]:
        flags[STARTED] = 1
        async with connect(replace(address, session_seconds=SESSION_SECONDS)) as bus:
            yield InstrumentedBus(bus, flags)

    setattr(connection, "connect", connect_instrumented)  # noqa: B010  (mypy knows it as a function of another module)
    main(arguments)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
