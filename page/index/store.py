"""Writing the index, and reading it by story and id. Each call is made in a thread."""

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from page.index.file import BUSY_SECONDS, OpenFile, open_file

POSITIONS = "SELECT stream, partition, offset, time FROM positions"
ONWARD = """ON CONFLICT (stream, partition) DO UPDATE SET offset = excluded.offset, time = excluded.time
WHERE excluded.offset > offset"""
"""Two processes may fill the index: a position never moves backwards."""
MAX_BYTES = 16 * 1024 * 1024
"""About how many bytes the records of one answer have at most."""
EXPIRE_STEP = 500
"""How many records are removed at once."""


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


class Renewed(Exception):
    """Another file has been opened meanwhile, so what was known of the earlier one is not valid any more."""


class Index:
    """The index in the file at *path* of the log at the URL *bus*.

    A call waits *busy_seconds* for another process that writes the file. The file is opened by the first call that needs it.
    `open` opens another one if the file has been deleted or replaced; until then the calls use the one that was there.
    """

    def __init__(self, path: Path, bus: str, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path, self._bus, self._busy_seconds = path, bus, busy_seconds
        self.trouble: dict[str, str] = {}
        """Why the index does not follow the log, by stream."""
        self.current: dict[str, float] = {}
        """When it last had all records of a stream that the log had, in seconds since 1970."""
        self._file: OpenFile | None = None
        self._generation = 0
        self._writing, self._reading = threading.Lock(), threading.Lock()

    def open(self) -> int:
        """Open the file at the path, unless that is the open one. Return how many have been opened so far.

        Raises Misconfigured, sqlite3.Error and OSError.
        """
        if not self._is_current():
            with self._writing, self._reading:
                # Another thread may have opened it meanwhile.
                if not self._is_current():
                    self._close()
                    self._file = open_file(self.path, self._bus, self._busy_seconds)
                    self._generation += 1
        return self._generation

    def _is_current(self) -> bool:
        return self._file is not None and self._file.is_at(self.path)

    def close(self) -> None:
        """Close the file."""
        with self._writing, self._reading:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @contextmanager
    def _writer(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection that writes, in a transaction."""
        self._open_once()
        with self._writing, self._opened.writer as db:
            yield db

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection that reads."""
        self._open_once()
        with self._reading:
            yield self._opened.reader

    def _open_once(self) -> None:
        if self._file is None:
            self.open()

    @property
    def _opened(self) -> OpenFile:
        if self._file is None:
            raise sqlite3.OperationalError("the index is closed")
        return self._file

    def positions(self) -> dict[tuple[str, int], Position]:
        """Return how far each partition has been read."""
        return _positions(self.query(POSITIONS))

    def add(
        self, rows: Iterable[IndexRow], positions: Mapping[tuple[str, int], Position], generation: int | None = None
    ) -> None:
        """Keep *rows* and move on to *positions*: both or neither. A row that is there already is replaced.

        Raises Renewed if the open file is not the one of *generation*, which `open` has returned.
        """
        with self._writer() as db:
            if generation not in {None, self._generation}:
                raise Renewed
            for row in rows:
                _remove(db, "kind = ? AND id = ? AND version = ?", (row.kind, row.id, row.version))
                values = (row.kind, row.id, row.version, row.story, row.at, zlib.compress(row.value, 1))
                columns = "kind, id, version, story, at, value"
                cursor = db.execute(f"INSERT INTO records ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)
                if row.words:
                    db.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (cursor.lastrowid, row.words))
                db.executemany("INSERT OR REPLACE INTO names VALUES (?, ?, ?)", row.named)
                mentions = [(entity, row.id, row.story, row.at) for entity, _, _ in row.named]
                db.executemany("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?, ?)", mentions)
            for (stream, number), position in positions.items():
                place = (stream, number, position.offset, position.time)
                db.execute(f"INSERT INTO positions VALUES (?, ?, ?, ?) {ONWARD}", place)

    def expire(self, before: float) -> None:
        """Remove what is older than *before*, in seconds since 1970, in steps, between which others may write."""
        while self._expire_some(before):
            pass

    def _expire_some(self, before: float) -> bool:
        """Remove some of what is older than *before*. Return whether there may be more."""
        chosen = "number IN (SELECT number FROM records WHERE kind = ? AND at < ? LIMIT ?)"
        with self._writer() as db:
            counts = [_remove(db, chosen, (kind, before, EXPIRE_STEP)) for kind in ("article", "alert")]
            if max(counts) < EXPIRE_STEP:
                db.execute("DELETE FROM mentions WHERE at < ?", (before,))
                return False
        return True

    def clear(self, kind: str, stream: str, known: Mapping[tuple[str, int], Position]) -> None:
        """Remove all records of *kind*, which come from *stream*, if it has still been read as far as *known*.

        If not, another process that fills the index has removed them.
        """
        with self._writer() as db:
            db.execute("BEGIN IMMEDIATE")
            if {place: each for place, each in _positions(db.execute(POSITIONS)).items() if place[0] == stream} != known:
                return
            _remove(db, "kind = ?", (kind,))
            if kind == "article":
                db.execute("DELETE FROM mentions")
            db.execute("DELETE FROM positions WHERE stream = ?", (stream,))

    def of_story(self, kind: str, story: str, limit: int, max_bytes: int = MAX_BYTES) -> list[bytes]:
        """Return the JSON of the latest *limit* records of *kind* in *story*, the oldest first; of large ones fewer."""
        sql = "SELECT value FROM records WHERE story = ? AND kind = ? ORDER BY at DESC, id, version DESC LIMIT ?"
        found: list[bytes] = []
        with self._reader() as db, closing(db.execute(sql, (story, kind, limit))) as rows:
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
        with self._reader() as db, closing(db.execute(sql, (story, at, at, id_, version, limit))) as rows:
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
        with self._reader() as db:
            return db.execute(sql, values).fetchall()


def _remove(db: sqlite3.Connection, condition: str, values: Sequence[object]) -> int:
    """Remove the records that *condition* selects. Return how many."""
    db.execute(f"DELETE FROM words WHERE rowid IN (SELECT number FROM records WHERE {condition})", values)
    return db.execute(f"DELETE FROM records WHERE {condition}", values).rowcount


def _positions(rows: Iterable[tuple[str, int, int, float]]) -> dict[tuple[str, int], Position]:
    return {(stream, number): Position(offset, time) for stream, number, offset, time in rows}
