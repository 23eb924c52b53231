"""Opening the SQLite file of the index: its tables, and when a file that is there is deleted and made anew."""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from monitor.bus import Misconfigured

FORMAT = 1
"""The number of the tables' layout. A file with another one is deleted and built anew."""
SCHEMA = """
CREATE TABLE source (bus TEXT NOT NULL);
CREATE TABLE positions (stream TEXT, partition INTEGER, offset INTEGER, time REAL, PRIMARY KEY (stream, partition));
CREATE TABLE records (
    number INTEGER PRIMARY KEY, kind TEXT, id TEXT, version INTEGER, story TEXT, at REAL, value BLOB,
    UNIQUE (kind, id, version)
);
CREATE INDEX records_by_story ON records (story, kind, at);
CREATE INDEX records_by_time ON records (kind, at);
CREATE TABLE names (entity TEXT PRIMARY KEY, name TEXT, type TEXT) WITHOUT ROWID;
CREATE TABLE mentions (entity TEXT, article TEXT, story TEXT, at REAL, PRIMARY KEY (entity, article)) WITHOUT ROWID;
CREATE INDEX mentions_by_time ON mentions (at, entity);
CREATE VIRTUAL TABLE words USING fts5 (tokens, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'");
"""
TABLES = frozenset({"source", "positions", "records", "names", "mentions", "words"})
NO_DATABASE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
"""What SQLite says of a file that is no database, or a damaged one."""
BUSY_SECONDS = 5.0
READER_CACHE_KIB = 512

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OpenFile:
    """The connections to a file, of which *writer* alone writes, and its device and inode."""

    writer: sqlite3.Connection
    reader: sqlite3.Connection
    inode: tuple[int, int]

    def is_at(self, path: Path) -> bool:
        """Return whether it is the file at *path*."""
        return _inode(path) == self.inode

    def close(self) -> None:
        """Close the connections."""
        self.writer.close()
        self.reader.close()


class _Unusable(Exception):
    """The file is no index of this log in this format."""


def open_file(path: Path, bus: str, busy_seconds: float) -> OpenFile:
    """Open the index of the log at the URL *bus*, or make it anew if the file at *path* is none.

    Raises Misconfigured if the file is a database of another program, which is never deleted, and sqlite3.Error if another
    process has locked it for longer than *busy_seconds*.
    """
    try:
        return _open(path, bus, busy_seconds)
    except (_Unusable, sqlite3.DatabaseError) as error:
        # A file that is locked, or that cannot be read, is not deleted: other processes may use it.
        if isinstance(error, sqlite3.DatabaseError) and error.sqlite_errorcode not in NO_DATABASE:
            raise
        log.warning("index cannot be used; it is built anew", file=str(path), error=str(error))
    delete(path)
    return _open(path, bus, busy_seconds)


def _open(path: Path, bus: str, busy_seconds: float) -> OpenFile:
    """Open the file at *path*. Raises _Unusable, Misconfigured, sqlite3.Error and OSError."""
    path.touch(mode=0o600, exist_ok=True)
    inode = _inode(path)
    writer = sqlite3.connect(path, check_same_thread=False, timeout=busy_seconds)
    try:
        _prepare(writer, path, bus)
        reader = sqlite3.connect(path, check_same_thread=False, timeout=busy_seconds, isolation_level=None)
        # The system keeps the file in memory anyway.
        reader.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
    except BaseException:
        writer.close()
        raise
    if inode is None or _inode(path) != inode:
        writer.close()
        reader.close()
        raise sqlite3.OperationalError("the file was deleted or replaced while it was opened")
    return OpenFile(writer, reader, inode)


def _prepare(db: sqlite3.Connection, path: Path, bus: str) -> None:
    """Make the tables if there are none. Raises _Unusable and Misconfigured."""
    if not _tables(db):
        db.execute("PRAGMA journal_mode = WAL")
        with db:
            db.execute("BEGIN IMMEDIATE")
            if not _tables(db):
                _create(db, bus)
    tables = _tables(db)
    if not tables >= {"source", "mentions"}:
        raise Misconfigured(f"{path} is a database of another program: name another file as `index` under [page]")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version != FORMAT or not tables >= TABLES:
        raise _Unusable("it has another format")
    if db.execute("SELECT bus FROM source").fetchone() != (bus,):
        raise _Unusable("it is of another log")
    # What a power cut takes is built anew from the log.
    db.execute("PRAGMA synchronous = OFF")


def _tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _create(db: sqlite3.Connection, bus: str) -> None:
    for statement in SCHEMA.split(";\n"):
        db.execute(statement)
    db.execute("INSERT INTO source VALUES (?)", (bus,))
    db.execute(f"PRAGMA user_version = {FORMAT}")


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def delete(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it."""
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").unlink()
