"""The names of the file of the bus. SQLite names its log after the name by which a process opens the file, links resolved.

With two logs, processes would overwrite each other's records. So all have to open it by the same name.
"""

import os
from contextlib import suppress
from pathlib import Path

from monitor.bus import Transient
from monitor.bus.sqlite.files import are_named, inode, is_empty, registered
from monitor.bus.sqlite.locks import OPEN

MAX_LINKS = 40
"""Symbolic links that the system follows one after the other."""


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


def check_left_logs(real: Path) -> None:
    """Raise Transient if processes have left a log of the file *real* beside another of its names in the same folder.

    They opened it by a hard link, or before it was renamed, and were killed.
    """
    if log := _log_left_by_another_name(real):
        raise Transient(
            f"{log} is the log of {real} under another name: stop the processes that use it (see `newsmonitor status`), or, if"
            f" none runs, {_remedy(log, real)}"
        )


def _remedy(log: Path, real: Path) -> str:
    """Return what to do with *log*, which is named after another name of the file *real*, or of a former file."""
    if is_empty(log):
        return "remove it, since it is empty"
    if is_empty(own := Path(f"{real}-wal")):
        # SQLite would copy the log into any file, and a new file may have the inode of one that was removed.
        return f"rename it to {own} if {real} is the file that had that name, and move it away if {real} is a copy or a backup"
    return f"move it away: {own} has been begun since, and the records of both cannot be joined"


def _log_left_by_another_name(real: Path) -> Path | None:
    main = inode(str(real))
    for lock in real.parent.glob(f"*-locks/{OPEN}"):
        log = Path(f"{lock.parent}".removesuffix("-locks") + "-wal")
        with suppress(OSError):
            if log == Path(f"{real}-wal") or is_empty(log):
                continue
            # It is theirs only if no other file has taken that name since.
            if are_named(_registered_in(lock), main, inode(str(log))):
                return log
    return None


def _registered_in(lock: Path) -> str:
    # Whoever may write to the folder may have put anything there: a pipe would be waited for.
    descriptor = os.open(lock, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return registered(descriptor)
    finally:
        os.close(descriptor)
