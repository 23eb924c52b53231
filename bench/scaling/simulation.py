"""A simulation of services in a row that share cores: how long articles wait. Pure: time and arrivals are arguments.

A station is a service. It takes what waits as a batch, up to a limit, works on it with its cores, and hands the batch on to
the next station when all of it is done. Time goes in steps, whose lengths come with the arrivals: what is shorter than a step
is not seen. Articles keep their order, so a count at each step is enough to know when each has arrived and left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.runtime.inputs import BATCH_SECONDS, MAX_BATCH


@dataclass(frozen=True)
class Station:
    """A service: the *seconds* of CPU that an article takes, and the number of *cores* on which it can work at once.

    A batch has *limit* articles at most.
    """

    name: str
    seconds: float
    cores: int = 1
    limit: int = MAX_BATCH

    @property
    def batch(self) -> int:
        """The most articles of a batch, as monitor/runtime/inputs.py limits it."""
        return max(1, min(self.limit, max(self.cores, int(BATCH_SECONDS * self.cores / self.seconds))))


@dataclass
class _Work:
    """Articles that wait for a station, those of its batch, and the seconds of CPU that the batch still takes."""

    station: Station
    waiting: int = 0
    batch: int = 0
    left: float = 0.0

    def wanted(self, step: float) -> float:
        """Return the seconds of CPU that the station can use in *step*."""
        station = self.station
        return min(self.left + self.waiting * station.seconds, min(station.cores, self.batch or self.waiting) * step)

    def work(self, step: float, allowed: float) -> tuple[int, float]:
        """Work for *step* with the *allowed* seconds of CPU; return the articles that are done and the seconds used."""
        station, done, used, until_end = self.station, 0, 0.0, step
        while self.batch or self.waiting:
            if not self.batch:
                # Batches that are shorter than a step count as one.
                self.batch = min(self.waiting, max(station.batch, int(station.cores * step / station.seconds)))
                self.waiting -= self.batch
                self.left = self.batch * station.seconds
            width = min(station.cores, self.batch)
            part = min(self.left, width * until_end, allowed - used)
            self.left, used, until_end = self.left - part, used + part, until_end - part / width
            if self.left > 1e-9:
                break
            done, self.batch = done + self.batch, 0
        return done, used


@dataclass(frozen=True)
class Run:
    """What a simulation has seen at the end of each step: the time, and how many articles had arrived, left, and waited.

    *left* and *waiting* are by station. Those that come at the end of the step do not wait yet. *used* are the seconds of CPU.
    """

    ends: NDArray[Any]
    arrived: NDArray[Any]
    left: Mapping[str, NDArray[Any]]
    waiting: Mapping[str, NDArray[Any]]
    used: float = field(default=0.0, compare=False)

    def latencies(self, name: str, begin: float, end: float) -> NDArray[Any]:
        """Return the sorted seconds until each article that arrives from *begin* to *end* leaves the station *name*.

        They are infinite if it has not left.
        """
        first, last = (int(self.arrived[index - 1]) if index else 0 for index in np.searchsorted(self.ends, (begin, end)))
        numbers = np.arange(first + 1, last + 1)
        known = np.append(self.ends, np.inf)
        return np.sort(known[np.searchsorted(self.left[name], numbers)] - self.ends[np.searchsorted(self.arrived, numbers)])

    def longest(self) -> tuple[str, int]:
        """Return the station for which most articles waited at one time, and their number."""
        name = max(self.waiting, key=lambda each: int(self.waiting[each].max()))
        return name, int(self.waiting[name].max())

    def empty_after(self, time: float) -> float:
        """Return the seconds from *time* until no article waits for any station; inf if that does not come."""
        total = np.sum(list(self.waiting.values()), axis=0)
        found = np.flatnonzero((self.ends > time) & (total == 0))
        return float(self.ends[found[0]]) - time if len(found) else float("inf")


def simulate(stations: Sequence[Station], cores: float, arrivals: Iterable[tuple[float, int]]) -> Run:
    """Let *arrivals* pass through *stations*, which share *cores*. Each is the length of a step and how many come at its end.

    If the cores do not suffice in a step, each station gets the same part of what it could use.
    """
    works, now, total, used = [_Work(each) for each in stations], 0.0, 0, 0.0
    ends, arrived, left, waiting = [], [], [], []
    counts = [0] * len(works)
    for step, count in arrivals:
        wanted = [work.wanted(step) for work in works]
        share = min(1.0, cores * step / (sum(wanted) or 1.0))
        spare = cores * step - share * sum(wanted)
        done = 0
        for number, work in enumerate(works):
            work.waiting += done
            own = share * wanted[number]
            done, seconds = work.work(step, own + spare)
            spare += own - seconds
            used += seconds
            counts[number] += done
        now, total = now + step, total + count
        ends.append(now)
        arrived.append(total)
        left.append(tuple(counts))
        waiting.append(tuple(work.waiting for work in works))
        works[0].waiting += count
    names = [each.name for each in stations]
    lefts, waits = (dict(zip(names, np.array(each).T, strict=True)) for each in (left, waiting))
    return Run(np.array(ends), np.array(arrived), lefts, waits, used)
