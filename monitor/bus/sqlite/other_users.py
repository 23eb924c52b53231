"""Who has the file of the bus open by another of its names, as SQLite's locks tell."""

import os
import sqlite3
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from monitor.bus import Transient
from monitor.bus.sqlite.errors import is_busy
from monitor.bus.sqlite.existing import open_existing
from monitor.bus.sqlite.files import inode, is_empty
from monitor.bus.sqlite.locks import OPEN, lock_file, locks_on

WRITE_VERSION, WITH_LOG = 18, b"\x02"
"""The byte of the header that says how the file is written, and its value for a log (sqlite.org/fileformat.html)."""


class OpenByAnotherName(Transient):
    """Another process has opened the file by another name, or is just opening or closing it by the same name."""


def check_before_opening(real: Path) -> None:
    """Raise OpenByAnotherName if another process has the file *real* open by another name.

    No process of newsmonitor may have it open by this name.
    """
    others = _others(real)
    if (others and _has_log(real)) or _is_locked(real):
        raise _error(real, others)


def check_once_open(real: Path) -> None:
    """Raise OpenByAnotherName if the kernel lists this process and another that has the file *real* open by another name.

    Of two that open it at the same time, at least one sees the other, since each looks once it has its own lock.
    """
    if os.getpid() in _processes(real, "POSIX") and (others := _others(real)):
        raise _error(real, others)


def _error(real: Path, others: Collection[int]) -> OpenByAnotherName:
    processes = f"process {', '.join(map(str, sorted(others)))}" if others else "the processes that use it"
    return OpenByAnotherName(
        f"{real} is open by another of its names, where its log is: stop {processes} (see `newsmonitor status`), or use the"
        " name by which it is open"
    )


def _others(real: Path) -> set[int]:
    """Return the processes that have a lock on *real*, and none on a file of this name: the index, or newsmonitor's lock.

    Those in other containers are not listed, and on other systems than Linux, none are.
    """
    # Once the index was removed, processes of newsmonitor that have not noticed yet have a lock on the former one.
    by_this_name = _processes(Path(f"{real}-shm"), "POSIX") | _processes(lock_file(real, OPEN), "FLOCK")
    return _processes(real, "POSIX") - by_this_name - {os.getpid()}


def _processes(file: Path, kind: str) -> set[int]:
    return {lock.pid for lock in locks_on(file) if lock.kind == kind and lock.pid > 0}


def _is_locked(real: Path) -> bool:
    """Return True if SQLite finds a lock on the file *real*, and no log is beside it."""
    if is_empty(real) or inode(f"{real}-wal"):
        return False
    try:
        with open_existing(real) as db:
            db.execute("PRAGMA busy_timeout=0")
            # Each connection that has read the file holds a lock on it. This mode allows no other, and begins no log.
            db.execute("PRAGMA locking_mode=EXCLUSIVE")
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        # Another program that has opened the file by this name has begun a log beside it, or writes it without one.
        return is_busy(error) and inode(f"{real}-wal") is None and _has_log(real)
    return False


def _has_log(real: Path) -> bool:
    """Return True if the file *real* is written through a log.

    This process may have no connection to it, since it would lose its locks: its only `BusFile` is the one to be opened.
    """
    with suppress(FileNotFoundError), real.open("rb") as file:
        return file.read(WRITE_VERSION + 1)[WRITE_VERSION:] == WITH_LOG
    return False
