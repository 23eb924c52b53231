"""The tables of the SQLite file, and the transactions on them. The columns called `member` contain the name of a group."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import orjson

from monitor.bus import Fenced, Misconfigured, OffsetOutOfRange, Partition, ProducerRecord, Record, StorageFull, Transient
from monitor.bus.streams import STREAMS, Stream

P = ParamSpec("P")
T = TypeVar("T")

VERSION = 1
"""Version of the tables, stored as the file's user_version."""
LOCK_SECONDS = 30.0
"""Longest wait for other writers, in seconds. Each of them holds the lock for milliseconds."""
PAGE_BYTES = 8 * 1024 * 1024
"""Approximate maximum size of a page of records, in bytes."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long records are kept: for *days*, and while the file is smaller than *max_bytes*."""

    days: float
    max_bytes: float
    streams: Mapping[str, Stream] = field(default_factory=lambda: STREAMS, repr=False)


def open_file(path: Path, synchronous: str, streams: Iterable[str] = STREAMS) -> sqlite3.Connection:
    """Open the file at *path*; create it, and the tables of *streams*, if they do not exist. Raises Misconfigured."""
    try:
        db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        retry_while_locked(db.execute, "PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA synchronous={synchronous}")
        version = retry_while_locked(_version, db)
    except sqlite3.Error as error:
        raise Misconfigured(
            f"{path} cannot be used as a bus: {error}; name another file in `bus`, or make this one writable"
        ) from error
    if version not in {0, VERSION}:
        raise Misconfigured(
            f"{path} was written by another version of newsmonitor (table version {version}; this one reads {VERSION})"
        )
    if version == 0 or set(streams) - retry_while_locked(_stream_names, db):
        transact(db, _create, streams)
    return db


def _version(db: sqlite3.Connection) -> int:
    row: tuple[int] = db.execute("PRAGMA user_version").fetchone()
    return row[0]


def _stream_names(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM streams")}


def _create(db: sqlite3.Connection, streams: Iterable[str]) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS streams"
        " (name TEXT PRIMARY KEY, head INTEGER NOT NULL, floor INTEGER NOT NULL, compacted INTEGER NOT NULL,"
        " last REAL NOT NULL) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE IF NOT EXISTS positions"
        " (member TEXT, stream TEXT, next INTEGER NOT NULL, PRIMARY KEY (member, stream)) WITHOUT ROWID"
    )
    db.execute("CREATE TABLE IF NOT EXISTS epochs (member TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID")
    for name in streams:
        db.execute("INSERT OR IGNORE INTO streams VALUES (?, 0, 0, 0, 0)", (name,))
        db.execute(
            f'CREATE TABLE IF NOT EXISTS "{name}"'
            " (offset INTEGER PRIMARY KEY, time REAL NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL)"
        )
    db.execute(f"PRAGMA user_version={VERSION}")


def retry_while_locked(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the result of *action*, retried while other processes hold the lock.

    Raises Transient after LOCK_SECONDS, or if the disk fails. The waits are shorter than those of SQLite's busy handler: a
    fourth writer waits 46 ms instead of 1.8 s.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return action(*args, **kwargs)
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
            if not busy or time.monotonic() > deadline:
                raise Transient(f"the bus's file: {error}") from error
        time.sleep(random.uniform(0.0005, 0.0015))


def transact(
    db: sqlite3.Connection, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run *action* in a write transaction and return its result. Raises Transient."""
    retry_while_locked(db.execute, "BEGIN IMMEDIATE")
    try:
        result = action(db, *args, **kwargs)
        retry_while_locked(db.execute, "COMMIT")
    except sqlite3.OperationalError as error:
        raise Transient(f"the bus's file: {error}") from error
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
    return result


def claim(db: sqlite3.Connection, group: str, streams: Sequence[str]) -> int:
    """Become the owner of *group* and return the epoch to pass to `commit`. A new group starts at the oldest record."""
    for stream in streams:
        db.execute("INSERT OR IGNORE INTO positions SELECT ?, name, floor FROM streams WHERE name = ?", (group, stream))
    row: tuple[int] = db.execute(
        "INSERT INTO epochs VALUES (?, 1) ON CONFLICT (member) DO UPDATE SET epoch = epoch + 1 RETURNING epoch", (group,)
    ).fetchone()
    return row[0]


def commit(
    db: sqlite3.Connection,
    group: str,
    epoch: int,
    done: Sequence[Record],
    out: Sequence[ProducerRecord],
    retention: Retention,
) -> None:
    """Publish *out* and move *group* past *done*. Raises Fenced if *epoch* is no longer the owner's, and StorageFull."""
    if db.execute("SELECT epoch FROM epochs WHERE member = ?", (group,)).fetchone() != (epoch,):
        raise Fenced(f"the group {group} has another owner")
    publish(db, out, retention)
    if done:
        position = (done[-1].offset + 1, group, done[-1].partition.stream)
        db.execute("UPDATE positions SET next = ? WHERE member = ? AND stream = ?", position)


def publish(db: sqlite3.Connection, out: Sequence[ProducerRecord], retention: Retention) -> None:
    """Append *out* to their streams. Raises StorageFull if there is no room for new articles."""
    if any(retention.streams[record.stream].source for record in out) and used_bytes(db) >= retention.max_bytes:
        raise StorageFull("the bus's file has reached streams.max_mb: waiting for the services to read more")
    by_stream: dict[str, list[ProducerRecord]] = {}
    for record in out:
        by_stream.setdefault(record.stream, []).append(record)
    for stream, records in by_stream.items():
        _append(db, stream, records)


def _append(db: sqlite3.Connection, stream: str, records: Sequence[ProducerRecord]) -> None:
    """Append *records*.

    The table of streams stores the head, so that offsets are not reused after trimming, and the last time, so that times
    never decrease.
    """
    head, now = db.execute(
        "UPDATE streams SET head = head + ?, last = max(last, ?) WHERE name = ? RETURNING head, last",
        (len(records), time.time(), stream),
    ).fetchone()
    first = head - len(records)
    db.executemany(
        f'INSERT INTO "{stream}" VALUES (?, ?, ?, ?, ?)',
        [
            (first + index, now, record.key, orjson.dumps(record.headers).decode(), record.value)
            for index, record in enumerate(records)
        ],
    )


def position(db: sqlite3.Connection, group: str, stream: str) -> int:
    """Return the next offset of *group*. Raises OffsetOutOfRange if it is no longer kept."""
    next_offset, floor = db.execute(
        "SELECT next, floor FROM positions JOIN streams ON name = stream WHERE member = ? AND stream = ?", (group, stream)
    ).fetchone()
    if next_offset < floor:
        raise OffsetOutOfRange(
            f"{group} has read {stream} up to {next_offset}, but the oldest record kept is {floor}:"
            f" {floor - next_offset} were missed; `newsmonitor streams skip {group}` continues after them"
        )
    return int(next_offset)


def skip(db: sqlite3.Connection, group: str) -> None:
    """Move *group* to the oldest record kept, in each stream where its position is older."""
    db.execute(
        "UPDATE positions SET next = max(next, (SELECT floor FROM streams WHERE name = stream)) WHERE member = ?", (group,)
    )


def head(db: sqlite3.Connection, stream: str) -> int:
    """Return the offset of the next record of *stream*."""
    row: tuple[int] = db.execute("SELECT head FROM streams WHERE name = ?", (stream,)).fetchone()
    return row[0]


def page(db: sqlite3.Connection, stream: str, start: int, end: int, limit: int) -> list[Record]:
    """Return the records of *stream* from offset *start* to *end*, exclusive, in order: up to *limit*, and about PAGE_BYTES."""
    rows = db.execute(f'SELECT * FROM "{stream}" WHERE offset >= ? AND offset < ? ORDER BY offset LIMIT ?', (start, end, limit))
    partition = Partition(stream)
    return [
        Record(partition, offset, moment, key, value, orjson.loads(headers))
        for offset, moment, key, headers, value in _bounded(rows)
    ]


def _bounded(rows: Iterable[tuple[int, float, str, str, bytes]]) -> Iterator[tuple[int, float, str, str, bytes]]:
    size = 0
    for row in rows:
        yield row
        size += len(row[4])
        if size > PAGE_BYTES:
            return


def first_since(db: sqlite3.Connection, stream: str, since: float) -> int:
    """Return the offset of the first record appended at *since*, in seconds since 1970, or later; the head if there is none.

    Times never decrease within a stream, so a binary search finds it without an index.
    """
    low, high = 0, head(db, stream)
    while low < high:
        middle = (low + high) // 2
        row = db.execute(f'SELECT time FROM "{stream}" WHERE offset >= ? ORDER BY offset LIMIT 1', (middle,)).fetchone()
        low, high = (middle + 1, high) if row and row[0] < since else (low, middle)
    return low


def used_bytes(db: sqlite3.Connection) -> int:
    """Return the size of the used pages of the file, in bytes."""
    (pages,), (free,), (size,) = (
        db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
