"""The number of cores for which worker processes are started."""

import os
from contextlib import suppress
from pathlib import Path

CPU_MAX = Path("/sys/fs/cgroup/cpu.max")
"""The quota of a Linux container: the microseconds of CPU time that it may use in a period, or "max", and the period."""


def usable_cores(cpu_max: Path = CPU_MAX) -> int:
    """Return how many cores this process may use: those that it may run on, within the quota in *cpu_max*, and at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = map(int, cpu_max.read_text(encoding="ascii").split())
        cores = min(cores, quota // period)
    return max(1, cores)
