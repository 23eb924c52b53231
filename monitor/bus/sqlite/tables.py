"""The SQLite file behind the bus: its tables, and each thing that is done to them in one transaction."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import orjson

from monitor.bus import (
    Fenced,
    Misconfigured,
    OffsetOutOfRange,
    Partition,
    ProducerRecord,
    Record,
    StorageFull,
    Transient,
)
from monitor.bus.streams import STREAMS, Stream

P = ParamSpec("P")
T = TypeVar("T")

VERSION = 1
"""Of the tables; kept in the file's user_version."""
PATIENCE = 30.0
"""Seconds to wait for the other writers. Each holds the file for milliseconds."""
PAGE_BYTES = 8 * 1024 * 1024
"""The most bytes that are read at once."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long messages are kept: *days*, and as long as the file is smaller than *max_bytes*."""

    days: float
    max_bytes: float
    streams: Mapping[str, Stream] = field(default_factory=lambda: STREAMS, repr=False)


def open_file(path: Path, synchronous: str, streams: Iterable[str] = STREAMS) -> sqlite3.Connection:
    """A connection to the file at *path*, which is made where there is none. Raises Misconfigured."""
    try:
        db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        attempt(db.execute, "PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA synchronous={synchronous}")
        version = attempt(_version, db)
    except sqlite3.Error as error:
        raise Misconfigured(
            f"{path} cannot be used as a bus: {error}; name another file in `bus`, or make this one writable"
        ) from error
    if version not in {0, VERSION}:
        raise Misconfigured(f"{path} was written by another version of newsmonitor (its tables are {version}, ours {VERSION})")
    if version == 0 or set(streams) - attempt(_present, db):
        transact(db, _create, streams)
    return db


def _present(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM streams")}


def _version(db: sqlite3.Connection) -> int:
    row: tuple[int] = db.execute("PRAGMA user_version").fetchone()
    return row[0]


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


def attempt(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """*action*, tried again while other processes hold the file. Raises Transient after PATIENCE, or where the disk fails.

    The waits are our own and short: with SQLite's handler a fourth writer waited 1.8 s, with these 46 ms.
    """
    deadline = time.monotonic() + PATIENCE
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
    """*action* in a write transaction of its own: all of it, or nothing."""
    attempt(db.execute, "BEGIN IMMEDIATE")
    try:
        result = action(db, *args, **kwargs)
        attempt(db.execute, "COMMIT")
    except sqlite3.OperationalError as error:
        raise Transient(f"the bus's file: {error}") from error
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
    return result


def claim(db: sqlite3.Connection, group: str, streams: Sequence[str]) -> int:
    """Make us the owner of *group*: the epoch that our commits must show. A new group starts at the earliest message."""
    for stream in streams:
        db.execute("INSERT OR IGNORE INTO positions SELECT ?, name, floor FROM streams WHERE name = ?", (group, stream))
    row: tuple[int] = db.execute(
        "INSERT INTO epochs VALUES (?, 1) ON CONFLICT (member) DO UPDATE SET epoch = epoch + 1 RETURNING epoch", (group,)
    ).fetchone()
    return row[0]


def commit(
    db: sqlite3.Connection, group: str, epoch: int, done: Sequence[Record], out: Sequence[ProducerRecord], keep: Retention
) -> None:
    """Publish *out* and move *group* past *done*. Raises Fenced and StorageFull."""
    if db.execute("SELECT epoch FROM epochs WHERE member = ?", (group,)).fetchone() != (epoch,):
        raise Fenced(f"the group {group} has another owner")
    publish(db, out, keep)
    if done:
        at = (done[-1].offset + 1, group, done[-1].partition.stream)
        db.execute("UPDATE positions SET next = ? WHERE member = ? AND stream = ?", at)


def publish(db: sqlite3.Connection, out: Sequence[ProducerRecord], keep: Retention) -> None:
    """Append *out*, each to its stream. Raises StorageFull where new articles have no room."""
    if any(keep.streams[message.stream].source for message in out) and used_bytes(db) >= keep.max_bytes:
        raise StorageFull("the bus's file has reached streams.max_mb: waiting for the services to move on")
    streams: dict[str, list[ProducerRecord]] = {}
    for message in out:
        streams.setdefault(message.stream, []).append(message)
    for stream, messages in streams.items():
        _append(db, stream, messages)


def _append(db: sqlite3.Connection, stream: str, messages: Sequence[ProducerRecord]) -> None:
    """Offsets come from the stream's own row, so that none is used twice, trimmed or not; times never go back."""
    head, now = db.execute(
        "UPDATE streams SET head = head + ?, last = max(last, ?) WHERE name = ? RETURNING head, last",
        (len(messages), time.time(), stream),
    ).fetchone()
    first = head - len(messages)
    db.executemany(
        f'INSERT INTO "{stream}" VALUES (?, ?, ?, ?, ?)',
        [
            (first + index, now, message.key, orjson.dumps(message.headers).decode(), message.value)
            for index, message in enumerate(messages)
        ],
    )


def position(db: sqlite3.Connection, group: str, stream: str) -> int:
    """Where *group* goes on reading. Raises OffsetOutOfRange where that is no longer kept."""
    row = db.execute(
        "SELECT next, floor FROM positions JOIN streams ON name = stream WHERE member = ? AND stream = ?", (group, stream)
    ).fetchone()
    if row[0] < row[1]:
        raise OffsetOutOfRange(
            f"{group} has read {stream} up to {row[0]}, but messages before {row[1]} are gone: {row[1] - row[0]} were missed;"
            f" `newsmonitor streams skip {group}` goes on behind them"
        )
    return int(row[0])


def skip(db: sqlite3.Connection, group: str) -> None:
    """Move *group* to the earliest message kept, where it stands before that."""
    db.execute(
        "UPDATE positions SET next = max(next, (SELECT floor FROM streams WHERE name = stream)) WHERE member = ?", (group,)
    )


def head(db: sqlite3.Connection, stream: str) -> int:
    """The offset that the next message of *stream* will have."""
    row: tuple[int] = db.execute("SELECT head FROM streams WHERE name = ?", (stream,)).fetchone()
    return row[0]


def page(db: sqlite3.Connection, stream: str, start: int, end: int, limit: int) -> list[Record]:
    """Up to *limit* messages, and about PAGE_BYTES, of *stream* from offset *start* and before *end*, in order."""
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
    """The first offset whose message was taken at *since* (seconds since 1970) or later; the head where there is none.

    Times never go back along a stream, so halving finds it without an index to keep up.
    """
    low, high = 0, head(db, stream)
    while low < high:
        middle = (low + high) // 2
        row = db.execute(f'SELECT time FROM "{stream}" WHERE offset >= ? ORDER BY offset LIMIT 1', (middle,)).fetchone()
        low, high = (middle + 1, high) if row and row[0] < since else (low, middle)
    return low


def used_bytes(db: sqlite3.Connection) -> int:
    """What the messages take up in the file, in bytes."""
    (pages,), (free,), (size,) = (
        db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
