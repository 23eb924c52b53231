"""What the errors of SQLite mean for the bus, in words that say what to do."""

import errno
import os
import sqlite3
from pathlib import Path

from monitor.bus import Damaged, Misconfigured, Transient

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
PASSING = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE),
        *(errno.ENOMEM, errno.ENOLCK, errno.EAGAIN, errno.ESTALE, errno.ETIMEDOUT),
    }
)
"""The system's errors that may pass: a disk is full, fails or does not answer, memory is short, or too many files are open."""
PASSING_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL})
"""SQLite's errors of the same kinds, and that too many processes open the file at once."""
LONGEST_PATH = 504
"""Bytes of the longest path of a file. SQLite opens none of more than 512, with the ending of a journal."""


def code(error: sqlite3.Error) -> int:
    """Return the primary result code of *error*; SQLITE_ERROR if it has none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Return True if another connection holds a lock, and a later attempt may succeed."""
    return code(error) in BUSY


def disk_error(path: Path, error: Exception) -> Transient:
    """Return the error for a file at *path* that cannot be opened now because of *error*."""
    reason = error.strerror if isinstance(error, OSError) else error
    return Transient(f"{path} cannot be opened ({reason}): check its disk and its folder")


def unusable(path: Path, error: BaseException) -> Misconfigured:
    """Return the error for a file at *path* that cannot be opened because of *error*, which lasts."""
    return Misconfigured(
        f"{path} cannot be used as a bus: {error}; name another file in `bus`, make this one writable,"
        " or put a backup in its place"
    )


def may_pass(error: sqlite3.Error | OSError, path: Path) -> bool:
    """Return True if the file at *path* may be opened later: it is locked, its disk is full or fails, or too many are open.

    SQLite often says only that it cannot open a file. That may pass too, unless the rights or the path explain it.
    """
    if isinstance(error, OSError):
        return error.errno in PASSING
    if code(error) == sqlite3.SQLITE_CANTOPEN:
        return not unwritable(path) and os.access(path.parent, os.W_OK) and len(os.fsencode(path)) <= LONGEST_PATH
    return is_busy(error) or code(error) in PASSING_CODES


def unwritable(path: Path) -> Path | None:
    """Return *path*, or its log or the index of that if they exist, whichever is not a file that may be read and written."""
    beside = [each for each in (Path(f"{path}-wal"), Path(f"{path}-shm")) if os.path.lexists(each)]
    return next((each for each in (path, *beside) if not (each.is_file() and os.access(each, os.R_OK | os.W_OK))), None)


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
