"""Remove records from the SQLite file: expired and superseded ones, and those of bulk streams if storage runs short.

A record that a group has not read yet is never removed, unless its stream says so (`Stream.keep_unread`).
"""

import sqlite3
from collections.abc import Iterator

from monitor.bus.sqlite.tables import Retention, first_since, head, transact, used_bytes
from monitor.bus.streams import Stream

DAY = 86400
CHUNK = 200
"""Records removed per transaction. With so few, other writers wait only for milliseconds."""
COMPACT_AFTER = 1000
"""New records after which a compact stream is compacted again."""
HIGH_WATER = 0.9
"""Fraction of the maximum size above which bulk streams are trimmed early."""


def trim(db: sqlite3.Connection, retention: Retention, now: float) -> Iterator[None]:
    """Remove the records that *retention* does not keep at *now*, in seconds since 1970. Each step is a short transaction."""
    for stream in retention.streams.values():
        if stream.compact:
            transact(db, _compact, stream)
            yield
        if stream.expires:
            yield from _remove(db, stream, first_since(db, stream.name, now - retention.days * DAY))
    if used_bytes(db) > HIGH_WATER * retention.max_bytes:
        for stream in retention.streams.values():
            if stream.bulk:
                low, high = _floor(db, stream.name), head(db, stream.name)
                yield from _remove(db, stream, low + (high - low + 9) // 10)


def _remove(db: sqlite3.Connection, stream: Stream, before: int) -> Iterator[None]:
    """Remove the records before offset *before* that every group has read."""
    end = min(before, _read_by_all(db, stream))
    while (start := _floor(db, stream.name)) < end:
        transact(db, _delete, stream.name, min(start + CHUNK, end))
        yield


def _delete(db: sqlite3.Connection, stream: str, floor: int) -> None:
    db.execute(f'DELETE FROM "{stream}" WHERE offset < ?', (floor,))
    db.execute("UPDATE streams SET floor = ? WHERE name = ?", (floor, stream))


def _compact(db: sqlite3.Connection, stream: Stream) -> None:
    """Remove all but the newest record of each key, except records that a group has not read yet."""
    (new,) = db.execute("SELECT head - compacted FROM streams WHERE name = ?", (stream.name,)).fetchone()
    if new < COMPACT_AFTER:
        return
    newest = f'SELECT max(offset) FROM "{stream.name}" GROUP BY key'
    db.execute(f'DELETE FROM "{stream.name}" WHERE offset < ? AND offset NOT IN ({newest})', (_read_by_all(db, stream),))
    db.execute("UPDATE streams SET compacted = head WHERE name = ?", (stream.name,))


def _read_by_all(db: sqlite3.Connection, stream: Stream) -> int:
    """Return the offset up to which every group has read *stream*; its head if no group need have read it."""
    (slowest,) = db.execute("SELECT min(next) FROM positions WHERE stream = ?", (stream.name,)).fetchone()
    return head(db, stream.name) if slowest is None or not stream.keep_unread else int(slowest)


def _floor(db: sqlite3.Connection, stream: str) -> int:
    """Return the offset of the oldest record kept."""
    (floor,) = db.execute("SELECT floor FROM streams WHERE name = ?", (stream,)).fetchone()
    return int(floor)
