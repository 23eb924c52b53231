"""What a case of growth is, and how its exponent is computed."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

REPEATS = 5
"""Repetitions of an operation. The fastest counts, since others on the machine only make it slower."""


@dataclass(frozen=True)
class Case:
    """An operation: *measure* returns the seconds that it takes at a size."""

    name: str
    sizes: Sequence[int]
    measure: Callable[[int], Awaitable[float]]


def timed(name: str, sizes: Sequence[int], prepare: Callable[[int], Callable[[], object]]) -> Case:
    """Return the case of a plain function: *prepare* returns it for a size. Its CPU time is measured."""

    async def measure(size: int) -> float:
        operation = prepare(size)
        return min(_cpu_seconds(operation) for _ in range(REPEATS))

    return Case(name, sizes, measure)


def _cpu_seconds(operation: Callable[[], object]) -> float:
    began = time.thread_time()
    operation()
    return time.thread_time() - began


async def fastest(operation: Callable[[], Awaitable[object]], repeats: int = REPEATS) -> float:
    """Return the seconds of the fastest of *repeats* calls of *operation*."""
    durations = []
    for _ in range(repeats):
        began = time.perf_counter()
        await operation()
        durations.append(time.perf_counter() - began)
    return min(durations)


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the slope of the logarithm of *costs* over that of *sizes*, by least squares: 0 is constant, 1 is linear."""
    xs, ys = [math.log(size) for size in sizes], [math.log(max(cost, 1e-9)) for cost in costs]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return covariance / sum((x - mean_x) ** 2 for x in xs)


def format_seconds(seconds: float) -> str:
    """Return *seconds* with a fitting unit."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} us"
