"""Locks on files that only newsmonitor uses, and which processes hold a lock.

The lock files are in a folder beside the file of the bus. They are never removed: a process that opened one before it was
removed would not see the locks of a process that opens the next.
"""

import contextlib
import fcntl
import os
import signal
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OPEN = ".open"
"""Locked by each process that has the file of the bus open, shared. Contains the `Files` that they have open."""
MAINTENANCE = ".maintenance"
"""Locked while the file is checked, copied back from the write-ahead log, or opened again. Its modification time is that of
the file after the last copy: if the file has another, some other program has written it."""
WRITE_LOCK_BYTE = 120
"""The byte of the -shm file that SQLite locks for a write (sqlite.org/walformat.html)."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock in the kernel's table: the *kind* (POSIX or FLOCK), and its range of bytes, *last* None for all that follow."""

    pid: int
    kind: str
    first: int
    last: int | None


def open_lock_file(path: Path, name: str) -> int:
    """Open the lock file *name* of the file *path*, and return its descriptor. It is created with the rights of *path*.

    If there is no file yet, it is created for its owner only.
    """
    file, mode = lock_file(path, name), _mode(path)
    # Who may read files may enter their folder.
    file.parent.mkdir(mode | (mode & 0o444) >> 2, exist_ok=True)
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)


def lock_file(path: Path, name: str) -> Path:
    """Return the path of the lock file *name* of the file *path*."""
    return path.with_name(f"{path.name}-locks") / name


def try_lock(descriptor: int, operation: int = fcntl.LOCK_EX) -> bool:
    """Lock an open lock file, exclusively by default. Return False if another holds a lock that forbids it."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def maintenance(path: Path, wait: float = 0.0) -> Iterator[int | None]:
    """Lock the maintenance of *path*, and yield the descriptor; None if another process holds it for *wait* seconds."""
    descriptor, deadline = open_lock_file(path, MAINTENANCE), time.monotonic() + wait
    try:
        while not (locked := try_lock(descriptor)) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield descriptor if locked else None
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def folder(path: Path, wait: float) -> Iterator[None]:
    """Lock the folder *path*, waiting at most *wait* seconds for processes that hold it. If it cannot be locked, go on without.

    That is so if another program holds the lock, if this process may not read the folder, and on a network's file system that
    locks only files.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            stack.callback(os.close, descriptor)
            deadline = time.monotonic() + wait
            while not try_lock(descriptor) and time.monotonic() < deadline:
                time.sleep(0.01)
        yield


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o666
    except OSError:
        return 0o600


def locks_on(file: Path) -> list[Lock]:
    """Return the locks on *file* that the kernel lists; none if the system has no such list, or *file* does not exist.

    The file is not opened, which would drop the locks of this process.
    """
    try:
        status, table = file.stat(), Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return []
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    found = []
    for line in table.splitlines():
        match line.split():
            # A line with an arrow, of a process that waits for the lock, has a word more.
            case [_, kind, _, _, pid, where, first, last] if where == place:
                found.append(Lock(int(pid), kind, int(first), None if last == "EOF" else int(last)))
    return found


def writer(shm: Path) -> int | None:
    """Return the process that holds SQLite's lock for writing in the file *shm*; None if none is known to."""
    pids = [
        lock.pid
        for lock in locks_on(shm)
        if lock.kind == "POSIX" and lock.first <= WRITE_LOCK_BYTE and (lock.last is None or lock.last >= WRITE_LOCK_BYTE)
    ]
    # Zero is a process that this one cannot see, in another container.
    return pids[0] if pids and pids[0] > 0 else None


def owner(lock_file: Path) -> int | None:
    """Return the process that holds *lock_file*; None if none is known to."""
    pids = [lock.pid for lock in locks_on(lock_file) if lock.kind == "FLOCK" and lock.pid > 0]
    return pids[0] if pids else None


def is_stopped(pid: int) -> bool:
    """Return True if the process is known to be stopped, by SIGSTOP or Ctrl-Z. One that a debugger holds does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "T"
    except (OSError, IndexError):
        return False


def describe(pid: int | None) -> str:
    """Return words for the process that holds a lock, with the remedy; nothing if it is unknown."""
    if pid is None:
        return ""
    if is_stopped(pid):
        return f": by process {pid}, which is stopped; continue it with `kill -CONT {pid}`, or end it with `kill -KILL {pid}`"
    return f": by process {pid}; if it does not end its transaction, end it"


class Stopped:
    """Measures for how long one process has been seen stopped while it holds a lock."""

    def __init__(self) -> None:
        self._pid: int | None = None
        self._since = 0.0

    def seconds(self, pid: int | None, now: float) -> float:
        """Return for how many seconds *pid* has been seen stopped at *now*, in monotonic seconds; 0 if it is not stopped."""
        if pid is None or not is_stopped(pid):
            self._pid = None
            return 0.0
        if pid != self._pid:
            self._pid, self._since = pid, now
        return now - self._since


def kill_stopped_writer(path: Path, pid: int) -> bool:
    """Kill *pid* if it is a stopped process of newsmonitor that holds the lock for writing the file *path*.

    SQLite discards what it had not committed, as after a crash. Return whether it was killed.
    """
    try:
        handle = os.pidfd_open(pid)
    except (OSError, AttributeError):
        return False
    try:
        # From here on the number cannot belong to another process.
        ours = any(lock.pid == pid for lock in locks_on(lock_file(path, OPEN)))
        if not (ours and is_stopped(pid) and writer(path.with_name(f"{path.name}-shm")) == pid):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
