"""Keep the collections of Python's garbage collector short, however large the states of the services are."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

THRESHOLDS = (10_000, 5, 1_000_000)
"""Thresholds of the collector's generations. With Python's default of 700 it scans the state of all feeds often and frees
almost nothing, which was a third of the cost of a poll answered with 304. Only `collect` collects the oldest generation."""
OLDEST = 2
MAX_COLLECTED = 30_000
"""Objects of the oldest generation above which those that survive a collection are exempt from later ones."""


@contextmanager
def short_collections(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Collect garbage in *loop* in short steps while the context is open.

    The states of services have millions of objects without reference cycles. Scanning all of them took seconds, for nothing.
    What exists at the start, modules and the config, is exempt too: scanning it once would take a tenth of a second.
    """

    def schedule(phase: str, info: Mapping[str, int]) -> None:
        if phase == "stop" and info["generation"] == 1:
            # A collection cannot start another one.
            loop.call_soon_threadsafe(collect)

    gc.set_threshold(*THRESHOLDS)
    gc.freeze()
    gc.callbacks.append(schedule)
    try:
        yield
    finally:
        gc.callbacks.remove(schedule)


def collect() -> None:
    """Collect the garbage among all objects that are not exempt. If many survive, they become exempt.

    An object that is exempt is freed when nothing refers to it, as any other; only cycles of such objects stay. Objects become
    exempt as the states grow, and not with each message, so these cycles are few.
    """
    gc.collect()
    if count_oldest() > MAX_COLLECTED:
        gc.freeze()


def count_oldest() -> int:
    """Return the number of objects of the oldest generation.

    No thread can run while the list of these objects exists, since it exists in C code only. In a thread that builds a tuple
    from a generator, a reference from the list to the unfinished tuple would raise SystemError (issue 39117 of CPython).
    """
    (count,) = map(len, map(gc.get_objects, [OLDEST]))
    return count
