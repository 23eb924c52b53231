"""The clock that the processes of a trial see, if libfaketime is installed: apt install libfaketime."""

from collections.abc import Mapping, Sequence
from pathlib import Path

LIBRARIES: Sequence[Path] = tuple(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
"""The library that shows another time to a process; none if it is not installed."""
INSTALL_HINT = "install libfaketime (apt install libfaketime), and run again"


def is_available() -> bool:
    """Return whether this machine can set the clock of a process."""
    return bool(LIBRARIES)


def clock_file(folder: Path) -> Path:
    """Return the file in *folder* that says by how much the clock differs."""
    return folder / "clock"


def clock_environment(folder: Path, libraries: Sequence[Path] = LIBRARIES) -> Mapping[str, str]:
    """Return the variables of a process whose clock follows the file in *folder*; none without one of *libraries*."""
    if not libraries:
        return {}
    clock_file(folder).write_text("+0\n")
    return {
        "LD_PRELOAD": str(libraries[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock_file(folder)),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
