"""The bus of a laptop: streams in one SQLite file, which several processes may share."""

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from monitor.bus import Fenced, Partition, ProducerRecord, Record, Restore, Subscription, Transient, check_size
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.retention import trim
from monitor.bus.sqlite.tables import Retention, attempt, transact
from monitor.bus.streams import Stream

P = ParamSpec("P")
T = TypeVar("T")

GLANCE = 0.005
"""Seconds between two looks at whether another process has written: over five stages 12 ms at the mean."""
STANDBY = 0.05
"""Seconds between two tries to own a group that another process owns."""
TRIM = 60.0
"""Seconds between two clean-ups."""
END = 2**63 - 1
"""Beyond any offset."""
REPLAY_PAGE = 200
"""Messages in one read of a replay: a long read transaction would let the write-ahead log grow."""


@asynccontextmanager
async def connect(path: Path, keep: Retention, synchronous: str = "full") -> AsyncIterator["SqliteBus"]:
    """The bus in the file at *path*, made where there is none. Raises Misconfigured."""
    bus = SqliteBus(path, keep, synchronous)
    watch = asyncio.create_task(bus.watch())
    try:
        yield bus
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        bus.close()


class SqliteBus:
    """See monitor.bus.Bus. Reads are quick and happen at once; writes, which wait for the disk, in a thread of their own."""

    def __init__(self, path: Path, keep: Retention, synchronous: str) -> None:
        self.path, self.keep = path, keep
        self.reader = tables.open_file(path, synchronous, keep.streams)
        self._writer = tables.open_file(path, synchronous, keep.streams)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bus")
        self.changed = asyncio.Event()

    @property
    def streams(self) -> Mapping[str, Stream]:
        """See monitor.bus.Bus."""
        return self.keep.streams

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown(wait=True)
        self.reader.close()
        self._writer.close()

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Bus."""
        await self.write(tables.publish, _checked(out, self.streams), self.keep)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Subscription]:
        """See monitor.bus.Bus. One member owns all of the group; further ones stand by."""
        subscription = SqliteSubscription(self, group, streams, restore)
        try:
            yield subscription
        finally:
            subscription.release()

    async def replay(
        self,
        stream: str,
        since: datetime | None,
        partition: int | None = None,  # noqa: ARG002  (a stream in SQLite has one)
    ) -> AsyncIterator[Record]:
        """See monitor.bus.Bus."""
        end = attempt(tables.head, self.reader, stream)
        start = attempt(tables.first_since, self.reader, stream, since.timestamp()) if since else 0
        while page := attempt(tables.page, self.reader, stream, start, end, REPLAY_PAGE):
            for delivery in page:
                yield delivery
            start = page[-1].offset + 1
            await asyncio.sleep(0)

    def partition(self, stream: str, key: str) -> int:  # noqa: ARG002  (a stream in SQLite has one)
        """See monitor.bus.Bus."""
        return 0

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """See monitor.bus.Bus."""
        row = attempt(_reached, self.reader, group, stream)
        return {} if row is None else {0: row[0]}

    async def lag(self, group: str, stream: str) -> int | None:
        """See monitor.bus.Bus."""
        row = attempt(_reached, self.reader, group, stream)
        return None if row is None else row[1] - row[0]

    async def write(self, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """*action* in a write transaction, which is over when this returns or raises, even where the caller is cancelled."""
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._thread, lambda: transact(self._writer, action, *args, **kwargs))
        try:
            result = await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise
        self.stir()
        return result

    def stir(self) -> None:
        """Wake those who wait for messages."""
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    async def watch(self) -> None:
        """Notice what other processes write, and clean up now and then."""
        version, cleaned = None, time.monotonic()
        while True:
            await asyncio.sleep(GLANCE)
            with contextlib.suppress(Transient, sqlite3.Error):
                (now,) = attempt(self.reader.execute, "PRAGMA data_version").fetchone()
                if now != version:
                    version = now
                    self.stir()
                if time.monotonic() - cleaned > TRIM:
                    cleaned = time.monotonic()
                    await self.trim(time.time())

    async def trim(self, now: float) -> None:
        """Remove what need not be kept at *now*, in seconds since 1970; commits come between its steps."""
        loop, steps = asyncio.get_running_loop(), trim(self._writer, self.keep, now)
        while await loop.run_in_executor(self._thread, next, steps, END) is not END:
            pass


class SqliteSubscription:
    """See monitor.bus.Subscription. An flock, which the kernel frees on a crash, tells who owns the group; an epoch fences."""

    def __init__(self, bus: SqliteBus, group: str, streams: Sequence[str], restore: Restore) -> None:
        self._bus, self._group, self._streams, self._restore = bus, group, streams, restore
        self._lock: int | None = None
        self._epoch: int | None = None
        self._next: dict[str, int] = {}
        self._turn = 0

    def partitions(self) -> frozenset[Partition]:
        """See monitor.bus.Subscription."""
        return frozenset(map(Partition, self._next))

    async def read(self, limit: int, wait: float) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        deadline = time.monotonic() + wait
        while not await self._own():
            if (left := deadline - time.monotonic()) <= 0:
                return ()
            await asyncio.sleep(min(STANDBY, left))
        while True:
            changed = self._bus.changed
            if batch := self._look(limit):
                return batch
            if (left := deadline - time.monotonic()) <= 0:
                return ()
            # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await changed.wait()

    def rewind(self, partition: Partition) -> None:
        """See monitor.bus.Subscription."""
        if partition.stream in self._next:
            self._next[partition.stream] = attempt(tables.position, self._bus.reader, self._group, partition.stream)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        try:
            await self._bus.write(
                tables.commit, self._group, self._epoch or 0, done, _checked(out, self._bus.streams), self._bus.keep
            )
        except Fenced:
            self.release()
            raise
        except BaseException:
            self.rewind(partition)
            raise

    def release(self) -> None:
        """Give the group up to whoever stands by."""
        self._next.clear()
        self._epoch = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _own(self) -> bool:
        """Whether the group is ours, and all of it restored."""
        if self._lock is None:
            self._lock = _lock(self._bus.path, self._group)
        if self._lock is None:
            return False
        if self._epoch is None:
            self._epoch = await self._bus.write(tables.claim, self._group, self._streams)
        for stream in self._streams:
            if stream not in self._next:
                start = attempt(tables.position, self._bus.reader, self._group, stream)
                await self._restore(Partition(stream))
                self._next[stream] = start
        return True

    def _look(self, limit: int) -> Sequence[Record]:
        """What there is in the first stream that has something, each in its turn."""
        for _ in self._streams:
            stream = self._streams[self._turn % len(self._streams)]
            self._turn += 1
            start = self._next[stream]
            if batch := attempt(tables.page, self._bus.reader, stream, start, END, limit):
                self._next[stream] = batch[-1].offset + 1
                return batch
        return ()


def _reached(db: sqlite3.Connection, group: str, stream: str) -> tuple[int, int] | None:
    """Where *group* goes on, and where *stream* ends."""
    row: tuple[int, int] | None = db.execute(
        "SELECT next, head FROM positions JOIN streams ON name = stream WHERE member = ? AND stream = ?", (group, stream)
    ).fetchone()
    return row


def _checked(out: Iterable[ProducerRecord], streams: Mapping[str, Stream]) -> Sequence[ProducerRecord]:
    messages = tuple(out)
    for message in messages:
        check_size(message, streams[message.stream])
    return messages


def _lock(path: Path, group: str) -> int | None:
    """The open file that holds *group*'s lock, or None while another process, or another member in this one, has it."""
    folder = path.with_name(f"{path.name}-locks")
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / group, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
