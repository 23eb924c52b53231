"""The names of the file of the bus. SQLite names its log after the name by which a process opens the file, links resolved.

With two logs, processes would overwrite each other's records. So all have to open it by the same name.
"""

import os
import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from pathlib import Path

from monitor.bus import Transient
from monitor.bus.sqlite.errors import is_busy
from monitor.bus.sqlite.files import Files, inode, is_empty, registered
from monitor.bus.sqlite.locks import OPEN, locks_on

MAX_LINKS = 40
"""Symbolic links that the system follows one after the other."""
WRITE_VERSION, WITH_LOG = 18, b"\x02"
"""The byte of the header that says how the file is written, and its value for a log (sqlite.org/fileformat.html)."""


class OpenByAnotherName(Transient):
    """Another process has opened the file by another name, or is just opening or closing it by the same name."""


def check_links(path: Path, real: Path) -> None:
    """Raise Transient if the file *real* has a log that lies beside a link on the way from *path* to it.

    It is that of processes that opened the file before it was moved and linked.
    """
    link = path.absolute()
    for _ in range(MAX_LINKS):
        if not link.is_symlink():
            return
        log, own = Path(f"{link}-wal"), Path(f"{real}-wal")
        if inode(str(log)) not in (None, inode(str(own))):
            raise Transient(
                f"{link} is a link to {real}, and {log} is the log of a file that had this name: stop the processes that use"
                f" it (see `newsmonitor status`), or, if none runs, {_remedy(log, real)}"
            )
        with suppress(FileNotFoundError):
            link = link.parent / link.readlink()


def check_has_no_other_log(real: Path) -> None:
    """Raise OpenByAnotherName or another Transient if the file *real* has a log that is named after another of its names.

    The file was opened by a hard link, or it was renamed since. No other process may have opened it by this name.
    """
    others = _users_by_another_name(real)
    if (others and _has_log(real)) or _is_locked_by_another_name(real):
        raise _open_by_another_name(real, others)
    if log := _log_left_by_another_name(real):
        raise Transient(
            f"{log} is the log of {real} under another name: stop the processes that use it (see `newsmonitor status`), or, if"
            f" none runs, {_remedy(log, real)}"
        )


def check_is_not_open(real: Path) -> None:
    """Raise OpenByAnotherName if the kernel lists other processes that have the file *real* open by another name.

    The file must be one that is written through a log.
    """
    if others := _users_by_another_name(real):
        raise _open_by_another_name(real, others)


def open_existing(path: Path) -> closing[sqlite3.Connection]:
    """Open the file at the absolute *path* once, beside the connections. No file is created. Raises sqlite3.Error."""
    return closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=1, isolation_level=None))


def _open_by_another_name(real: Path, others: Collection[int]) -> OpenByAnotherName:
    processes = f"process {', '.join(map(str, sorted(others)))}" if others else "the processes that use it"
    return OpenByAnotherName(
        f"{real} is open by another of its names, where its log is: stop {processes} (see `newsmonitor status`), or use the"
        " name by which it is open"
    )


def _users_by_another_name(real: Path) -> set[int]:
    """Return the other processes that have a lock on the file *real*, but none on the index of its log.

    Those in other containers are not listed, and on other systems than Linux, none are.
    """
    return _lockers(real) - _lockers(Path(f"{real}-shm")) - {os.getpid()}


def _lockers(file: Path) -> set[int]:
    return {lock.pid for lock in locks_on(file) if lock.kind == "POSIX"}


def _remedy(log: Path, real: Path) -> str:
    """Return what to do with *log*, which is named after another name of the file *real*, or of a former file."""
    if is_empty(log):
        return "remove it, since it is empty"
    if is_empty(own := Path(f"{real}-wal")):
        # SQLite would copy the log into any file, and a new file may have the inode of one that was removed.
        return f"rename it to {own} if {real} is the file that had that name, and move it away if {real} is a copy or a backup"
    return f"move it away: {own} has been begun since, and the records of both cannot be joined"


def _log_left_by_another_name(real: Path) -> Path | None:
    """Return the log of *real* that processes have left beside another name in the same folder, if it is not empty."""
    main = inode(str(real))
    for lock in real.parent.glob(f"*-locks/{OPEN}"):
        log = Path(f"{lock.parent}".removesuffix("-locks") + "-wal")
        with suppress(OSError):
            if log == Path(f"{real}-wal") or is_empty(log):
                continue
            # It is theirs only if no other file has taken that name since.
            if _registered_in(lock).startswith(f"{Files(main, inode(str(log)), None)}".removesuffix("None)")):
                return log
    return None


def _registered_in(lock: Path) -> str:
    # Whoever may write to the folder may have put anything there: a pipe would be waited for.
    descriptor = os.open(lock, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return registered(descriptor)
    finally:
        os.close(descriptor)


def _is_locked_by_another_name(real: Path) -> bool:
    """Return True if SQLite finds a lock on the file *real*, whose log, if any, is not beside it."""
    if is_empty(real) or inode(f"{real}-wal"):
        return False
    try:
        with open_existing(real) as db:
            db.execute("PRAGMA busy_timeout=0")
            # Each connection that has read the file holds a lock on it. This mode allows no other, and begins no log.
            db.execute("PRAGMA locking_mode=EXCLUSIVE")
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        # Another program that has opened the file by this name has begun a log beside it, or writes it without one.
        return is_busy(error) and inode(f"{real}-wal") is None and _has_log(real)
    return False


def _has_log(real: Path) -> bool:
    """Return True if the file *real* is written through a log. No connection of this process may be open."""
    with real.open("rb") as file:
        return file.read(WRITE_VERSION + 1)[WRITE_VERSION:] == WITH_LOG
