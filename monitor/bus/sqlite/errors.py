"""What the errors of SQLite mean for the bus, in words that say what to do."""

import errno
import sqlite3
from pathlib import Path

from monitor.bus import Damaged, Transient

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def code(error: sqlite3.Error) -> int:
    """Return the primary result code of *error*; SQLITE_ERROR if it has none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Return True if another connection holds a lock, and a later attempt may succeed."""
    return code(error) in BUSY


def disk_error(path: Path, error: OSError) -> Transient | None:
    """Return *error* as Transient if the disk of the file at *path* is full or fails; None if it is another error."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
        return None
    return Transient(f"{path} cannot be opened ({error.strerror}): check its disk and its folder")


def may_pass(error: sqlite3.Error) -> bool:
    """Return True if a file that cannot be opened now may be opened later: it is locked, or its disk is full or fails."""
    return is_busy(error) or code(error) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def bus_error(error: sqlite3.Error, db: sqlite3.Connection | None) -> Transient:
    """Return *error* of *db* as an error of the bus: Damaged or another Transient."""
    path = _path(db)
    if "could not decode" in str(error).casefold():
        # The bytes of a text are not those of any text.
        return damaged(path, str(error))
    match code(error):
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CONSTRAINT:
            return damaged(path, str(error))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Transient(f"{path} is locked by another program ({error})")
        case sqlite3.SQLITE_FULL:
            return Transient(f"no space is left for {path} ({error}): free some on its disk")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return Transient(f"{path} is not writable ({error}): give newsmonitor the right to write it and its folder")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return Transient(f"{path} cannot be read or written ({error}): check its disk and its folder")
    return Transient(f"{path}: {error}")


def damaged(path: str, reason: str) -> Damaged:
    """Return the error for a file whose contents are damaged, because of *reason*."""
    return Damaged(
        f"{path} is damaged ({reason}): stop newsmonitor, then put a backup in its place and remove {path}-wal and {path}-shm,"
        f" or save what can be read with `sqlite3 {path} .recover | sqlite3 NEW.db`"
    )


def unreadable(db: sqlite3.Connection, error: Exception) -> Damaged:
    """Return the error for a record of the file of *db* that *error* shows to be damaged."""
    return damaged(_path(db), f"a record cannot be read: {error}")


def _path(db: sqlite3.Connection | None) -> str:
    """Return the path of the file of *db*."""
    if db is None:
        return "the bus's file"
    try:
        # As a table it would be read from the file, which may be locked or damaged.
        (_, _, path) = db.execute("PRAGMA database_list").fetchone()
    except sqlite3.Error:
        return "the bus's file"
    return str(path or "the bus's file")
