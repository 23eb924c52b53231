"""Going on after the file of the bus, or one of the two beside it, was removed or exchanged while in use."""

import asyncio
import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

import structlog

from monitor.bus import Misconfigured, Transient
from monitor.bus.sqlite import locks
from monitor.bus.sqlite.checkpoints import copy_all
from monitor.bus.sqlite.errors import damaged, disk_error
from monitor.bus.sqlite.existing import open_existing
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.files import Files, files_at, has_name, inode, registered
from monitor.bus.sqlite.integrity import find_problem
from monitor.bus.sqlite.transactions import LOCK_SECONDS

SCAN_SECONDS = 10.0
"""Shortest time between two checks of the contents, in seconds."""
SCAN_PAUSE = 20.0
"""Shortest time between two checks of the contents, as a multiple of the time that a check takes."""

log = structlog.get_logger()


def recover(file: BusFile) -> None:
    """Go on with the files that are at the path now, if that is safe. No other call may use the connections meanwhile.

    What the log contains is first copied back into the file that it belongs to. For this no process may write, so it is done
    with the lock for writing, and each process checks the files at the path while it holds this lock. A file that was put in
    the place of the former is used once it is complete and intact. If it is not safe yet, `file.fault` says why.
    """
    try:
        with locks.maintenance(Path(os.path.realpath(file.path))) as descriptor:
            if descriptor is not None:
                _recover(file, descriptor)
    except FileNotFoundError:
        # Its folder is away too, or a file is gone since it was looked at: the next call looks again.
        return
    except (OSError, sqlite3.Error) as error:
        file.fault = str(disk_error(file.path, error))


async def find_damage(file: BusFile) -> int | None:
    """Check the contents of the file, in a thread, and stop using them if they are damaged.

    If they are intact, return when the file was modified, for `accept`.
    """
    modified, started = file.modified(), time.monotonic()
    scan = asyncio.create_task(asyncio.to_thread(find_problem, file.scanner, file.streams))
    try:
        problem = await asyncio.shield(scan)
    except asyncio.CancelledError:
        file.scanner.interrupt()
        await asyncio.wait([scan])
        raise
    finally:
        now = time.monotonic()
        file.next_scan = now + max(SCAN_SECONDS, SCAN_PAUSE * (now - started))
    if problem:
        file.set_damaged(str(damaged(str(file.path), problem)))
        return None
    return modified


def accept(file: BusFile, modified: int) -> None:
    """Use the contents that the file had when it was *modified*, in nanoseconds since 1970: they are intact."""
    with suppress(OSError), locks.maintenance(file.real, LOCK_SECONDS) as descriptor:
        if descriptor is not None:
            os.utime(descriptor, ns=(modified, modified))
    _go_on(file, "its contents are intact")


def problem_of(path: Path, file: BusFile) -> str | None:
    """Return what is wrong with the file at *path*, which is to be used instead of *file*. Raises sqlite3.Error."""
    # If it has been taken away again, SQLite must not create an empty one, in which there is no problem.
    with open_existing(path) as db:
        return find_problem(db, file.streams)


def _recover(file: BusFile, descriptor: int) -> None:
    # It may have come back as a link to where it was moved. All processes keep the log that has the former name.
    if file.is_open and file.is_in_place():
        if not file.is_damaged:
            _go_on(file, "it is back in its place")
        return
    real = Path(os.path.realpath(file.path))
    found = files_at(str(file.path), str(real))
    if found.main is None or file.lock is None:
        return
    replaced, is_open_here = found.main != file.files.main, _are_open(file, real, found)
    if not is_open_here and not (_is_whole(file) if replaced else _is_log_ours(file, real, found)):
        return
    if file.is_open and not _copy_log(file):
        return
    file.disconnect()
    if not is_open_here:
        _remove_log(file)
        if replaced and (problem := problem_of(real, file)):
            file.refused = file.size_seen
            file.set_damaged(str(damaged(str(file.path), problem)))
            return
    try:
        file.reconnect(found if is_open_here else Files(found.main, None, None))
    except (Misconfigured, Transient) as error:
        file.fault = str(error)
        return
    file.note_time(descriptor)
    _go_on(file, "another file is in its place" if replaced else "its log was copied into it")


def _copy_log(file: BusFile) -> bool:
    """Return True if the log is copied back, or if that failed and the file was deleted: then nobody needs it."""
    try:
        return copy_all(file.writer)
    except sqlite3.Error as error:
        log.error("the write-ahead log cannot be copied back", path=str(file.path), error=str(error))
        if file.files.main != inode(str(file.path)) and not has_name(file.files.main):
            return True
        file.fault = f"the log of {file.path} cannot be copied into its file ({error}): free some space on its disk"
        return False


def _go_on(file: BusFile, reason: str) -> None:
    if file.fault:
        log.warning("the file of the bus is used again", path=str(file.path), reason=reason)
    file.fault, file.is_damaged = None, False
    file.generation += 1


def _is_whole(file: BusFile) -> bool:
    """Return True if the file at the path may be intact, and has not changed since the last call: it is not being copied."""
    status = file.path.stat()
    seen, file.size_seen = file.size_seen, (status.st_size, status.st_mtime_ns)
    return seen == file.size_seen != file.refused and status.st_size > 0


def _are_open(file: BusFile, real: Path, found: Files) -> bool:
    """Return True if other processes of newsmonitor have opened the files *found*, whose name without links is *real*."""
    if file.lock is None or real == file.real:
        return file.lock is not None and registered(file.lock) == str(found)
    lock = locks.open_lock_file(real, locks.OPEN)
    try:
        return registered(lock) == str(found)
    finally:
        os.close(lock)


def _is_log_ours(file: BusFile, real: Path, found: Files) -> bool:
    """Return True if no other program has begun a new log, which cannot be joined with the one that was removed."""
    wal = Path(f"{real}-wal")
    if found.wal in (None, file.files.wal) or wal.stat().st_size == 0:
        return True
    file.set_damaged(str(damaged(str(file.path), f"{wal} was removed while in use, and another program has begun a new one")))
    return False


def _remove_log(file: BusFile) -> None:
    """Remove the log and its index if they are those of the former file. SQLite would join them with the new one."""
    for suffix, own in (("-wal", file.files.wal), ("-shm", file.files.shm)):
        beside = Path(f"{file.real}{suffix}")
        with suppress(FileNotFoundError):
            status = beside.stat()
            if (status.st_dev, status.st_ino) == own:
                beside.unlink()
