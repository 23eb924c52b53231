"""Keep the collections of Python's garbage collector short, however large the states of the services are."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

THRESHOLDS = (10_000, 5, 1_000_000)
"""Thresholds of the collector's generations. With Python's default of 700 it scans the state of all feeds often and frees
almost nothing, which was a third of the cost of a poll answered with 304. Only `collect` collects the oldest generation."""
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
    if len(gc.get_objects(generation=2)) > MAX_COLLECTED:
        gc.freeze()
