"""The processor time of this process and of the processes that it started."""

import psutil


def cpu_seconds() -> float:
    """Return the seconds of processor time of this process and its children so far, with those that have ended."""
    own = psutil.Process()
    return sum(sum(_times(process)) for process in (own, *own.children(recursive=True)))


def _times(process: psutil.Process) -> tuple[float, ...]:
    """Return the times of *process* and of the children that it has waited for; none if it has just ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return ()
    return times.user, times.system, times.children_user, times.children_system
