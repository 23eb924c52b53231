"""Shared parts of the benchmarks: buses, running services, the CPU time and memory of processes, and printing."""

import json
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil

from monitor.bus import Bus, Partition, Record
from monitor.bus.backends import connect
from monitor.clock import Clock, utc
from monitor.config import Config
from monitor.messages import Message
from monitor.messages.codec import encode
from monitor.runtime.service import Service
from tests.running import running, until

MIB = 1024 * 1024


@asynccontextmanager
async def sqlite_bus() -> AsyncIterator[Bus]:
    """Open a new SQLite bus with the default durability."""
    with tempfile.TemporaryDirectory() as folder:
        async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
            yield bus


@asynccontextmanager
async def ready(bus: Bus, services: Sequence[Service[Any, Any]], clock: Clock = utc) -> AsyncIterator[None]:
    """Run *services* on *bus*; enter the block once all are running."""
    async with running(bus, *services, clock=clock) as health:
        await until(lambda: all(each.state == "running" for each in health.values()), seconds=120)
        yield


@dataclass
class CurrentConfig:
    """The config of running services, which a benchmark may replace."""

    config: Config

    def __call__(self) -> Config:
        """Return the config in use."""
        return self.config


def outputs(service: Service[Any, Any], state: Any, message: Message) -> list[Message]:
    """Return the output of a step of a *service* whose step is a plain function."""
    output = service.step(state, message)
    return [] if isinstance(output, Awaitable) else [each for each in output if each is not None]


def as_record(message: Message) -> Record:
    """Return *message* as a reader of its stream gets it."""
    record = encode(message)
    return Record(Partition(record.stream), 0, 0.0, record.key, record.value, record.headers)


def cpu_seconds() -> float:
    """Return the CPU time of this process and its children so far."""
    return _sum(lambda process: sum(process.cpu_times()[:2]), _with_children())


def memory() -> float:
    """Return the resident memory of this process and its children, in MiB."""
    return _sum(_resident_memory, _with_children())


def own_memory() -> float:
    """Return the resident memory of this process, in MiB."""
    return _resident_memory(psutil.Process())


def children_memory() -> float:
    """Return the resident memory of this process's children, in MiB."""
    return _sum(_resident_memory, psutil.Process().children(recursive=True))


def _with_children() -> list[psutil.Process]:
    process = psutil.Process()
    return [process, *process.children(recursive=True)]


def _sum(measure: Callable[[psutil.Process], float], processes: Iterable[psutil.Process]) -> float:
    """Return the sum of *measure* over *processes*, without those that have just ended."""
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += measure(process)
    return total


def _resident_memory(process: psutil.Process) -> float:
    return float(process.memory_info().rss / MIB)


def run_json(*command: object) -> dict[str, Any]:
    """Run *command* and return the JSON of its last line of output. Raises SystemExit with its errors if it fails."""
    process = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if process.returncode:
        raise SystemExit(process.stderr[-2000:])
    result: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return result


def median_and_p99(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile of *seconds*, in milliseconds."""
    percentiles = quantiles(seconds, n=100)
    return percentiles[49] * 1000, percentiles[98] * 1000


def at_share(ordered: Sequence[float], share: float) -> float:
    """Return the quantile *share*, from 0 to 1, of the sorted values *ordered*; NaN if there are none."""
    return ordered[int(len(ordered) * share)] if ordered else float("nan")


def print_ratio(name: str, ours: float, theirs: float) -> None:
    """Print *ours* as a multiple of *theirs*."""
    print(f"  {name}: {ours / theirs:.2f} times, that is 1/{theirs / ours:.1f}")


def print_latencies(name: str, ordered: Sequence[float]) -> None:
    """Print the median and the 95th percentile of sorted latencies in seconds, one for each article."""
    p50, p95 = (at_share(ordered, share) * 1000 for share in (0.5, 0.95))
    print(f"  {name}: p50 {p50:,.0f} ms, p95 {p95:,.0f} ms ({len(ordered)} articles)")
