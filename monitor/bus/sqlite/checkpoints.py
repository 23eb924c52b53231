"""Copying the write-ahead log of the SQLite file back into it."""

import sqlite3

import structlog

OVERLONG_PAGES = 16_384
"""Pages of the log, 64 MiB, above which writers wait for its readers, so that it can be shortened."""
READERS_MS = 1000
"""Longest of these waits, in milliseconds."""

log = structlog.get_logger()


def checkpoint(db: sqlite3.Connection, *, is_long: bool, may_wait: bool) -> bool:
    """Copy the log back, as far as no reader needs it. If that is all of it and it *is_long*, shorten it.

    If there is always a reader, that never happens. So if the log is far too long and it *may_wait*, nobody writes until those
    that read now have ended. Return False if they did not. Raises sqlite3.Error.
    """
    _, pages, copied = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if pages == copied and is_long:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    elif pages > OVERLONG_PAGES and may_wait:
        db.execute(f"PRAGMA busy_timeout={READERS_MS}")
        try:
            busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            db.execute("PRAGMA busy_timeout=0")
        return not busy
    return True


def copy_all(db: sqlite3.Connection) -> bool:
    """Copy all of the log back. Return False if its readers prevent that. Raises sqlite3.Error."""
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def copy_into_moved(db: sqlite3.Connection, wal: str) -> None:
    """Copy the log *wal* into its file, which was moved away: SQLite does not do that when it closes the file."""
    try:
        if copy_all(db):
            return
        error = "others read the log"
    except sqlite3.Error as problem:
        error = str(problem)
    log.error(
        "the file was moved or deleted, and its log was not copied into it: if it was moved, give the log its new name with"
        " -wal once no process uses it",
        log=wal,
        error=error,
    )
