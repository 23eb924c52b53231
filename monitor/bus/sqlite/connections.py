"""The connections to the file of the bus: all to the same file, which is the one at the path."""

import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from monitor.bus import Misconfigured, Transient
from monitor.bus.sqlite.errors import disk_error, may_pass, unusable, unwritable
from monitor.bus.sqlite.files import ENTER_SECONDS, Files, enter, files_at, is_empty, register
from monitor.bus.sqlite.locks import MAINTENANCE, folder, lock_file
from monitor.bus.sqlite.names import check_left_logs, check_links
from monitor.bus.sqlite.other_users import OpenByAnotherName, check_before_opening, check_once_open
from monitor.bus.sqlite.tables import open_file
from monitor.bus.sqlite.transactions import retry_while_locked
from monitor.bus.streams import Stream

PATIENCE = 1.0
"""Seconds for which a file is tried again that seems open by another name."""
FOLDER_SECONDS = 2.0
"""Longest wait for processes that open the file by other names. Other programs may hold the lock of the folder for long:
after this time, the file is opened without it."""


class Exchanged(Transient):
    """Other files are at the path than those that were to be opened."""


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections, the *files* that they have open, and the version of the *schema*."""

    reader: sqlite3.Connection
    writer: sqlite3.Connection
    scanner: sqlite3.Connection
    files: Files
    schema: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The file *real*, without symbolic links, that was opened with the descriptor *lock*. *is_new* if nothing was in it."""

    real: Path
    lock: int
    connections: Connections
    is_new: bool


def open_together(path: Path, synchronous: str, streams: Mapping[str, Stream], patience: float = PATIENCE) -> Opened:
    """Open the file at *path* once the other processes that have it open allow it. Raises Misconfigured and Transient.

    For *patience* seconds, a file that seems open by another name is tried again: a program that opens or closes it by the same
    name looks so for a moment.
    """
    started = time.monotonic()
    while True:
        try:
            return _enter_and_open(path, synchronous, streams)
        except OpenByAnotherName:
            if time.monotonic() > started + patience:
                raise
        except Exchanged:
            # The last of the other processes may just have closed it, which removes the log.
            if time.monotonic() > started + ENTER_SECONDS:
                raise
        except OSError as error:
            raise (disk_error if may_pass(error, path) else unusable)(path, error) from error
        time.sleep(0.02)


def _enter_and_open(path: Path, synchronous: str, streams: Mapping[str, Stream]) -> Opened:
    # In a folder that does not exist, the file would not be found at the path.
    path.parent.stat()
    real = Path(os.path.realpath(path))
    check_links(path, real)
    lock, expected = enter(real)
    try:
        is_new = is_empty(real) or not lock_file(real, MAINTENANCE).exists()
        with ExitStack() as stack:
            if is_first := expected.wal is None:
                # Of processes that open the file by different names at the same time, the first one decides the name.
                stack.enter_context(folder(real.parent, FOLDER_SECONDS))
                check_before_opening(real)
                check_left_logs(real)
            opened = open_connections(path, real, lock, expected, synchronous, streams, is_first=is_first)
            return Opened(real, lock, opened, is_new)
    except BaseException:
        os.close(lock)
        raise


def open_connections(
    path: Path,
    real: Path,
    lock: int,
    expected: Files,
    synchronous: str,
    streams: Mapping[str, Stream],
    *,
    is_first: bool = False,
) -> Connections:
    """Open the *expected* file at *path*, whose name without symbolic links is *real*, and register it with *lock*.

    Both *lock* and *expected* are from `enter`. A process that *is_first* decides the name by which the file is open. Raises
    Exchanged, Misconfigured and other Transient errors.
    """

    def check() -> Files:
        # If *real* has become a link, SQLite opens another log than that of the other processes.
        if not (files := files_at(str(path), str(real))).are(expected) or Path(os.path.realpath(path)) != real:
            raise Exchanged(f"{path} was removed or exchanged while it was opened: try again once nothing changes it")
        if is_first:
            # Another may have opened it at the same time by a name in another folder. Nothing has been written yet.
            check_once_open(real)
        return files

    with ExitStack() as opened:
        try:
            reader = opened.enter_context(closing(open_file(real, synchronous, streams, check)))
            # The others must have the same log, which this one has begun if no other process has it open.
            expected = check()
            writer, scanner = (opened.enter_context(closing(open_file(real, synchronous, streams, check))) for _ in range(2))
            schema = retry_while_locked(schema_version, reader)
        except (Misconfigured, Transient):
            # If the file is no longer there, the error is about another one.
            check()
            raise
        if not (files := check()).is_complete():
            raise Exchanged(f"{real}-wal or {real}-shm was removed while it was opened: try again once nothing changes it")
        if other := unwritable(real):
            # One that is no longer there is no question of rights.
            check()
            raise Misconfigured(f"{other} is not a file that may be written: change its permissions, or move it away")
        register(lock, files)
        opened.pop_all()
    return Connections(reader, writer, scanner, files, schema)


def schema_version(db: sqlite3.Connection) -> int:
    """Return the number of changes of the schema. SQLite counts a restored backup as one."""
    row: tuple[int] = db.execute("PRAGMA schema_version").fetchone()
    return row[0]
