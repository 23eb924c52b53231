"""Which files are at the path of the bus: the file itself, its write-ahead log (-wal), and the index of that log (-shm).

Files are compared by device and inode. Only `os.stat` looks at them: if this process opened and closed one of them, it would
lose SQLite's locks on it.
"""

import fcntl
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.bus import Transient
from monitor.bus.sqlite.locks import OPEN, open_lock_file, try_lock

ENTER_SECONDS = 10.0
"""Longest wait for other processes that notice that the files have changed, and open them again."""

OPEN_FILES = Path("/proc/self/fd")
"""The folder in which Linux lists the open files of a process."""

Inode = tuple[int, int] | None
"""Device and inode of a file; None if it does not exist."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files at the path of the bus."""

    main: Inode
    wal: Inode
    shm: Inode

    def is_complete(self) -> bool:
        """Return True if the file is open, by this or another process: SQLite removes the other two when it is closed."""
        return None not in (self.main, self.wal, self.shm)

    def are(self, expected: "Files") -> bool:
        """Return True if these are the *expected* files. If these name no log, it may be any."""
        logs = (None, None), (self.wal, self.shm)
        return self.main == expected.main is not None and (expected.wal, expected.shm) in logs


def inode(path: str) -> Inode:
    """Return the device and inode of the file at *path*."""
    try:
        status = os.stat(path)  # noqa: PTH116  (called for each commit)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def has_name(file: Inode) -> bool:
    """Return True if *file*, which this process has open, was not deleted: it has a name in any folder.

    False where the system does not tell, which Linux does.
    """
    for descriptor in OPEN_FILES.iterdir() if OPEN_FILES.exists() else ():
        with suppress(OSError):
            status = descriptor.stat()
            if (status.st_dev, status.st_ino) == file:
                return status.st_nlink > 0
    return False


def files_at(path: str, real: str) -> Files:
    """Return the files at *path*, whose name without symbolic links is *real*. SQLite names the others after that."""
    return Files(inode(path), inode(f"{real}-wal"), inode(f"{real}-shm"))


def are_at(files: Files, path: str, real: str, wal: str, shm: str) -> bool:
    """Return True if *files* are those at these paths. Called for each commit.

    When SQLite closes the file, it does not copy the log into one that is no longer at *real*.
    """
    return inode(path) == inode(real) == files.main and inode(wal) == files.wal and inode(shm) == files.shm


def describe_change(path: Path, opened: Files, found: Files) -> str:
    """Return what has happened to the files of the bus at *path*, if those *opened* are not those *found*."""
    if found.main is None:
        return (
            f"{path} was deleted or moved away: put it back, or stop all processes of newsmonitor and start them again, to"
            " begin with an empty one; until then nothing is read or written"
        )
    if found.main != opened.main:
        return f"{path} was replaced by another file: newsmonitor goes on with it once it is complete and intact"
    if found == opened:
        return f"the file that {path} leads to has another name now: its log is being copied into it"
    return f"{path}-wal or {path}-shm was removed: its contents are being copied back into {path}"


def enter(real: Path) -> tuple[int, Files]:
    """Wait until the file at *real* may be opened. Return the descriptor of the lock that says so, and which file that is.

    The log and its index are named too if other processes have them open.

    If no other process has the file open, the lock is exclusive, and the file is created if it does not exist. While others do,
    it may be opened only if the files at the path are theirs. Otherwise SQLite would join a new file with the log of an old
    one, or write to a log that the others do not read. Raises OSError, and Transient after ENTER_SECONDS.
    """
    lock = open_lock_file(real, OPEN)
    try:
        if (files := _lock(lock, real)) is None:
            # Only now: others whose file was moved away would take an empty one for what has replaced it.
            with suppress(FileExistsError):
                # For its owner only. SQLite gives its other files the same rights.
                os.close(os.open(real, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            files = Files(inode(str(real)), None, None)
    except BaseException:
        os.close(lock)
        raise
    return lock, files


def is_empty(path: Path) -> bool:
    """Return True if the file at *path* has no contents, or does not exist."""
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return True


def _lock(lock: int, real: Path) -> Files | None:
    """Lock *lock* once the file at *real* may be opened, and return the files that others have open. Raises Transient."""
    deadline = time.monotonic() + ENTER_SECONDS
    while not try_lock(lock):
        files = files_at(str(real), str(real))
        # SQLite would remove the log of an empty file.
        intact = files.is_complete() and not is_empty(real)
        if intact and registered(lock) == str(files) and try_lock(lock, fcntl.LOCK_SH):
            return files
        if time.monotonic() > deadline:
            if not try_lock(lock, fcntl.LOCK_SH):
                raise Transient(
                    f"another process has been opening {real} for more than {ENTER_SECONDS:.0f} s: see `newsmonitor status`"
                )
            raise Transient(
                f"{real}, {real.name}-wal or {real.name}-shm was removed or exchanged while other processes use it: put them"
                " back, or stop these processes (see `newsmonitor status`)"
            )
        time.sleep(0.02)
    return None


def register(lock: int, files: Files) -> None:
    """Record that the processes that hold *lock* have *files* open, and let others open them."""
    text = str(files).encode()
    os.pwrite(lock, text, 0)
    os.ftruncate(lock, len(text))
    fcntl.flock(lock, fcntl.LOCK_SH)


def registered(lock: int) -> str:
    """Return the files that the processes that hold *lock* have open, as a text."""
    return os.pread(lock, 1000, 0).decode(errors="replace")


def are_named(text: str, main: Inode, wal: Inode) -> bool:
    """Return True if the *text* of `registered` names the file *main* with the log *wal*, and any index."""
    return text.startswith(str(Files(main, wal, None)).partition(" shm=")[0])
