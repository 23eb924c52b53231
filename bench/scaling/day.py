"""A day of articles with a peak and a burst, and how the services get through it. Its shape is assumed, not measured. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, cos, pi

import numpy as np

from bench.scaling.needs import DAY, Load, Needs, needs
from bench.scaling.simulation import Run, Station, simulate

PEAK = 2.0
"""The rate at noon by the mean of the day. At midnight it is nothing, and in between it is a cosine."""
BURST, BURST_SECONDS = 5.0, 300
"""A big story at noon: so many times the rate of noon, for so long."""
NOON = DAY / 2
NIGHT = 18 * 3600
"""The seconds after noon until which the services are followed."""
WATCHED = (300, 360)
"""The seconds before and after noon that are looked at in short steps."""
PEAK_SECONDS = 240
"""The seconds before noon that are the peak of the tables: the first short steps still have what came in long ones at once."""
FINE, COARSE = 0.02, 10.0
"""The lengths of these steps and of the others, in seconds."""
HEADROOM = 4 / 3
"""The cores, and the processes of the model, by what the peak needs."""
SEED = 1


@dataclass(frozen=True)
class Outcome:
    """What a day did on so many *cores*. *peak* and *burst*: seconds from an article to its alert, median and 99th percentile.

    For the *bottleneck* most articles waited at one time, the *longest* queue. *empty* are the seconds from the start of the
    burst until none waited.
    """

    cores: int
    peak: tuple[float, float]
    burst: tuple[float, float]
    bottleneck: str
    longest: int
    empty: float


def rate_at(mean: float, seconds: float) -> float:
    """Return the articles a second at this time of a day with this *mean*."""
    burst = BURST if NOON <= seconds < NOON + BURST_SECONDS else 1.0
    return burst * mean * (1 + (PEAK - 1) * -cos(2 * pi * seconds / DAY))


def arrivals(mean: float, random: np.random.Generator) -> Iterator[tuple[float, int]]:
    """Yield the steps from midnight to the end of NIGHT, and the articles of each. These come at random (Poisson)."""
    before, after = WATCHED
    lengths = (
        [COARSE] * int((NOON - before) / COARSE)
        + [FINE] * int((before + after) / FINE)
        + [COARSE] * int((NIGHT - after) / COARSE)
    )
    begins = np.cumsum(lengths) - lengths
    expected = [rate_at(mean, begin) * length for begin, length in zip(begins, lengths, strict=True)]
    return zip(lengths, random.poisson(expected).tolist(), strict=True)


def model_processes(found: Needs) -> int:
    """Return the processes of the model with which the peak leaves some headroom."""
    return ceil(HEADROOM * PEAK * found.cores["entities"])


def machine_cores(found: Needs) -> int:
    """Return the cores with which the peak leaves some headroom: one more than processes of the model at least."""
    return max(1 + model_processes(found), ceil(HEADROOM * PEAK * sum(found.cores.values())))


def make_stations(load: Load, found: Needs) -> list[Station]:
    """Return the services for *load*, with as many partitions as the peak needs where there may be several."""
    partitions = found.partitions(PEAK)
    usable = {"entities": model_processes(found), "topics": partitions["topics"], "poller": partitions["poller"]}
    return [Station(name, each / load.rate, usable.get(name, 1)) for name, each in found.cores.items()]


def run_day(load: Load, seed: int = SEED) -> tuple[Run, int]:
    """Return a day of *load*, and the cores of the machines."""
    found = needs(load)
    cores = machine_cores(found)
    return simulate(make_stations(load, found), cores, arrivals(load.rate, np.random.default_rng(seed))), cores


def outcome(load: Load) -> Outcome:
    """Return what a day of *load* does."""
    run, cores = run_day(load)
    windows = {"peak": (NOON - PEAK_SECONDS, NOON), "burst": (NOON, NOON + BURST_SECONDS)}
    p50, p99 = ({name: _at(run.latencies("alerts", *each), share) for name, each in windows.items()} for share in (0.5, 0.99))
    name, longest = run.longest()
    empty = run.empty_after(NOON + BURST_SECONDS) + BURST_SECONDS
    return Outcome(cores, (p50["peak"], p99["peak"]), (p50["burst"], p99["burst"]), name, longest, empty)


def _at(ordered: "np.ndarray[tuple[int], np.dtype[np.float64]]", share: float) -> float:
    return float(ordered[int(len(ordered) * share)])
