"""Checks whether the contents of the SQLite file are intact."""

import sqlite3
from collections.abc import Mapping

from monitor.bus.sqlite.errors import code
from monitor.bus.streams import Stream


def find_problem(db: sqlite3.Connection, streams: Mapping[str, Stream]) -> str | None:
    """Return what is wrong with the contents of the file that *db* has open, or None.

    All pages are read, which takes about a second for each 500 MB. Raises sqlite3.OperationalError if it is interrupted, or the
    file cannot be read at the moment.
    """
    try:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            return str(found).splitlines()[-1]
        db.execute("BEGIN")
        try:
            return _find_mixture(db, streams)
        finally:
            db.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if code(error) == sqlite3.SQLITE_ERROR:
            return str(error)
        raise
    except sqlite3.DatabaseError as error:
        return str(error)


def _find_mixture(db: sqlite3.Connection, streams: Mapping[str, Stream]) -> str | None:
    """Return in which stream the records do not fit the tables of streams and positions, as after a copy over an open file."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'streams'").fetchone() is None:
        # Not a bus: opening it says so.
        return None
    for name, head, floor in db.execute("SELECT name, head, floor FROM streams").fetchall():
        last, records = db.execute(f'SELECT max(offset), count(*) FROM "{name}"').fetchone()
        if (last is not None and last >= head) or (head > floor and last != head - 1):
            return f"the newest record of {name} is {last}, but it should be {head - 1}"
        if name in streams and not streams[name].compact and records != head - floor:
            return f"{name} has {records} records, but it should have {head - floor}"
    row = db.execute("SELECT member, stream FROM positions JOIN streams ON name = stream WHERE next > head").fetchone()
    return f"the position of {row[0]} is after the end of {row[1]}" if row else None
