"""Copies of the SQLite file: one that is made while all services write, and one that takes the place of the file.

A copy is made from one snapshot, which SQLite keeps for the connection that reads it: it contains each commit in full or not
at all, and holds up no writer. What is written meanwhile waits in the write-ahead log, which shrinks afterwards.
"""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from errno import ENOSPC
from itertools import count
from pathlib import Path

from monitor.bus import Misconfigured, Transient
from monitor.bus.backups import Copied, Progress
from monitor.bus.sqlite import locks, tables
from monitor.bus.sqlite.errors import bus_error, code, damaged
from monitor.bus.sqlite.existing import open_existing
from monitor.bus.sqlite.file import PAGE_SIZE, BusFile
from monitor.bus.sqlite.integrity import find_problem
from monitor.bus.sqlite.shrinking import INCREMENTAL
from monitor.bus.sqlite.transactions import LOCK_SECONDS
from monitor.bus.streams import Stream

STEP_PAGES = 2000
"""Pages copied between two calls of the progress callback: 8 MB, some 15 ms."""
SPARE_BYTES = 16 * 1024 * 1024
"""Room on the disk that must be left beside a copy."""
PART = ".part"
"""The end of the name of a copy that is not complete."""


def backup(file: BusFile, target: Path, progress: Progress) -> Copied:
    """Copy the contents of *file* to *target*, which must not exist. Raises Misconfigured and Transient."""
    remedy = "name another file, or see whether its folder may be written and its disk has room"
    with _naming(target, remedy):
        _check_target(target)
    with _naming(target, remedy), _incomplete(target) as part:
        _copy(file.scanner, part, progress)
        problem, copied = _verify(part, file.scanner, file.streams)
        file.scanner.execute("COMMIT")
        if problem:
            raise damaged(str(file.path), problem)
        _sync(part)
        _name(part, target)
    return copied


def restore(path: Path, source: Path, streams: Mapping[str, Stream], progress: Progress, now: datetime) -> Copied:
    """Put a copy of *source* in the place of the file at *path*, which is kept beside it. Raises Misconfigured and Transient.

    No process may use the file.
    """
    real = Path(os.path.realpath(path))
    remedy = f"give newsmonitor the right to write it and {real.parent}, or make room on the disk"
    with _naming(real, remedy), _unused(real):
        pass
    with _open_source(source, streams) as db, _naming(real, remedy), _incomplete(real) as part:
        _copy(db, part, progress)
        _make_shrinkable(part)
        problem, copied = _verify(part, db, streams)
        if problem:
            raise Misconfigured(f"{source} is damaged ({problem}): use another backup")
        _prepare(part, real)
        _sync(part)
        with _unused(real):
            aside = _set_aside(real, now)
            part.replace(real)
            _sync(real.parent)
            with locks.maintenance(real, LOCK_SECONDS) as descriptor:
                # Its contents have just been checked.
                if descriptor is not None:
                    modified = real.stat().st_mtime_ns
                    os.utime(descriptor, ns=(modified, modified))
    return Copied(copied.records, copied.size, copied.newest, aside)


@contextmanager
def _naming(target: Path, remedy: str) -> Iterator[None]:
    """Raise Misconfigured with *target* and the *remedy* for errors of the system, which name a file beside it, or no file."""
    try:
        yield
    except OSError as error:
        raise Misconfigured(f"{target} cannot be written ({error.strerror}): {remedy}") from error


def _check_target(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise Misconfigured(f"{target} already exists, and no file is overwritten: name another, or remove it")
    if not target.parent.is_dir():
        raise Misconfigured(f"there is no folder {target.parent}: create it, or name a file in another")


@contextmanager
def _incomplete(target: Path) -> Iterator[Path]:
    """Yield an empty file beside *target* that only its owner can read. It is removed unless it has got another name.

    What a former attempt has left is overwritten. Raises Misconfigured if another process writes it.
    """
    part = target.with_name(target.name + PART)
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        if not locks.try_lock(descriptor):
            raise Misconfigured(f"another process writes {part}: wait until it has ended")
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
        for suffix in ("-wal", "-shm"):
            Path(f"{part}{suffix}").unlink(missing_ok=True)
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _copy(db: sqlite3.Connection, part: Path, progress: Progress) -> None:
    """Begin to read a snapshot of *db*, and copy it to *part*. The snapshot is read until the transaction ends."""
    try:
        db.execute("BEGIN")
        (pages,), (size,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        _check_room(part, pages * size)
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            # A copy that is not complete is not used.
            copy.execute("PRAGMA synchronous=OFF")
            copy.execute("PRAGMA journal_mode=OFF")
            # While the transaction lasts, SQLite does not begin anew when others write.
            db.backup(copy, pages=STEP_PAGES, progress=lambda _, left, total: progress(total - left, total), sleep=0)
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            # It can be read where nothing can be written beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if code(error) == sqlite3.SQLITE_FULL:
            raise Transient(f"no space is left for {part}: free some on its disk") from error
        raise bus_error(error, db) from error


def _make_shrinkable(part: Path) -> None:
    """Write a file of an older version anew, so that it can be made shorter later."""
    with closing(sqlite3.connect(part, isolation_level=None)) as db:
        if db.execute("PRAGMA auto_vacuum").fetchone() != (INCREMENTAL,):
            db.execute("PRAGMA auto_vacuum=INCREMENTAL")
            db.execute("VACUUM")


def _check_room(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if free < needed + SPARE_BYTES:
        raise OSError(ENOSPC, f"its disk has room for {free:,} bytes, and {needed:,} are needed")


def _verify(part: Path, db: sqlite3.Connection, streams: Mapping[str, Stream]) -> tuple[str | None, Copied]:
    """Return what is wrong with the copy *part* of *db*, whose snapshot is still being read, and what it contains."""
    with closing(sqlite3.connect(f"{part.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as copy:
        problem = find_problem(copy, streams)
        if problem is None and _places(copy) != _places(db):
            problem = "the copy differs from what was copied"
        if problem:
            return problem, Copied(0, 0, None)
        names = [name for (name,) in copy.execute("SELECT name FROM streams")]
        records = sum(copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names)
        (newest,) = copy.execute("SELECT max(last) FROM streams").fetchone()
    return None, Copied(records, part.stat().st_size, datetime.fromtimestamp(newest, UTC) if newest else None)


def _places(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Return where each stream begins and ends, and how far each group has read it."""
    queries = ("SELECT name, head, floor FROM streams ORDER BY 1", "SELECT member, stream, next FROM positions ORDER BY 1, 2")
    return [row for query in queries for row in db.execute(query)]


def _sync(path: Path) -> None:
    """Wait until *path*, a file that SQLite does not have open, or a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(part: Path, target: Path) -> None:
    """Give the complete copy its name, unless a file has got it meanwhile."""
    try:
        os.link(part, target)
    except FileExistsError:
        _check_target(target)
    except OSError:
        # The disk has no hard links, as FAT.
        _check_target(target)
        part.rename(target)
    _sync(target.parent)


@contextmanager
def _unused(real: Path) -> Iterator[None]:
    """Keep other processes from opening the file at *real*. Raises Misconfigured if one has, or its folder is absent."""
    if not real.parent.is_dir():
        raise Misconfigured(f"there is no folder {real.parent}: create it, or name a file in another in `bus`")
    descriptor = locks.open_lock_file(real, locks.OPEN)
    try:
        if not locks.try_lock(descriptor):
            found = locks.locks_on(locks.lock_file(real, locks.OPEN))
            pids = sorted({lock.pid for lock in found if lock.kind == "FLOCK" and lock.pid > 0})
            who = f" ({', '.join(map(str, pids))})" if pids else ""
            raise Misconfigured(f"processes of newsmonitor{who} have {real} open: stop them, and the page, then try again")
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _open_source(source: Path, streams: Mapping[str, Stream]) -> Iterator[sqlite3.Connection]:
    """Open the backup *source* for reading. Raises Misconfigured if it is not a log in a format that is known."""
    if not source.is_file():
        raise Misconfigured(f"there is no file {source}: name a file that `newsmonitor backup` has written")
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            found = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except sqlite3.DatabaseError as error:
            reason = "it is no SQLite file" if code(error) == sqlite3.SQLITE_NOTADB else str(error)
            raise Misconfigured(f"{source} is not a backup of newsmonitor: {reason}") from error
        if not {"streams", "positions", "epochs", "retention"} <= found:
            raise Misconfigured(f"{source} is not a backup of newsmonitor: it has other tables")
        if version != tables.VERSION:
            raise Misconfigured(
                f"{source} was written by another version of newsmonitor (table version {version}; this one reads"
                f" {tables.VERSION}): restore it with that version"
            )
        if problem := find_problem(db, streams):
            raise Misconfigured(f"{source} is damaged ({problem}): use another backup")
        yield db


def _prepare(part: Path, real: Path) -> None:
    """Make *part* ready to be opened as the log, with the rights and the owner of the file at *real*, if there is one."""
    with closing(sqlite3.connect(part, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
    with suppress(OSError):
        status = real.stat()
        part.chmod(stat.S_IMODE(status.st_mode))
        os.chown(part, status.st_uid, status.st_gid)


def _set_aside(real: Path, now: datetime) -> Path | None:
    """Give the file at *real* a second name, and return it; None if there is no file. What its log contains is copied back."""
    if not real.exists():
        return None
    aside = _free_name(f"{real}.replaced-{now:%Y%m%dT%H%M%SZ}")
    _copy_log_back(real)
    for suffix in ("-wal", "-shm"):
        beside = Path(f"{real}{suffix}")
        # The log of a file that is damaged is kept with it. SQLite would join it with the restored file.
        if beside.exists():
            beside.rename(f"{aside}{suffix}")
    try:
        os.link(real, aside)
    except FileExistsError:
        raise
    except OSError:
        # The disk has no hard links, as FAT.
        real.rename(aside)
    return aside


def _free_name(wanted: str) -> Path:
    """Return *wanted*, with a number if a file has that name: the log that was replaced in the same second must stay."""
    names = (Path(wanted if number == 1 else f"{wanted}-{number}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))


def _copy_log_back(real: Path) -> None:
    if real.stat().st_size < PAGE_SIZE:
        # SQLite would remove the log of a file that was emptied.
        return
    with suppress(sqlite3.DatabaseError), open_existing(real.absolute()) as db:
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise Transient(f"another program reads {real}: end it, then try again")
