"""A member of a consumer group on the SQLite file."""

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import structlog

from monitor.bus import UNLIMITED_BYTES, Fenced, Partition, ProducerRecord, Record, Restore, checked_records, fitting
from monitor.bus.sqlite import locks, tables

if TYPE_CHECKING:
    from monitor.bus.sqlite.bus import SqliteBus

STANDBY_SECONDS = 0.05
"""Seconds between two attempts to own a group that another member owns."""
OWNER_CHECK_SECONDS = 1.0
"""Seconds between two checks whether the owner of the group is stopped."""
END = 2**63 - 1
"""Greater than any offset."""

log = structlog.get_logger()


class SqliteSubscription:
    """See monitor.bus.Subscription.

    The member that holds the group's file lock owns the group; the kernel releases the lock on a crash. Every commit checks
    the owner's epoch, which fences former owners. So a member may also take over from an owner that is stopped: if that one is
    continued, it is fenced.
    """

    def __init__(self, bus: "SqliteBus", group: str, streams: Sequence[str], restore: Restore) -> None:
        self._bus, self._group, self._streams, self._restore = bus, group, streams, restore
        self._lock: int | None = None
        self._epoch: int | None = None
        self._generation = 0
        self._next_offsets: dict[str, int] = {}
        self._rewound: set[str] = set()
        # Whether a commit was refused since the group was claimed. The next read releases it, not the commit: it may run beside
        # a read, which must not go on with half of what it knows.
        self._is_fenced = False
        self._is_ready = False
        self._next_stream = 0
        self._stopped_owner = locks.Stopped()
        # The process from which the group was taken over while it was stopped.
        self._former_owner: int | None = None
        self._owner_checked = 0.0

    def partitions(self) -> frozenset[Partition]:
        """See monitor.bus.Subscription."""
        return frozenset() if self._is_fenced else frozenset(map(Partition, self._next_offsets))

    def is_ready(self) -> bool:
        """See monitor.bus.Subscription."""
        return self._is_ready and not self._is_fenced

    def trouble(self) -> str | None:
        """See monitor.bus.Subscription."""
        pid = self._former_owner
        if pid and self._epoch is not None and self._lock is None and locks.is_stopped(pid):
            return f"taken over from process {pid}, which is stopped: continue it with `kill -CONT {pid}`, or end it"
        return self._bus.trouble(self._streams)

    async def read(
        self, limit: int, wait: float, streams: Collection[str] = (), max_bytes: int = UNLIMITED_BYTES
    ) -> Sequence[Record]:
        """See monitor.bus.Subscription."""
        deadline = time.monotonic() + wait
        while not await self._own():
            self._is_ready = True
            if (left := deadline - time.monotonic()) <= 0:
                return ()
            await asyncio.sleep(min(STANDBY_SECONDS, left))
        self._is_ready = True
        while True:
            changed = self._bus.changed
            if batch := await self._read_available(limit, streams or self._streams, max_bytes):
                return batch
            if (left := deadline - time.monotonic()) <= 0:
                return ()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await changed.wait()

    def rewind(self, partition: Partition) -> None:
        """See monitor.bus.Subscription."""
        if partition.stream in self._next_offsets:
            self._rewound.add(partition.stream)

    async def commit(self, partition: Partition, done: Sequence[Record], out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Subscription."""
        # The epoch of now: until the transaction begins, a read may claim the group anew, and read the same records again.
        epoch = self._epoch
        try:
            records = checked_records(out, self._bus.streams)
            await self._bus.append(records, self._commit, epoch, done)
        except Fenced:
            if epoch == self._epoch:
                self._is_fenced = True
            raise
        except BaseException:
            self.rewind(partition)
            raise

    def _commit(
        self, db: sqlite3.Connection, out: Sequence[ProducerRecord], now: float, epoch: int | None, done: Sequence[Record]
    ) -> None:
        self._bus.file.notice_restore(db)
        if self._generation != self._bus.file.generation:
            raise Fenced(f"the contents of the file may have been exchanged: {self._group} restores its state")
        tables.commit(db, self._group, epoch or 0, done, out, self._bus.retention, now)

    def release(self) -> None:
        """Release the group, so that a standby member can own it."""
        self._next_offsets.clear()
        self._rewound.clear()
        self._epoch, self._is_fenced = None, False
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _own(self) -> bool:
        """Try to own the group and restore its state. Return whether it is owned and restored."""
        self._bus.file.raise_fault()
        if self._is_fenced or (self._epoch is not None and self._generation != self._bus.file.generation):
            self.release()
        if self._lock is None and not self._acquire() and self._epoch is None and not self._is_owner_stopped():
            return False
        if self._epoch is None:
            self._epoch = await self._bus.write(self._claim)
        for stream in self._streams:
            if stream not in self._next_offsets:
                start = await self._bus.read(tables.position, self._group, stream)
                await self._restore(Partition(stream))
                self._next_offsets[stream] = start
        for stream in tuple(self._rewound):
            self._next_offsets[stream] = await self._bus.read(tables.position, self._group, stream)
            self._rewound.discard(stream)
        return True

    def _acquire(self) -> bool:
        """Try to lock the group."""
        lock = locks.open_lock_file(self._bus.file.real, self._group)
        if not locks.try_lock(lock):
            os.close(lock)
            return False
        self._lock = lock
        return True

    def _is_owner_stopped(self) -> bool:
        """Return True if the process that owns the group has been stopped for too long (Timeouts)."""
        now = time.monotonic()
        if now - self._owner_checked < OWNER_CHECK_SECONDS:
            return False
        self._owner_checked = now
        pid = locks.owner(locks.lock_file(self._bus.file.real, self._group))
        if self._stopped_owner.seconds(pid, now) < self._bus.file.timeouts.stopped:
            return False
        self._former_owner = pid
        log.warning(
            "taking over from a process that is stopped", group=self._group, pid=pid, remedy=f"kill -CONT {pid}, or end it"
        )
        return True

    def _claim(self, db: sqlite3.Connection) -> int:
        self._bus.file.notice_restore(db)
        self._generation = self._bus.file.generation
        return tables.claim(db, self._group, self._streams)

    async def _read_available(self, limit: int, streams: Collection[str], max_bytes: int) -> Sequence[Record]:
        """Return records of the next of *streams*, in round-robin order, that has any."""
        for _ in self._streams:
            stream = self._streams[self._next_stream % len(self._streams)]
            self._next_stream += 1
            if stream not in streams:
                continue
            start = self._next_offsets[stream]
            if page := await self._bus.read(tables.page, stream, start, END, limit):
                if page[0].offset > start:
                    # Those before it were superseded, or have expired: then this raises OffsetOutOfRange.
                    await self._bus.read(tables.position, self._group, stream)
                batch = page[: fitting((len(record.value) for record in page), max_bytes)]
                self._next_offsets[stream] = batch[-1].offset + 1
                return batch
        return ()


def position_and_head(db: sqlite3.Connection, group: str, stream: str) -> tuple[int, int] | None:
    """Return the next offset of *group* and the head of *stream*; None if the group has never read it."""
    row: tuple[int, int] | None = db.execute(
        "SELECT next, head FROM positions JOIN streams ON name = stream WHERE member = ? AND stream = ?", (group, stream)
    ).fetchone()
    return row
