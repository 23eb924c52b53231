"""Waiting for the bus at the start."""

import asyncio

from monitor.bus import Transient
from monitor.runtime.connection import once_there


async def test_each_failed_attempt_is_reported_and_then_the_success() -> None:
    reported: list[str | None] = []

    async def attempt() -> str:
        if not reported:
            raise Transient("the file is locked")
        return "open"

    assert await once_there(attempt, asyncio.Event(), reported.append) == "open"
    assert reported == ["the file is locked", None]


async def test_a_process_that_is_stopped_waits_no_longer() -> None:
    stop = asyncio.Event()

    async def attempt() -> str:
        raise Transient("the file is locked")

    def report(_: str | None) -> None:
        stop.set()

    assert await once_there(attempt, stop, report) is None
