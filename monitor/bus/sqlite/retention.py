"""Remove records from the SQLite file: expired and superseded ones, and if storage runs short, spare ones and articles.

A record that a service has not read yet is never removed, unless its stream says so (`Stream.keep_unread`). All of it is
done in short transactions, whose number depends on how many records are removed, not on how many there are.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

from monitor.bus import SUBSCRIBER, Partition, check_offset
from monitor.bus.sqlite.tables import Retention, floor, head, used_bytes
from monitor.bus.streams import Stream

HOUR, DAY = 3600, 86400
CHUNK = 200
"""Records removed per transaction. With so few, other writers wait only for milliseconds."""
CHUNK_BYTES = 1024 * 1024
"""Bytes of the values removed per transaction, more or less: 1 MiB takes some 7 ms."""
HIGH_WATER = 0.9
"""Fraction of the maximum size above which records are removed early, in bytes of the pages that are used."""
CATCH_UP = 24.0
"""How much faster than real time the retention time may pass (see `trusted_time`)."""
FUTURE_SECONDS = HOUR
"""How far after the present a record's time may be. Later times were stamped while the clock was wrong, and are corrected."""
EARLY = "storage runs short"
"""The reason for which a record is removed before its time."""
SUPERSEDED = "superseded"
"""The reason for which a record is removed of which a newer one has the same key: nothing is lost with it."""
CORRECTIONS = 1000
"""Most chunks of a stream whose times are corrected at once. A process whose clock is still wrong may go on writing."""

Transact = Callable[..., int]
"""Runs an action on the file in a write transaction, with the arguments that follow, and returns its result."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What one step has removed."""

    stream: str
    records: int
    reason: str


def trusted_time(db: sqlite3.Connection, now: float, uptime: float) -> float:
    """Return the time by which records expire, in seconds since 1970. It is *now*, unless the clock is ahead.

    It passes at most CATCH_UP times as fast as *uptime*, the seconds since the machine was started, also across restarts of
    newsmonitor. So a clock that is wrong by weeks for a few minutes removes nothing that would not expire within hours. After
    the machine was off, it takes an hour for each day until all that has expired is removed.
    """
    return min(now, _reached(db, now, uptime))


def store_reached_time(db: sqlite3.Connection, now: float, uptime: float) -> float:
    """Return the latest `trusted_time` so far, and store it for the next call. If it is after *now*, the clock is behind."""
    reached = _reached(db, now, uptime)
    db.execute("INSERT OR REPLACE INTO retention VALUES (0, ?, ?)", (reached, uptime))
    return reached


def _reached(db: sqlite3.Connection, now: float, uptime: float) -> float:
    row = db.execute("SELECT time, uptime FROM retention WHERE id = 0").fetchone()
    if row is None:
        (newest,) = db.execute("SELECT max(last) FROM streams").fetchone()
        row = (min(now, newest) if newest else now, uptime)
    known, then = row
    return float(max(known, min(now, known + CATCH_UP * max(0.0, uptime - then))))


def first_since(db: sqlite3.Connection, stream: str, since: float) -> int:
    """Return the offset of the first record appended at *since*, in seconds since 1970, or later; the head if there is none.

    Times never decrease within a stream, so a binary search finds it without an index.
    """
    low, high = floor(db, stream), head(db, stream)
    while low < high:
        middle = (low + high) // 2
        row = db.execute(f'SELECT time FROM "{stream}" WHERE offset >= ? ORDER BY offset LIMIT 1', (middle,)).fetchone()
        low, high = (middle + 1, high) if row and row[0] < since else (low, middle)
    return low


def checked_offset(db: sqlite3.Connection, stream: str, offset: int) -> int:
    """Return *offset*. Raises OffsetOutOfRange if it is neither that of a record of *stream* nor of the next one."""
    return check_offset(Partition(stream), offset, floor(db, stream), head(db, stream))


def mostly_expires(db: sqlite3.Connection, retention: Retention, now: float) -> bool:
    """Return whether over half of the records that expire one day will have expired once the log has reached *now*."""
    expired = stored = 0
    for stream in retention.streams.values():
        if stream.expires:
            start = floor(db, stream.name)
            expired += first_since(db, stream.name, now - retention.days * DAY) - start
            stored += head(db, stream.name) - start
    return expired > stored / 2


def trim(db: sqlite3.Connection, transact: Transact, retention: Retention, now: float) -> Iterator[Removed]:
    """Remove the records that *retention* does not keep at *now*, in seconds since 1970. Each step is a short transaction."""
    for stream in retention.streams.values():
        if stream.compact:
            yield from _compact(db, transact, stream)
        if stream.expires:
            yield from _remove(db, transact, stream, first_since(db, stream.name, now - retention.days * DAY), "expired")
    yield from _make_room(db, transact, retention, now)


def _make_room(db: sqlite3.Connection, transact: Transact, retention: Retention, now: float) -> Iterator[Removed]:
    """If storage runs short, remove spare records, up to a tenth of each stream. If it still does, a tenth of the articles."""
    streams, further = retention.streams.values(), retention.spare_days()
    days = [(stream, further.get(stream.name, stream.spare_days)) for stream in streams]
    spare = [(stream, now - each * DAY) for stream, each in days if each is not None]
    for part in (spare, [(stream, inf) for stream in streams if stream.bulk]):
        if used_bytes(db) <= HIGH_WATER * retention.max_bytes:
            return
        for stream, before in part:
            low, high = _first(db, stream.name), head(db, stream.name)
            end = min(low + (high - low + 9) // 10, first_since(db, stream.name, before))
            yield from _remove(db, transact, stream, end, EARLY)


def _first(db: sqlite3.Connection, stream: str) -> int:
    """Return the offset of the oldest record of *stream*; the head if there is none."""
    (first,) = db.execute(f'SELECT min(offset) FROM "{stream}"').fetchone()
    return head(db, stream) if first is None else int(first)


def _remove(db: sqlite3.Connection, transact: Transact, stream: Stream, before: int, reason: str) -> Iterator[Removed]:
    """Remove the records before offset *before* that every group has read."""
    end = min(before, read_by_all(db, stream))
    while (start := floor(db, stream.name)) < end:
        yield Removed(stream.name, transact(_delete, stream.name, start, end), reason)


def _delete(db: sqlite3.Connection, stream: str, start: int, end: int) -> int:
    end = _chunk_end(db, stream, start, end)
    removed = db.execute(f'DELETE FROM "{stream}" WHERE offset < ?', (end,)).rowcount
    db.execute("UPDATE streams SET floor = max(floor, ?) WHERE name = ?", (end, stream))
    return removed


def _chunk_end(db: sqlite3.Connection, stream: str, start: int, end: int) -> int:
    """Return where the chunk of records from *start* ends, at *end* at the latest."""
    size = 0
    sizes = db.execute(
        f'SELECT offset, length(value) FROM "{stream}" WHERE offset >= ? AND offset < ? ORDER BY offset LIMIT ?',
        (start, end, CHUNK),
    ).fetchall()
    for offset, length in sizes:
        size += length
        if size > CHUNK_BYTES:
            return int(offset) + 1
    # Offsets may be missing in a compacted stream.
    return int(sizes[-1][0]) + 1 if len(sizes) == CHUNK else end


def _compact(db: sqlite3.Connection, transact: Transact, stream: Stream) -> Iterator[Removed]:
    """Remove the records of which a newer one has the same key, once every group has read both."""
    end = read_by_all(db, stream)
    while _compacted(db, stream.name) < end:
        yield Removed(stream.name, transact(_compact_chunk, stream.name, end), SUPERSEDED)


def _compact_chunk(db: sqlite3.Connection, stream: str, end: int) -> int:
    """Remove the records that those of the next chunk supersede."""
    start = _compacted(db, stream)
    end = _chunk_end(db, stream, start, end)
    older = (
        f'SELECT old.offset FROM "{stream}" AS new CROSS JOIN "{stream}" AS old'
        " ON old.key = new.key AND old.offset < new.offset WHERE new.offset >= ? AND new.offset < ?"
    )
    removed = db.execute(f'DELETE FROM "{stream}" WHERE offset IN ({older})', (start, end)).rowcount
    db.execute("UPDATE streams SET compacted = max(compacted, ?) WHERE name = ?", (end, stream))
    return removed


def _compacted(db: sqlite3.Connection, stream: str) -> int:
    """Return the offset up to which no record that is kept supersedes an older one."""
    (compacted,) = db.execute("SELECT max(compacted, floor) FROM streams WHERE name = ?", (stream,)).fetchone()
    return int(compacted)


def correct_times(db: sqlite3.Connection, transact: Transact, retention: Retention, now: float) -> Iterator[Removed]:
    """Set the times of records that are far after *now* to *now*. Otherwise these and all later ones would hardly expire.

    *now* must not be earlier than `store_reached_time` returns: with a clock that is behind, all records look stamped too late.
    """
    for stream in retention.streams.values():
        for _ in range(CORRECTIONS):
            if _last(db, stream.name) <= now + FUTURE_SECONDS:
                break
            yield Removed(stream.name, transact(_correct_chunk, stream.name, now), "stamped by a clock that was wrong")


def _correct_chunk(db: sqlite3.Connection, stream: str, now: float) -> int:
    start, end = first_since(db, stream, now + FUTURE_SECONDS), head(db, stream)
    chunk_end = _chunk_end(db, stream, start, end)
    previous = f'SELECT time FROM "{stream}" WHERE offset < ? ORDER BY offset DESC LIMIT 1'
    # Times must not decrease.
    (at,) = db.execute(f"SELECT max(?, coalesce(({previous}), 0))", (now, start)).fetchone()
    changed = db.execute(f'UPDATE "{stream}" SET time = ? WHERE offset >= ? AND offset < ?', (at, start, chunk_end)).rowcount
    if chunk_end == end:
        db.execute("UPDATE streams SET last = ? WHERE name = ?", (at, stream))
    return changed


def _last(db: sqlite3.Connection, stream: str) -> float:
    (last,) = db.execute("SELECT last FROM streams WHERE name = ?", (stream,)).fetchone()
    return float(last)


def read_by_all(db: sqlite3.Connection, stream: Stream) -> int:
    """Return the offset up to which every group has read *stream*; its head if no group need have read it.

    Groups of other programs do not count: nobody tells if such a program never comes back.
    """
    (slowest,) = db.execute(
        "SELECT min(next) FROM positions WHERE stream = ? AND substr(member, 1, ?) <> ?",
        (stream.name, len(SUBSCRIBER), SUBSCRIBER),
    ).fetchone()
    return head(db, stream.name) if slowest is None or not stream.keep_unread else int(slowest)
