"""What leaves the SQLite file: the old, the superseded, bulk when room is short; never what a service has yet to read."""

import sqlite3
from collections.abc import Iterator

from monitor.bus.sqlite.tables import Retention, first_since, head, transact, used_bytes
from monitor.bus.streams import Stream

DAY = 86400
CHUNK = 200
"""Messages removed in one transaction, so that writers wait for milliseconds only."""
SUPERSEDED = 1000
"""Messages after which a compact stream is gone through again."""
NEARLY = 0.9
"""The part of the allowed size from which room is made."""


def trim(db: sqlite3.Connection, keep: Retention, now: float) -> Iterator[None]:
    """Remove what *keep* does not hold at *now* (seconds since 1970): a short transaction each time it is asked for more."""
    for stream in keep.streams.values():
        if stream.compact:
            transact(db, _compact, stream)
            yield
        if stream.expires:
            yield from _remove(db, stream, first_since(db, stream.name, now - keep.days * DAY))
    if used_bytes(db) > NEARLY * keep.max_bytes:
        for stream in keep.streams.values():
            if stream.bulk:
                low, high = _floor(db, stream.name), head(db, stream.name)
                yield from _remove(db, stream, low + (high - low + 9) // 10)


def _remove(db: sqlite3.Connection, stream: Stream, before: int) -> Iterator[None]:
    """Remove the messages before that offset, as far as every group has read them."""
    end = min(before, _held(db, stream))
    while (start := _floor(db, stream.name)) < end:
        transact(db, _cut, stream.name, min(start + CHUNK, end))
        yield


def _cut(db: sqlite3.Connection, stream: str, floor: int) -> None:
    db.execute(f'DELETE FROM "{stream}" WHERE offset < ?', (floor,))
    db.execute("UPDATE streams SET floor = ? WHERE name = ?", (floor, stream))


def _compact(db: sqlite3.Connection, stream: Stream) -> None:
    """Keep the newest message of each key, and all that some group has yet to read."""
    (new,) = db.execute("SELECT head - compacted FROM streams WHERE name = ?", (stream.name,)).fetchone()
    if new < SUPERSEDED:
        return
    newest = f'SELECT max(offset) FROM "{stream.name}" GROUP BY key'
    db.execute(f'DELETE FROM "{stream.name}" WHERE offset < ? AND offset NOT IN ({newest})', (_held(db, stream),))
    db.execute("UPDATE streams SET compacted = head WHERE name = ?", (stream.name,))


def _held(db: sqlite3.Connection, stream: Stream) -> int:
    """The offset that the slowest group has reached. Dead letters go by age alone: redriving them is a choice."""
    (slowest,) = db.execute("SELECT min(next) FROM positions WHERE stream = ?", (stream.name,)).fetchone()
    return head(db, stream.name) if slowest is None or not stream.keep_unread else int(slowest)


def _floor(db: sqlite3.Connection, stream: str) -> int:
    (floor,) = db.execute("SELECT floor FROM streams WHERE name = ?", (stream,)).fetchone()
    return int(floor)
