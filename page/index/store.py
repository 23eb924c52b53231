"""The SQLite file of the index: its tables, writing, and reading by story and id. Each call is made in a thread."""

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

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
POSITIONS = "SELECT stream, partition, offset, time FROM positions"
ONWARD = """ON CONFLICT (stream, partition) DO UPDATE SET offset = excluded.offset, time = excluded.time
WHERE excluded.offset > offset"""
"""Two processes may fill the index. The position of the one that is behind counts nothing."""
BUSY_SECONDS = 5.0
MAX_BYTES = 16 * 1024 * 1024
"""About how many bytes the records of one answer have at most."""
EXPIRE_STEP = 500
"""How many records are removed at once."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A record to keep: its *kind* is ``article`` or ``alert``, *value* its JSON, *words* the words to find it by.

    *named* has the id, the name and the type of each entity that an article names.
    """

    kind: str
    id: str
    version: int
    story: str
    at: float
    value: bytes
    words: str = ""
    named: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """How far a partition has been read: the offset of the last record, and its time, in seconds since 1970."""

    offset: int
    time: float


class Index:
    """The open file at *path* for the log at the URL *bus*. A file that cannot be used is deleted and made anew.

    A call waits *busy_seconds* for another process that writes it.
    """

    def __init__(self, path: Path, bus: str, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self.trouble: dict[str, str] = {}
        """Why the index does not follow the log, by stream."""
        self._writing = threading.Lock()
        try:
            self._writer = _open(path, bus, busy_seconds)
        except sqlite3.DatabaseError as error:
            log.warning("index cannot be used; it is built anew", file=str(path), error=str(error))
            delete(path)
            self._writer = _open(path, bus, busy_seconds)
        self._reader = sqlite3.connect(path, check_same_thread=False, timeout=busy_seconds, isolation_level=None)
        self._reading = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        with self._writing, self._reading:
            self._writer.close()
            self._reader.close()

    def positions(self) -> dict[tuple[str, int], Position]:
        """Return how far each partition has been read."""
        return _positions(self.query(POSITIONS))

    def add(self, rows: Iterable[IndexRow], positions: Mapping[tuple[str, int], Position]) -> None:
        """Keep *rows* and move on to *positions*: both or neither. A row that is there already is replaced."""
        with self._writing, self._writer:
            for row in rows:
                self._remove("kind = ? AND id = ? AND version = ?", (row.kind, row.id, row.version))
                values = (row.kind, row.id, row.version, row.story, row.at, zlib.compress(row.value, 1))
                columns = "kind, id, version, story, at, value"
                cursor = self._writer.execute(f"INSERT INTO records ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)
                if row.words:
                    self._writer.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (cursor.lastrowid, row.words))
                self._writer.executemany("INSERT OR REPLACE INTO names VALUES (?, ?, ?)", row.named)
                mentions = [(entity, row.id, row.story, row.at) for entity, _, _ in row.named]
                self._writer.executemany("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?, ?)", mentions)
            for (stream, number), position in positions.items():
                place = (stream, number, position.offset, position.time)
                self._writer.execute(f"INSERT INTO positions VALUES (?, ?, ?, ?) {ONWARD}", place)

    def expire(self, before: float) -> None:
        """Remove what is older than *before*, in seconds since 1970, in steps, between which others may write."""
        while self._expire_some(before):
            pass

    def _expire_some(self, before: float) -> bool:
        """Remove some of what is older than *before*. Return whether there may be more."""
        chosen = "number IN (SELECT number FROM records WHERE kind = ? AND at < ? LIMIT ?)"
        with self._writing, self._writer:
            counts = [self._remove(chosen, (kind, before, EXPIRE_STEP)) for kind in ("article", "alert")]
            if max(counts) < EXPIRE_STEP:
                self._writer.execute("DELETE FROM mentions WHERE at < ?", (before,))
                return False
        return True

    def clear(self, kind: str, stream: str, known: Mapping[tuple[str, int], Position]) -> None:
        """Remove all records of *kind*, which come from *stream*, if it has still been read as far as *known*.

        If not, another process that fills the index has removed them.
        """
        with self._writing, self._writer:
            self._writer.execute("BEGIN IMMEDIATE")
            if {
                place: each for place, each in _positions(self._writer.execute(POSITIONS)).items() if place[0] == stream
            } != known:
                return
            self._remove("kind = ?", (kind,))
            if kind == "article":
                self._writer.execute("DELETE FROM mentions")
            self._writer.execute("DELETE FROM positions WHERE stream = ?", (stream,))

    def of_story(self, kind: str, story: str, limit: int, max_bytes: int = MAX_BYTES) -> list[bytes]:
        """Return the JSON of the latest *limit* records of *kind* in *story*, the oldest first; of large ones fewer."""
        sql = "SELECT value FROM records WHERE story = ? AND kind = ? ORDER BY at DESC, id, version DESC LIMIT ?"
        found: list[bytes] = []
        with self._reading, closing(self._reader.execute(sql, (story, kind, limit))) as rows:
            for (value,) in rows:
                found.append(zlib.decompress(value))
                if (max_bytes := max_bytes - len(found[-1])) <= 0:
                    break
        return found[::-1]

    def articles_after(
        self, story: str, after: tuple[float, str, int] | None, limit: int, max_bytes: int = MAX_BYTES
    ) -> list[tuple[tuple[float, str, int], bytes]]:
        """Return the place and the JSON of up to *limit* articles of *story* after the place *after*, the oldest first.

        The place is the time, the id and the version. Of large articles there are fewer, but one if there are any.
        """
        since = "at >= ? AND (at, id, version) > (?, ?, ?)"
        order = "ORDER BY at, id, version LIMIT ?"
        sql = f"SELECT at, id, version, value FROM records WHERE story = ? AND kind = 'article' AND {since} {order}"
        at, id_, version = after or (0.0, "", 0)
        found: list[tuple[tuple[float, str, int], bytes]] = []
        with self._reading, closing(self._reader.execute(sql, (story, at, at, id_, version, limit))) as rows:
            for *place, value in rows:
                found.append(((place[0], place[1], place[2]), zlib.decompress(value)))
                if (max_bytes := max_bytes - len(found[-1][1])) <= 0:
                    break
        return found

    def newest(self, kind: str, id_: str) -> bytes | None:
        """Return the JSON of the newest version of the record *id_*; None if there is none."""
        order = "ORDER BY version DESC LIMIT 1"
        rows = self.query(f"SELECT value FROM records WHERE kind = ? AND id = ? {order}", (kind, id_))
        return zlib.decompress(rows[0][0]) if rows else None

    def candidates(self, expression: str | None, since: float, before: int | None, limit: int) -> list[tuple[int, bytes]]:
        """Return the place and the compressed JSON of articles that have what *expression* asks for, the latest first.

        Only those fetched from *since* on and, if *before* is given, those at an earlier place. Without an *expression*, all.
        """
        place = 2**62 if before is None else before
        if expression is None:
            condition = "kind = 'article' AND at >= ? AND number < ?"
            sql = f"SELECT number, value FROM records WHERE {condition} ORDER BY number DESC LIMIT ?"
            return self.query(sql, (since, place, limit))
        # The index of words is read from its end, whatever the planner prefers: sorting all with a frequent word takes long.
        condition = "words MATCH ? AND words.rowid < ? AND at >= ? ORDER BY words.rowid DESC LIMIT ?"
        sql = f"SELECT number, value FROM words CROSS JOIN records ON number = words.rowid WHERE {condition}"
        return self.query(sql, (expression, place, since, limit))

    def later(self, article: str, place: int) -> list[tuple[int, bytes]]:
        """Return the place and the compressed JSON of the versions of *article* at a later place than *place*."""
        sql = "SELECT number, value FROM records WHERE kind = 'article' AND id = ? AND number > ?"
        return self.query(sql, (article, place))

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple]:  # type: ignore[type-arg]
        """Return the rows that *sql*, which only reads, selects."""
        with self._reading:
            return self._reader.execute(sql, values).fetchall()

    def _remove(self, condition: str, values: Sequence[object]) -> int:
        """Remove the records that *condition* selects. Return how many."""
        self._writer.execute(f"DELETE FROM words WHERE rowid IN (SELECT number FROM records WHERE {condition})", values)
        return self._writer.execute(f"DELETE FROM records WHERE {condition}", values).rowcount


def _positions(rows: Iterable[tuple[str, int, int, float]]) -> dict[tuple[str, int], Position]:
    return {(stream, number): Position(offset, time) for stream, number, offset, time in rows}


def delete(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").unlink()


def _open(path: Path, bus: str, busy_seconds: float) -> sqlite3.Connection:
    """Return a connection that writes. Raises sqlite3.DatabaseError if the file has another format, or is of another log."""
    path.touch(mode=0o600, exist_ok=True)
    connection = sqlite3.connect(path, check_same_thread=False, timeout=busy_seconds)
    with closing(connection.execute("PRAGMA user_version")) as cursor:
        (version,) = cursor.fetchone()
    connection.execute("PRAGMA journal_mode = WAL")
    # What a power cut takes is built anew from the log.
    connection.execute("PRAGMA synchronous = OFF")
    if version == 0:
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
        connection.execute("INSERT INTO source VALUES (?)", (bus,))
        connection.commit()
        return connection
    known = connection.execute("SELECT bus FROM source").fetchone() if version == FORMAT else None
    if known != (bus,):
        connection.close()
        raise sqlite3.DatabaseError("it has another format" if version != FORMAT else "it is of another log")
    return connection
