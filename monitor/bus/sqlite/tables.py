"""The tables of the SQLite file, and what is done with them in a transaction.

The columns called `member` contain the name of a group.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

import orjson

from monitor.bus import Fenced, Misconfigured, OffsetOutOfRange, Partition, ProducerRecord, Record, StorageFull, Transient
from monitor.bus.sqlite.errors import code, damaged, disk_error, may_pass, unreadable, unusable
from monitor.bus.sqlite.transactions import retry_while_locked, transact
from monitor.bus.streams import STREAMS, Stream

P = ParamSpec("P")
T = TypeVar("T")

VERSION = 1
"""Version of the tables, stored as the file's user_version."""
IN_MEMORY = ":memory:"
"""The path of an empty file that exists only in this process."""
LOG_BYTES = 4 * 1024 * 1024
"""Size of the write-ahead log above which it is copied back into the file."""
MAX_READ_BYTES = 8 * 1024 * 1024
"""Bytes of values after which a read of records ends."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long records are kept: for *days*, and while less than *max_bytes* of the file are used. See Address.spare_days."""

    days: float
    max_bytes: float
    streams: Mapping[str, Stream] = field(default_factory=lambda: STREAMS, repr=False)
    spare_days: Callable[[], Mapping[str, float]] = field(default=dict, repr=False)


def open_file(
    path: Path, synchronous: str, streams: Mapping[str, Stream] = STREAMS, check: Callable[[], object] = lambda: None
) -> sqlite3.Connection:
    """Open the existing file at *path*, or one IN_MEMORY, and create the tables of *streams* that it lacks.

    *check* is called before the first statement opens the log, and before each write, which does not happen if it raises.
    Raises Misconfigured, Transient, and what *check* raises.
    """
    # In the place of a file that was moved away, SQLite would create an empty one, and remove the log of the other processes.
    db = _open(IN_MEMORY if str(path) == IN_MEMORY else f"{path.absolute().as_uri()}?mode=rw", path)
    try:
        check()
        version = _checked_version(db, path)
        if version == 0:
            check()
            _attempt(path, db.execute, "PRAGMA auto_vacuum=INCREMENTAL")  # Has no effect later (shrinking.py).
        _attempt(path, db.execute, "PRAGMA journal_mode=WAL")
        retry_while_locked(_set_up, db, synchronous)
        if version == 0 or retry_while_locked(_lacks_tables, db, streams):
            check()
            transact(db, _create, streams)
    except BaseException:
        db.close()
        raise
    return db


def _set_up(db: sqlite3.Connection, synchronous: str) -> None:
    db.execute(f"PRAGMA synchronous={synchronous}")
    # Checkpoints are explicit (file.py), so that each write of the file by newsmonitor is known.
    db.execute("PRAGMA wal_autocheckpoint=0")
    # A log that is cut to less than its usual size grows again after each copy, which makes commits slower by a fifth.
    db.execute(f"PRAGMA journal_size_limit={2 * LOG_BYTES}")


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the file at *path*, which this process may not write, for reading. Raises Misconfigured."""
    # Without a log nothing can be written to the file meanwhile: whoever did could write its folder.
    unchanging = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    db = _open(f"{path.resolve().as_uri()}?mode=ro{unchanging}", path)
    try:
        version = _checked_version(db, path)
    except BaseException:
        db.close()
        raise
    if version == 0:
        db.close()
        raise Misconfigured(f"{path} is not writable and has no streams: give newsmonitor the right to write it")
    return db


def _open(name: str, path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(name, timeout=0, isolation_level=None, check_same_thread=False, uri=True)
    except sqlite3.Error as error:
        raise (disk_error if may_pass(error, path) else unusable)(path, error) from error


def _attempt(path: Path, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the result of *action* on the file at *path*. Raises Misconfigured, and Transient if it may pass."""
    try:
        return retry_while_locked(action, *args, **kwargs)
    except Transient as error:
        cause = error.__cause__
        if isinstance(cause, sqlite3.Error) and code(cause) == sqlite3.SQLITE_CORRUPT:
            raise damaged(str(path), str(cause)) from error
        if isinstance(cause, sqlite3.Error) and may_pass(cause, path):
            raise
        raise unusable(path, cause or error) from error


def _checked_version(db: sqlite3.Connection, path: Path) -> int:
    """Return the version of the tables of the file; 0 if it has none. Raises Misconfigured and Transient."""
    version = _attempt(path, _version, db)
    names = _attempt(path, _names, db)
    others = bool(names) if version == 0 else version == VERSION and "streams" not in names
    if version not in {0, VERSION}:
        raise Misconfigured(
            f"{path} was written by another version of newsmonitor (table version {version}; this one reads {VERSION})"
        )
    if others:
        raise Misconfigured(f"{path} has the tables of another program: name another file in `bus`")
    return version


def _version(db: sqlite3.Connection) -> int:
    row: tuple[int] = db.execute("PRAGMA user_version").fetchone()
    return row[0]


def _names(db: sqlite3.Connection) -> set[str]:
    """Return the names of the tables and indexes."""
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master")}


def _lacks_tables(db: sqlite3.Connection, streams: Mapping[str, Stream]) -> bool:
    """Return True if the file was written before one of *streams* or the table of removals was added."""
    present = {name for (name,) in db.execute("SELECT name FROM streams")}
    return bool(set(streams) - present) or "removed" not in _names(db)


def _create(db: sqlite3.Connection, streams: Mapping[str, Stream]) -> None:
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
    # The time up to which retention trusts the clock (retention.py).
    db.execute("CREATE TABLE IF NOT EXISTS retention (id INTEGER PRIMARY KEY, time REAL NOT NULL, uptime REAL NOT NULL)")
    # What removals.py reports. Version 0.1.0 had a table called removals, of another form.
    db.execute(
        "CREATE TABLE IF NOT EXISTS removed (stream TEXT, reason TEXT, since REAL NOT NULL, time REAL NOT NULL,"
        " records INTEGER NOT NULL, PRIMARY KEY (stream, reason)) WITHOUT ROWID"
    )
    for name, stream in streams.items():
        db.execute("INSERT OR IGNORE INTO streams VALUES (?, 0, 0, 0, 0)", (name,))
        db.execute(
            f'CREATE TABLE IF NOT EXISTS "{name}"'
            " (offset INTEGER PRIMARY KEY, time REAL NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL)"
        )
        if stream.compact:
            # Finds the older records of a key (retention.py).
            db.execute(f'CREATE INDEX IF NOT EXISTS "{name} key" ON "{name}" (key)')
    db.execute(f"PRAGMA user_version={VERSION}")


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
    now: float,
) -> None:
    """Publish *out* at *now* and move *group* past *done*. Raises Fenced if *epoch* is not the newest, and StorageFull."""
    if done:
        # One statement is faster than two.
        is_owned = "EXISTS (SELECT 1 FROM epochs WHERE epoch = ? AND member = ?)"
        position = (done[-1].offset + 1, group, done[-1].partition.stream, epoch, group)
        moved = db.execute(f"UPDATE positions SET next = ? WHERE member = ? AND stream = ? AND {is_owned}", position)
        is_owner = moved.rowcount > 0
    else:
        is_owner = db.execute("SELECT epoch FROM epochs WHERE member = ?", (group,)).fetchone() == (epoch,)
    if not is_owner:
        raise Fenced(f"the group {group} has another owner")
    publish(db, out, retention, now)


def publish(db: sqlite3.Connection, out: Sequence[ProducerRecord], retention: Retention, now: float) -> None:
    """Append *out* to their streams at *now*, in seconds since 1970. Raises StorageFull if new articles have no room."""
    if any(retention.streams[record.stream].source for record in out) and used_bytes(db) >= retention.max_bytes:
        raise StorageFull("the bus's file has reached streams.max_mb: new articles wait; `newsmonitor doctor` says for what")
    by_stream: dict[str, list[ProducerRecord]] = {}
    for record in out:
        by_stream.setdefault(record.stream, []).append(record)
    for stream, records in by_stream.items():
        _append(db, stream, records, now)


def _append(db: sqlite3.Connection, stream: str, records: Sequence[ProducerRecord], now: float) -> None:
    """Append *records*, at *now* or the time of the last record if that is later.

    The table of streams stores the head, so that offsets are not reused after trimming, and the last time, so that times
    never decrease.
    """
    head, at = db.execute(
        "UPDATE streams SET head = head + ?, last = max(last, ?) WHERE name = ? RETURNING head, last",
        (len(records), now, stream),
    ).fetchone()
    first = head - len(records)
    db.executemany(
        f'INSERT INTO "{stream}" VALUES (?, ?, ?, ?, ?)',
        [
            (first + index, at, record.key, orjson.dumps(record.headers).decode(), record.value)
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


def floor(db: sqlite3.Connection, stream: str) -> int:
    """Return the offset of the oldest record kept of *stream*."""
    row: tuple[int] = db.execute("SELECT floor FROM streams WHERE name = ?", (stream,)).fetchone()
    return row[0]


def page(db: sqlite3.Connection, stream: str, start: int, end: int, limit: int) -> list[Record]:
    """Return the records of *stream* from offset *start* to *end*, exclusive, in order: at most *limit*, or MAX_READ_BYTES.

    Raises Damaged.
    """
    rows = db.execute(f'SELECT * FROM "{stream}" WHERE offset >= ? AND offset < ? ORDER BY offset LIMIT ?', (start, end, limit))
    partition = Partition(stream)
    try:
        return [
            Record(partition, offset, moment, key, value, orjson.loads(headers))
            for offset, moment, key, headers, value in _bounded(rows)
        ]
    except (TypeError, ValueError) as error:
        # A value has another type than newsmonitor writes.
        raise unreadable(db, error) from error


def _bounded(rows: Iterable[tuple[int, float, str, str, bytes]]) -> Iterator[tuple[int, float, str, str, bytes]]:
    size = 0
    for row in rows:
        yield row
        size += len(row[4])
        if size > MAX_READ_BYTES:
            return


def used_bytes(db: sqlite3.Connection) -> int:
    """Return the size of the used pages of the file, in bytes."""
    (pages,), (free,), (size,) = (
        db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
