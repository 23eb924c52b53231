"""The open file of the bus: transactions on it, copying its log back, and what is done if something happens to it.

Nothing is acknowledged that the file at the path does not contain: each transaction checks that the log at the path and its
index are those that are open while it holds the lock for writing, and that the file is after the commit.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from monitor.bus import Damaged, StorageFull, Transient
from monitor.bus.sqlite import locks, tables
from monitor.bus.sqlite.checkpoints import checkpoint, copy_into_moved
from monitor.bus.sqlite.connections import PATIENCE, Connections, open_connections, open_together, schema_version
from monitor.bus.sqlite.errors import disk_error, is_busy, may_pass, unusable
from monitor.bus.sqlite.files import Files, are_at, describe_change, files_at, inode
from monitor.bus.sqlite.transactions import LOCK_SECONDS, TIMEOUTS, Timeouts, begin, complete, retry_while_locked
from monitor.bus.streams import Stream

P = ParamSpec("P")
T = TypeVar("T")

PAGE_SIZE = 4096
"""Bytes of a page of the file: the default of SQLite, whose name for it this is."""
WAIT_AGAIN_SECONDS = 30.0
"""Seconds until the next wait for the readers of the log after one in vain. One that reads for hours must not slow writers."""

log = structlog.get_logger()


class BusFile:
    """The connections to the file. The event loop uses *reader*; one thread at a time calls the methods that write.

    *scanner* checks the contents. It is opened with the others, because SQLite removes the log of a file that has become empty
    when it is opened.

    *fault* says why the file cannot be used at the moment; *is_damaged* tells damaged contents from files that are not those
    that were opened. *generation* grows whenever the contents may be others than before, for example those of a backup.
    *read_only* is True if this process may not write the file.
    """

    def __init__(self, path: Path, synchronous: str, streams: Mapping[str, Stream], timeouts: Timeouts = TIMEOUTS) -> None:
        self.path, self._synchronous, self.streams, self.timeouts = path, synchronous, streams, timeouts
        self.fault: str | None = None
        self.is_damaged, self.is_open, self.is_full = False, False, False
        self.generation = 0
        self._locked_since: float | None = None
        self._stopped = locks.Stopped()
        self._not_copied = 0
        self._next_wait = 0.0
        self.next_scan = 0.0
        self.size_seen: tuple[int, int] | None = None
        self.refused: tuple[int, int] | None = None
        self.real = Path(os.path.realpath(path))
        self.lock: int | None = None
        self.read_only = _is_read_only(path)
        if not self.read_only and str(path) != tables.IN_MEMORY:
            if self._enter():
                self._note_first()
            return
        db = tables.open_read_only(path) if self.read_only else tables.open_file(path, synchronous, streams)
        self.reader = self.writer = self.scanner = db
        try:
            self._schema = retry_while_locked(schema_version, db)
        except BaseException:
            db.close()
            raise

    def _enter(self, patience: float = PATIENCE) -> bool:
        """Open the file together with the other processes. Return True if it is new. Raises Misconfigured and Transient.

        After an exception the lock of the file that was open before is still held.
        """
        opened = open_together(self.path, self._synchronous, self.streams, patience)
        if self.lock is not None:
            os.close(self.lock)
        self.real, self.lock = opened.real, opened.lock
        self._use(opened.connections)
        return opened.is_new

    def _note_first(self) -> None:
        """Record that newsmonitor has written the new file. If that raises Transient or Misconfigured, nothing is open."""
        try:
            with locks.maintenance(self.real, LOCK_SECONDS) as descriptor:
                self.note_time(descriptor)
        except OSError as error:
            self.disconnect()
            if self.lock is not None:
                os.close(self.lock)
            may_be_opened = may_pass(error, self.path) or isinstance(error, FileNotFoundError)
            raise (disk_error if may_be_opened else unusable)(self.path, error) from error

    def _use(self, opened: Connections) -> None:
        self.reader, self.writer, self.scanner = opened.reader, opened.writer, opened.scanner
        self.files, self._schema, self.is_open = opened.files, opened.schema, True
        self._paths = (str(self.path), str(self.real), f"{self.real}-wal", f"{self.real}-shm")

    def reconnect(self, expected: Files) -> None:
        """Open the *expected* files, which are at the path now, after `disconnect`. Raises Misconfigured and Transient.

        If the path leads to another name now, they are looked for by that name.
        """
        if self.real == Path(os.path.realpath(self.path)) and self.lock is not None:
            self._use(open_connections(self.path, self.real, self.lock, expected, self._synchronous, self.streams))
        else:
            # The caller tries again, and holds a lock meanwhile that the others need to close the file.
            self._enter(patience=0)

    def disconnect(self) -> None:
        """Close the connections."""
        self.is_open = False
        for db in (self.reader, self.writer, self.scanner):
            db.close()

    def close(self) -> None:
        """Close the file."""
        if self.lock is None:
            self.disconnect()
            return
        # The last process that closes the file copies the log back.
        with suppress(OSError), locks.maintenance(self.real) as descriptor:
            unchanged = not self.fault and not self.is_written_by_others()
            if self.is_open and inode(str(self.real)) != self.files.main:
                copy_into_moved(self.writer, f"{self.real}-wal")
            self.disconnect()
            if unchanged:
                self.note_time(descriptor)
        self.disconnect()
        os.close(self.lock)

    def raise_fault(self) -> None:
        """Raise Damaged if the file is known not to be usable."""
        if self.fault:
            raise Damaged(self.fault)

    def check(self) -> None:
        """Raise Damaged if the file cannot be used, or is not the one at the path."""
        self.raise_fault()
        if self.lock is not None and not self.is_in_place():
            self.fault = describe_change(self.path, self.files, files_at(str(self.path), str(self.real)))
            raise Damaged(self.fault)

    def is_in_place(self) -> bool:
        """Return True if the files at the path are those that were opened."""
        return are_at(self.files, *self._paths)

    def set_damaged(self, problem: str) -> None:
        """Stop using the file, whose contents are damaged."""
        self.fault, self.is_damaged = problem, True

    def noticed(self, error: Transient) -> Transient:
        """Return *error*, of a read or a write. If it shows that the file cannot be used, nothing more is done with it."""
        self.is_full = self.is_full or isinstance(error, StorageFull)
        with suppress(Damaged):
            self.check()
            if isinstance(error, Damaged):
                self.set_damaged(str(error))
        return Damaged(self.fault) if self.fault else error

    def notice_changes(self) -> None:
        """Look whether the file is still the one at the path, with the same contents. Raises Damaged if it is not."""
        self.check()
        self.notice_restore(self.reader)

    def is_suspect(self) -> bool:
        """Return True if the contents should be checked now: something else has written them, or they were damaged."""
        return (
            self.is_open
            and time.monotonic() >= self.next_scan
            and (self.is_damaged or self._is_written_by_others_now())
            and self.is_in_place()
        )

    def transact(
        self, size: int, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run *action*, which writes about *size* bytes, in a transaction, and return its result. Raises Transient."""

        def guarded(db: sqlite3.Connection) -> T:
            # While this transaction holds the lock, no other process of newsmonitor begins another log (recovery.py). With
            # another index of the same log, it would write the log at the same time: this lock is in the index.
            self.check()
            return action(db, *args, **kwargs)

        self.raise_fault()
        now = time.monotonic()
        since = self._locked_since or now
        try:
            begin(self.writer, max(0.0, since + self.timeouts.lock - now))
        except Transient as error:
            if isinstance(error.__cause__, sqlite3.Error) and is_busy(error.__cause__):
                # The next ones do not wait again, until one has succeeded.
                self._locked_since = since
                raise Transient(f"{self.path} is locked for writing{locks.describe(self._holder())}") from error
            raise
        self._locked_since = None
        try:
            result = complete(self.writer, guarded)
        except Transient as error:
            raise self.noticed(error) from error
        if self.lock is not None and inode(self._paths[0]) != self.files.main:
            self.check()
        self._not_copied += size + 4 * PAGE_SIZE
        return result

    def notice_restore(self, db: sqlite3.Connection) -> None:
        """Begin a new generation if the contents were exchanged. SQLite counts a restored backup as a change of the schema."""
        if (schema := schema_version(db)) != self._schema:
            self._schema = schema
            self.generation += 1

    def _holder(self) -> int | None:
        return locks.writer(Path(f"{self.real}-shm"))

    def end_stopped_writer(self) -> None:
        """Kill a process of newsmonitor that has been stopped while it holds the lock for writing, so that others can go on."""
        if self._locked_since is None or (pid := self._holder()) is None:
            return
        if self._stopped.seconds(pid, time.monotonic()) > self.timeouts.stopped and locks.kill_stopped_writer(self.real, pid):
            log.warning("killed a stopped process that blocked all others inside a write", pid=pid)

    def needs_copy(self) -> bool:
        """Return True if the write-ahead log should be copied back into the file."""
        return self._not_copied > tables.LOG_BYTES

    def is_log_long(self) -> bool:
        """Return True if the write-ahead log takes much more space than usual."""
        with suppress(OSError):
            return self.lock is not None and Path(f"{self.real}-wal").stat().st_size > 2 * tables.LOG_BYTES
        return False

    def copy_back(self) -> None:
        """Copy the write-ahead log back into the file, and shorten it if it is long.

        A reader that began long ago prevents that. It is tried again with the next writes, and every second. If the log grows
        all the same, because there are always readers, writers wait for those that read now. Later ones do not need the log.
        """
        if self.lock is None:
            return
        try:
            with locks.maintenance(self.real) as descriptor:
                # While the file has contents that others wrote, it must be checked before it is written.
                if descriptor is None or self.fault or self.is_written_by_others():
                    return
                self._not_copied = 0
                try:
                    may_wait = time.monotonic() >= self._next_wait
                    if not checkpoint(self.writer, is_long=self.is_log_long(), may_wait=may_wait):
                        self._next_wait = time.monotonic() + WAIT_AGAIN_SECONDS
                finally:
                    self.note_time(descriptor)
        except (sqlite3.Error, OSError) as error:
            log.warning("the write-ahead log cannot be copied back", path=str(self.path), error=str(error))

    def is_written_by_others(self) -> bool:
        """Return True if another program has written the file since newsmonitor last did, except through its log."""
        with suppress(OSError):
            noted = locks.lock_file(self.real, locks.MAINTENANCE).stat().st_mtime_ns
            return self.lock is not None and self.real.stat().st_mtime_ns != noted
        return False

    def _is_written_by_others_now(self) -> bool:
        """Return True if that is so although no process of newsmonitor is copying the log back."""
        if self.is_written_by_others():
            with suppress(OSError), locks.maintenance(self.real) as descriptor:
                return descriptor is not None and self.is_written_by_others()
        return False

    def modified(self) -> int | None:
        """Return when the file was modified, in nanoseconds since 1970."""
        with suppress(OSError):
            return self.real.stat().st_mtime_ns
        return None

    def note_time(self, descriptor: int | None) -> None:
        """Record that newsmonitor was the last to write the file. The maintenance lock, *descriptor*, must be held."""
        if descriptor is not None and (modified := self.modified()) is not None:
            os.utime(descriptor, ns=(modified, modified))


def _is_read_only(path: Path) -> bool:
    """Return True if there is a file at *path*, and this process may not write it or its folder."""
    before = inode(str(path))
    may_write = os.access(path, os.W_OK) and os.access(Path(os.path.realpath(path)).parent, os.W_OK)
    # A file that is moved away in between seems not to be writable.
    return before is not None and not may_write and inode(str(path)) == before
