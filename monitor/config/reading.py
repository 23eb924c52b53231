"""Reading one config file: whatever is at its path, the call returns soon, with the text or the reason why there is none."""

import os
import stat
from pathlib import Path

from monitor.config.encoding import decode
from monitor.config.problems import Problem, show_path

MAX_BYTES = 128 * 1024 * 1024
"""The most bytes of all config files together: about a million watches."""
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_text(path: Path, limit: int = MAX_BYTES) -> str | Problem:
    """Return the text of the file *path*, or the problem that makes it unreadable. *limit* is in bytes."""
    shown = show_path(path)
    try:
        # Without O_NONBLOCK, opening a pipe waits for a process that writes to it.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if problem := _status_problem(shown, os.fstat(file.fileno()), limit):
                return problem
            data = file.read(limit + 1)
    except FileNotFoundError:
        if path.is_symlink():
            return Problem(0, f"{shown} is a link that leads to no file: correct the link")
        return Problem(0, f"there is no {shown}: `newsmonitor init` writes one; -c FILE names another")
    except IsADirectoryError:
        return Problem(0, f"{shown} is a folder: name the file in it with -c FILE")
    except PermissionError as error:
        return Problem(0, f"cannot read {shown}: {error.strerror}; give newsmonitor the right to read it")
    except OSError as error:
        return Problem(0, f"cannot read {shown}: {error.strerror or error}; correct it, or name another file with -c FILE")
    except ValueError as error:
        return Problem(0, f"{shown} is no path: {error}; name another file with -c FILE")
    return decode(data) if len(data) <= limit else _too_large(shown, limit)


def _status_problem(shown: str, status: os.stat_result, limit: int) -> Problem | None:
    if stat.S_ISDIR(status.st_mode):
        return Problem(0, f"{shown} is a folder: name the file in it with -c FILE")
    if kind := next((name for is_kind, name in _KINDS if is_kind(status.st_mode)), None):
        return Problem(0, f"{shown} is {kind}, not a file: save its content to a file, and name that")
    return _too_large(shown, limit) if status.st_size > limit else None


def _too_large(shown: str, limit: int) -> Problem:
    size = f"{MAX_BYTES >> 20} MiB of config files"
    rest = "" if limit == MAX_BYTES else f", of which the other files leave {limit:,} bytes"
    return Problem(0, f"{shown} is too large: at most {size} are read{rest}; remove what is not a watch, or divide the watches")
