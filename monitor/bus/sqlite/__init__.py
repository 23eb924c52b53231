"""The bus in one SQLite file, which the processes of one machine share."""

import asyncio
import os
import re
import sqlite3
import stat
import time
from contextlib import AbstractAsyncContextManager, AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.bus import Misconfigured
from monitor.bus.address import Address
from monitor.bus.backups import Copied, Progress
from monitor.bus.sqlite import bus, copies, errors, locks, tables
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.integrity import find_problem
from monitor.bus.sqlite.removals import last_early_removal
from monitor.bus.sqlite.retention import DAY, HIGH_WATER, first_since, read_by_all
from monitor.bus.storage import Storage
from monitor.bus.streams import STREAMS, Difference, Stream
from monitor.redaction import hide_secrets

__all__ = [
    "absolute", "backup", "check_streams", "connect", "create_streams", "hints", "missing", "problems", "restore", "skip",
    "storage", "url_problem",
]  # fmt: skip

MIB = 1024 * 1024
EARLY_DAYS = 7.0
"""For how many days a removal of articles before their time is told."""
CHECK_SECONDS = 1.0
"""Longest time that `problems` reads the contents of a file."""


def connect(address: Address) -> AbstractAsyncContextManager[bus.SqliteBus]:
    """See Backend. The file is created if it does not exist."""
    retention = tables.Retention(address.days, address.max_mb * MIB, address.streams, address.spare_days)
    return bus.connect(_file(address), retention, address.synchronous)


async def create_streams(_: Address) -> list[str]:
    """See Backend. Opening the file creates its tables."""
    return []


async def check_streams(_: Address) -> list[Difference]:
    """See Backend. The tables have no settings."""
    return []


async def skip(address: Address, group: str) -> None:
    """See Backend."""
    # The file may be locked for seconds.
    await asyncio.to_thread(_skip, address, group)


def url_problem(url: str) -> str | None:
    """See Backend."""
    file = url.removeprefix("sqlite:")
    beside = file.strip("/") or "newsmonitor.db"
    if not file.strip("/. "):
        return f"{url!r} names no file: write sqlite:newsmonitor.db"
    if file != file.strip():
        return f"{url!r} has a blank at the beginning or the end of the file name: remove it"
    if not file.isprintable():
        return f"{url!r} contains a control character, perhaps from a backslash: put the address between single quotation marks"
    if file == ":memory:":
        return f"{url!r} would be lost with each process: name a file, as in sqlite:newsmonitor.db"
    if re.match(r"[A-Za-z]:[\\/]", file) and os.name != "nt":
        return f"{url!r} is a path of Windows, and this machine has another system: write one such as sqlite:newsmonitor.db"
    if file.startswith("~"):
        return f"{url!r} begins with ~, which has no meaning here: write the full path, as in sqlite:/home/me/news.db"
    if "?" in file or file.startswith("file:"):
        return f"{hide_secrets(url)!r} has options of SQLite: write the file alone, and see [streams] for what can be set"
    if re.match(r"//(?!/)", file) or re.fullmatch(r"///[^/]+", file):
        full = f"sqlite:/{beside} for a full path"
        return f"{url!r} has slashes before the file: write sqlite:{beside} for one beside monitor.toml, or {full}"
    return f"{url!r} is a folder: name a file in it, as in {url}newsmonitor.db" if file.endswith("/") else None


def problems(address: Address) -> list[str]:
    """See Backend. The file must be writable, or its folder, so that it can be created."""
    file = _file(address)
    try:
        problem = _file_problem(file)
    except OSError as error:
        problem = f"{file} cannot be read: {error.strerror}; name another file, or correct its rights"
    return [f"bus: {problem}"] if problem else []


def hints(address: Address) -> list[str]:
    """Return a hint if other users of the machine may read or write the file."""
    file = _file(address)
    try:
        others = stat.S_IMODE(file.stat().st_mode) & 0o077
    except OSError:
        return []
    if not others:
        return []
    can_be = "written" if others & 0o022 else "read"
    return [f"bus: {file} can be {can_be} by other users of this machine: if that is not intended, `chmod 600 {file}`"]


def storage(address: Address) -> Storage | None:
    """Return the size of the file with its write-ahead log, what of the file is used, and the room on its disk.

    Return None if there is no file yet.
    """
    file = _file(address)
    if not file.exists():
        return None
    parts = (file, file.with_name(f"{file.name}-wal"))
    disk = os.statvfs(file.parent)
    size = sum(part.stat().st_size for part in parts if part.exists())
    limit, free = int(address.max_mb * MIB), disk.f_bavail * disk.f_frsize
    room = Storage(size, None, int(HIGH_WATER * limit), limit, free, address.days)
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
            return _with_contents(room, db, address, time.time())
    except sqlite3.Error:
        return room


def _with_contents(room: Storage, db: sqlite3.Connection, address: Address, now: float) -> Storage:
    """Return *room* with what the file tells."""
    # A package that was added since the last start may have further streams.
    known = {name for (name,) in db.execute("SELECT name FROM streams")}
    streams = [stream for stream in address.streams.values() if stream.name in known]
    articles = [stream for stream in streams if stream.bulk]
    rows = [db.execute(f'SELECT time FROM "{stream.name}" ORDER BY offset LIMIT 1').fetchone() for stream in articles]
    times, early = [row[0] for row in rows if row], last_early_removal(db)
    is_recent = early is not None and early > now - min(address.days, EARLY_DAYS) * DAY
    return replace(
        room,
        used=tables.used_bytes(db),
        span=max((max(0.0, now - each) / DAY for each in times), default=0.0),
        removed_early=datetime.fromtimestamp(early, UTC) if early is not None and is_recent else None,
        has_articles=bool(times),
        has_unread=any(_keeps_unread(db, stream, now - address.days * DAY) for stream in streams),
    )


def _keeps_unread(db: sqlite3.Connection, stream: Stream, expired: float) -> bool:
    """Return whether *stream* keeps what a service has not read: articles, or other records from before the time *expired*."""
    end = tables.head(db, stream.name) if stream.bulk else first_since(db, stream.name, expired)
    return stream.expires and read_by_all(db, stream) < end


def _file_problem(file: Path) -> str | None:
    real = Path(os.path.realpath(file))
    folder = real.parent if file.is_symlink() else file.parent
    if file.is_dir():
        return f"{file} is a folder: name a file in it, as in sqlite:{file / 'newsmonitor.db'}"
    if real.is_symlink():
        return f"{file} is a link that leads back to itself: remove it, or name another file"
    if real.exists() and not real.is_file():
        # Opening a pipe would wait for a program at its other end.
        return f"{file} is a pipe, a socket or a device, not a file: name another file"
    if not folder.is_dir():
        what = f"{folder} is not a folder" if folder.exists() else f"there is no folder {folder}"
        return f"{what}: create it, or name a file in another"
    # SQLite also writes files beside this one.
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder} is not writable: give newsmonitor the right to write it, or name a file in another"
    if not file.exists():
        return None
    if not os.access(file, os.R_OK | os.W_OK):
        return f"{file} is not writable: give newsmonitor the right to write it, or name another file"
    return _content_problem(file)


def _content_problem(file: Path) -> str | None:
    """Return what is wrong with the contents of *file*, if that is known within CHECK_SECONDS.

    SQLite itself must read it. If this process opened and closed the file, the locks of its own connections would be gone
    (sqlite.org/howtocorrupt.html, section 2.2), and another process could remove the write-ahead log that they use. All of it
    is read only if another program has written the file.
    """
    noted = locks.lock_file(file, locks.MAINTENANCE)
    suspect = noted.exists() and noted.stat().st_mtime_ns != file.stat().st_mtime_ns
    deadline = time.monotonic() + CHECK_SECONDS
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
            db.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            db.execute("PRAGMA schema_version")
            problem = find_problem(db, STREAMS) if suspect else None
    except sqlite3.OperationalError:
        # Busy, interrupted, or not to be opened read-only: connecting tells what is wrong.
        return None
    except sqlite3.DatabaseError as error:
        if errors.code(error) == sqlite3.SQLITE_NOTADB:
            return f"{file} is not an SQLite file: name another file"
        problem = str(error)
    return str(errors.damaged(str(file), problem)) if problem else None


def missing(address: Address) -> str | None:
    """See Backend."""
    file = _file(address)
    if file.exists():
        return None
    if locks.lock_file(file, locks.OPEN).exists():
        remedy = "put it back, or stop all processes of newsmonitor and start them again, to begin with an empty one"
        return f"{file} was deleted or moved away: {remedy}"
    return f"nothing has run yet: there is no {file}; `newsmonitor run` creates it"


def absolute(url: str, folder: Path) -> str:
    """See Backend."""
    return f"sqlite:{folder / url.removeprefix('sqlite:')}"


def _skip(address: Address, group: str) -> None:
    with _existing(address) as file:
        file.transact(0, tables.skip, group)


def backup(address: Address, target: Path, progress: Progress) -> Copied:
    """See Backend. The copy is a log in one file, which SQLite reads."""
    with _existing(address) as file:
        return copies.backup(file, target, progress)


def restore(address: Address, source: Path, progress: Progress, now: datetime) -> Copied:
    """See Backend. No process may have the file open."""
    return copies.restore(_file(address), source, address.streams, progress, now)


def _existing(address: Address) -> AbstractContextManager[BusFile]:
    """Open the file at *address*, which must exist. Raises Misconfigured and Transient."""
    if message := missing(address):
        raise Misconfigured(message)
    return closing(BusFile(_file(address), address.synchronous, address.streams))


def _file(address: Address) -> Path:
    return Path(address.url.removeprefix("sqlite:"))
