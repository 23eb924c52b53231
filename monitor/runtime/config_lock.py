"""One edit of the config at a time, whichever process makes it: the page, a second page, or a command."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_edit(path: Path) -> Iterator[None]:
    """Let nobody else edit the config *path* until the context ends: who reads it there saves what nobody has changed since.

    The lock is that of the folder of the file, or of the target of a link: it leaves no file behind, and ends with its process.
    A folder that cannot be locked, as on some network disks, is not.
    """
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        # That the config cannot be read is told by who reads it.
        yield
        return
    try:
        _lock(folder)
        yield
    finally:
        os.close(folder)


def _lock(folder: int) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
    except OSError:
        return
