"""Publishing, subscribing and replaying on an SQLite file."""

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from monitor.bus import (
    UNLIMITED_BYTES,
    Fenced,
    Partition,
    ProducerRecord,
    Record,
    Restore,
    Subscription,
    Transient,
    checked_records,
    fitting,
)
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.retention import trim
from monitor.bus.sqlite.tables import Retention, retry_while_locked, transact
from monitor.bus.streams import Stream

P = ParamSpec("P")
T = TypeVar("T")

POLL_SECONDS = 0.005
"""Seconds between two checks for writes of other processes. Over five stages this adds 12 ms on average."""
STANDBY_SECONDS = 0.05
"""Seconds between two attempts to own a group that another member owns."""
TRIM_SECONDS = 60.0
"""Seconds between two removals of old records (retention.py)."""
END = 2**63 - 1
"""Greater than any offset."""
REPLAY_PAGE = 200
"""Records per read of a replay. A longer read transaction would let the write-ahead log grow."""


@asynccontextmanager
async def connect(path: Path, retention: Retention, synchronous: str = "full") -> AsyncIterator["SqliteBus"]:
    """Open the bus in the file at *path*, which is created if it does not exist. Raises Misconfigured."""
    bus = SqliteBus(path, retention, synchronous)
    maintenance = asyncio.create_task(bus.maintain())
    try:
        yield bus
    finally:
        maintenance.cancel()
        await asyncio.gather(maintenance, return_exceptions=True)
        bus.close()


class SqliteBus:
    """See monitor.bus.Bus. Reads run in the event loop. Writes run in a thread, because they wait for the disk."""

    def __init__(self, path: Path, retention: Retention, synchronous: str) -> None:
        self.path, self.retention = path, retention
        self.reader = tables.open_file(path, synchronous, retention.streams)
        self._writer = tables.open_file(path, synchronous, retention.streams)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bus")
        self.changed = asyncio.Event()

    @property
    def streams(self) -> Mapping[str, Stream]:
        """See monitor.bus.Bus."""
        return self.retention.streams

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown(wait=True)
        self.reader.close()
        self._writer.close()

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Bus."""
        await self.write(tables.publish, checked_records(out, self.streams), self.retention)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Subscription]:
        """See monitor.bus.Bus. One member owns the whole group; the others stand by."""
        subscription = SqliteSubscription(self, group, streams, restore)
        try:
            yield subscription
        finally:
            subscription.release()

    async def replay(
        self,
        stream: str,
        since: datetime | None,
        partition: int | None = None,  # noqa: ARG002  (each stream has one partition)
    ) -> AsyncIterator[Record]:
        """See monitor.bus.Bus."""
        end = retry_while_locked(tables.head, self.reader, stream)
        start = retry_while_locked(tables.first_since, self.reader, stream, since.timestamp()) if since else 0
        while page := retry_while_locked(tables.page, self.reader, stream, start, end, REPLAY_PAGE):
            for record in page:
                yield record
            start = page[-1].offset + 1
            await asyncio.sleep(0)

    def partition(self, stream: str, key: str) -> int:  # noqa: ARG002  (each stream has one partition)
        """See monitor.bus.Bus."""
        return 0

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """See monitor.bus.Bus."""
        row = retry_while_locked(_position_and_head, self.reader, group, stream)
        return {} if row is None else {0: row[0]}

    async def lag(self, group: str, stream: str) -> int | None:
        """See monitor.bus.Bus."""
        row = retry_while_locked(_position_and_head, self.reader, group, stream)
        return None if row is None else row[1] - row[0]

    async def write(self, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *action* in a write transaction and return its result.

        The transaction has ended when this returns or raises, even if the caller is cancelled.
        """
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._thread, lambda: transact(self._writer, action, *args, **kwargs))
        try:
            result = await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise
        self.notify()
        return result

    def notify(self) -> None:
        """Wake the subscriptions that wait for records."""
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    async def maintain(self) -> None:
        """Wake subscriptions after writes of other processes, and remove old records every TRIM_SECONDS. Never returns."""
        version, trimmed = None, time.monotonic()
        while True:
            await asyncio.sleep(POLL_SECONDS)
            with contextlib.suppress(Transient, sqlite3.Error):
                (now,) = retry_while_locked(self.reader.execute, "PRAGMA data_version").fetchone()
                if now != version:
                    version = now
                    self.notify()
                if time.monotonic() - trimmed > TRIM_SECONDS:
                    trimmed = time.monotonic()
                    await self.trim(time.time())

    async def trim(self, now: float) -> None:
        """Remove the records that need not be kept at *now*, in seconds since 1970. Commits may run between the steps."""
        loop, steps = asyncio.get_running_loop(), trim(self._writer, self.retention, now)
        while await loop.run_in_executor(self._thread, next, steps, END) is not END:
            pass


class SqliteSubscription:
    """See monitor.bus.Subscription.

    The member that holds the group's file lock owns the group; the kernel releases the lock on a crash. Every commit checks
    the owner's epoch, which fences former owners.
    """

    def __init__(self, bus: SqliteBus, group: str, streams: Sequence[str], restore: Restore) -> None:
        self._bus, self._group, self._streams, self._restore = bus, group, streams, restore
        self._lock: int | None = None
        self._epoch: int | None = None
        self._next_offsets: dict[str, int] = {}
        self._next_stream = 0

    def partitions(self) -> frozenset[Partition]:
        """See monitor.bus.Subscription."""
        return frozenset(map(Partition, self._next_offsets))

    async def read(
        self, limit: int, wait: float, streams: Collection[str] = (), max_bytes: int = UNLIMITED_BYTES
    ) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        deadline = time.monotonic() + wait
        while not await self._own():
            if (left := deadline - time.monotonic()) <= 0:
                return ()
            await asyncio.sleep(min(STANDBY_SECONDS, left))
        while True:
            changed = self._bus.changed
            if batch := self._read_available(limit, streams or self._streams, max_bytes):
                return batch
            if (left := deadline - time.monotonic()) <= 0:
                return ()
            # Not wait_for: before Python 3.12 it can lose a cancellation that arrives together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await changed.wait()

    def rewind(self, partition: Partition) -> None:
        """See monitor.bus.Subscription."""
        if partition.stream in self._next_offsets:
            position = retry_while_locked(tables.position, self._bus.reader, self._group, partition.stream)
            self._next_offsets[partition.stream] = position

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        try:
            records = checked_records(out, self._bus.streams)
            await self._bus.write(tables.commit, self._group, self._epoch or 0, done, records, self._bus.retention)
        except Fenced:
            self.release()
            raise
        except BaseException:
            self.rewind(partition)
            raise

    def release(self) -> None:
        """Release the group, so that a standby member can own it."""
        self._next_offsets.clear()
        self._epoch = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _own(self) -> bool:
        """Try to own the group and restore its state. Return whether it is owned and restored."""
        if self._lock is None:
            self._lock = _lock(self._bus.path, self._group)
        if self._lock is None:
            return False
        if self._epoch is None:
            self._epoch = await self._bus.write(tables.claim, self._group, self._streams)
        for stream in self._streams:
            if stream not in self._next_offsets:
                start = retry_while_locked(tables.position, self._bus.reader, self._group, stream)
                await self._restore(Partition(stream))
                self._next_offsets[stream] = start
        return True

    def _read_available(self, limit: int, streams: Collection[str], max_bytes: int) -> Sequence[Record]:
        """Return records of the next of *streams*, in round-robin order, that has any."""
        for _ in self._streams:
            stream = self._streams[self._next_stream % len(self._streams)]
            self._next_stream += 1
            if stream not in streams:
                continue
            start = self._next_offsets[stream]
            if page := retry_while_locked(tables.page, self._bus.reader, stream, start, END, limit):
                batch = page[: fitting((len(record.value) for record in page), max_bytes)]
                self._next_offsets[stream] = batch[-1].offset + 1
                return batch
        return ()


def _position_and_head(db: sqlite3.Connection, group: str, stream: str) -> tuple[int, int] | None:
    """Return the next offset of *group* and the head of *stream*; None if the group has never read it."""
    row: tuple[int, int] | None = db.execute(
        "SELECT next, head FROM positions JOIN streams ON name = stream WHERE member = ? AND stream = ?", (group, stream)
    ).fetchone()
    return row


def _lock(path: Path, group: str) -> int | None:
    """Lock *group* and return the open lock file; None if another member, in any process, holds the lock."""
    folder = path.with_name(f"{path.name}-locks")
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / group, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
