"""Garbage collections while services run: short however large the states are, and still effective."""

import asyncio
import gc
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType

import pytest

from monitor.runtime import garbage

LONGEST = 100_000
"""Objects that a collection scans in about 20 ms."""


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """Set the collector back after the test."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
    gc.collect()


class Node:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


async def grow(count: int) -> list[list[int]]:
    """Return *count* lists, made in steps of 1,000."""
    state: list[list[int]] = []
    while len(state) < count:
        state.extend([number] for number in range(1000))
        await asyncio.sleep(0)
    return state


@contextmanager
def scanned_objects() -> Iterator[list[int]]:
    """Yield a list that grows by the number of objects that each collection of the oldest generation scans."""
    scanned: list[int] = []

    def record(phase: str, info: Mapping[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            scanned.append(len(gc.get_objects()))

    gc.callbacks.append(record)
    try:
        yield scanned
    finally:
        gc.callbacks.remove(record)


async def test_no_collection_scans_many_objects_however_large_the_state_is() -> None:
    garbage.collect()
    with garbage.short_collections(asyncio.get_running_loop()), scanned_objects() as scanned:
        state = await grow(1_000_000)
    assert gc.get_freeze_count() > 800_000
    assert len(scanned) > 5
    assert max(scanned) < LONGEST, scanned
    assert len(state) == 1_000_000


async def test_cycles_are_still_collected() -> None:
    with garbage.short_collections(asyncio.get_running_loop()):
        node = weakref.ref(Node())
        assert node() is not None
        state = await grow(150_000)
    assert node() is None
    assert len(state) == 150_000


async def test_what_exists_at_the_start_is_never_scanned() -> None:
    modules_and_config = [[number] for number in range(500_000)]
    with garbage.short_collections(asyncio.get_running_loop()), scanned_objects() as scanned:
        state = await grow(150_000)
    assert scanned
    assert max(scanned) < LONGEST, scanned
    assert gc.get_freeze_count() > len(modules_and_config) + len(state) / 2


async def test_objects_that_come_and_go_do_not_become_exempt() -> None:
    garbage.collect()
    count = gc.get_freeze_count()
    with garbage.short_collections(asyncio.get_running_loop()):
        for _ in range(20):
            await grow(25_000)
    assert gc.get_freeze_count() - count < garbage.MAX_COLLECTED


class Builders:
    """Threads that have begun to build a tuple each, and finish it when they are asked to."""

    def __init__(self, pool: ThreadPoolExecutor, count: int) -> None:
        self.ends = [threading.Event() for _ in range(count)]
        begun = [threading.Event() for _ in range(count)]
        self.built = [pool.submit(self.build, *pair) for pair in zip(begun, self.ends, strict=True)]
        for each in begun:
            each.wait()
        self._unfinished = list(zip(self.ends, self.built, strict=True))

    @staticmethod
    def build(begun: threading.Event, end: threading.Event) -> int:
        """Return the length of a tuple that is begun, and built at the *end*."""

        def items() -> Iterator[int]:
            yield 0
            begun.set()
            end.wait()
            yield from range(30)

        return len(tuple(items()))

    def finish_one(self, _frame: FrameType, event: str, _function: object) -> None:
        """Let a thread finish its tuple if *event* is the return from a function in C, during which others may run."""
        if event == "c_return" and self._unfinished:
            end, built = self._unfinished.pop()
            end.set()
            wait([built])


def test_threads_that_build_tuples_are_not_disturbed() -> None:
    """A reference to an unfinished tuple raises SystemError where the tuple is built."""
    count = 10
    with ThreadPoolExecutor(count) as pool:
        builders = Builders(pool, count)
        sys.setprofile(builders.finish_one)
        try:
            garbage.collect()
        finally:
            sys.setprofile(None)
            for end in builders.ends:
                end.set()
        assert [each.result() for each in builders.built] == [31] * count
