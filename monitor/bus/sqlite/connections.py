"""The connections to the file of the bus: all to the same file, which is the one at the path."""

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from monitor.bus import Misconfigured, Transient
from monitor.bus.sqlite.files import Files, files_at, inode, register
from monitor.bus.sqlite.tables import open_file
from monitor.bus.sqlite.transactions import retry_while_locked
from monitor.bus.streams import Stream


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections, the *files* that they have open, and the version of the *schema*."""

    reader: sqlite3.Connection
    writer: sqlite3.Connection
    scanner: sqlite3.Connection
    files: Files
    schema: int


def open_connections(path: Path, real: Path, lock: int, synchronous: str, streams: Mapping[str, Stream]) -> Connections:
    """Open the file at *path*, whose name without symbolic links is *real*, and register it with *lock*, see `enter`.

    Raises Misconfigured, and Transient, also if the file was removed or exchanged meanwhile.
    """
    gone = f"{path} was removed or exchanged while it was opened"
    before = inode(str(real))
    with ExitStack() as opened:
        try:
            reader, writer, scanner = (opened.enter_context(closing(open_file(real, synchronous, streams))) for _ in range(3))
            schema = retry_while_locked(schema_version, reader)
        except (Misconfigured, Transient) as error:
            if before is None or inode(str(path)) != before:
                raise Transient(gone) from error
            raise
        files = files_at(str(path), str(real))
        if not files.is_complete() or files.main != before:
            raise Transient(gone)
        register(lock, files)
        opened.pop_all()
    return Connections(reader, writer, scanner, files, schema)


def schema_version(db: sqlite3.Connection) -> int:
    """Return the number of changes of the schema. SQLite counts a restored backup as one."""
    row: tuple[int] = db.execute("PRAGMA schema_version").fetchone()
    return row[0]
