"""The growth of a function's time with the length of its input."""

import gc
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import process_time

from tests.linear.inputs import Generator

SMALLEST, FACTOR = 1_000, 8
"""The shortest input in code points, and how many times as long the longest is: three doublings."""
MAX_EXPONENT = 1.5
"""Between linear growth, which noise makes look like 1.2, and quadratic growth."""
FURTHER = 4
"""How many times as long as the longest input is the one that shows whether a step looks like growth."""
NEGLIGIBLE = 0.002
"""Seconds for the longest input below which growth does not matter."""
RUNS = 4
SUSPECTS = 5
"""The inputs that take a function longest, whose growth is measured. One of quadratic growth stands out."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The seconds of process time for the shortest input, and for the longest, which is *factor* times as long."""

    shortest: float
    longest: float
    factor: int = FACTOR

    @property
    def exponent(self) -> float:
        """The p of a time that grows with the p-th power of the length; 0 if the time is negligible."""
        return math.log(self.longest / self.shortest, self.factor) if self.longest > NEGLIGIBLE else 0.0


def suspects(function: Callable[[str], object], generators: Mapping[str, Generator]) -> Mapping[str, Generator]:
    """Return the inputs that take *function* longest."""
    seconds = {label: _seconds(function, generate(FACTOR * SMALLEST)) for label, generate in generators.items()}
    return {label: generators[label] for label in sorted(seconds, key=lambda label: -seconds[label])[:SUSPECTS]}


def measure(function: Callable[[str], object], generator: Generator) -> Growth:
    """Return the growth of *function*. Each time is the least of several runs, since other processes can only add to it."""
    long = generator(FACTOR * SMALLEST)
    longest = _seconds(function, long)
    if longest < NEGLIGIBLE:
        return Growth(0.0, longest)
    short = generator(SMALLEST)
    # The mean of a few runs: a single one may be shorter than the clock can tell.
    shortest = min(sum(_seconds(function, short) for _ in range(RUNS)) / RUNS for _ in range(2))
    for _ in range(RUNS):
        if Growth(shortest, longest).exponent <= MAX_EXPONENT:
            break
        # A slow run that looks like more than linear growth is repeated; a fast one is proof enough.
        longest = min(longest, _seconds(function, long))
    growth = Growth(shortest, longest)
    if growth.exponent <= MAX_EXPONENT:
        return growth
    # Work that begins at some length looks like growth if that length is between the two. Further on it does not.
    further = generator(FURTHER * FACTOR * SMALLEST)
    beyond = Growth(longest, min(_seconds(function, further) for _ in range(2)), FURTHER)
    return min(growth, beyond, key=lambda each: each.exponent)


def _seconds(function: Callable[[str], object], text: str) -> float:
    # A collection takes time that depends on all objects of the process.
    gc.collect(0)
    gc.disable()
    try:
        start = process_time()
        function(text)
        return process_time() - start
    finally:
        gc.enable()
