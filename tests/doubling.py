"""How the cost of a function grows with the size of its input: the exponent over an eightfold range, by process time."""

import gc
import math
import time
from collections.abc import Callable
from typing import NamedTuple

FACTOR = 8
"""How much larger the large input is than the small one."""
REPEATS = 3
"""Measurements of each size, of which the shortest counts: all others were disturbed."""
SHORTEST = 0.002
"""Seconds below which a measurement is repeated within itself, because the clock and the caches outweigh it."""


class Growth(NamedTuple):
    """The seconds for a small input and for one FACTOR times as large."""

    small: float
    large: float

    @property
    def exponent(self) -> float:
        """Return e, if the cost grows like the size to the power of e: 1 is linear, 2 quadratic."""
        return math.log(self.large / self.small, FACTOR)


def measure(prepare: Callable[[int], Callable[[], object]], size: int, repeats: int = REPEATS) -> Growth:
    """Return the cost of the functions that *prepare* returns for *size* and for FACTOR times *size*.

    What *prepare* itself does is not measured. It is called anew for each measurement, so it can clear caches.
    """
    pairs = [(_seconds(prepare, size), _seconds(prepare, size * FACTOR)) for _ in range(repeats)]
    return Growth(*(max(min(column), 1e-7) for column in zip(*pairs, strict=True)))


def _seconds(prepare: Callable[[int], Callable[[], object]], size: int) -> float:
    """Return the process time of one call, from as many calls as take SHORTEST seconds together."""
    spent, calls = 0.0, 0
    while spent < SHORTEST:
        function = prepare(size)
        # A collection visits all objects of the process, not only those of the function.
        gc.disable()
        started = time.process_time()
        function()
        spent += time.process_time() - started
        gc.enable()
        calls += 1
    return spent / calls
