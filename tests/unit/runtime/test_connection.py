"""Waiting for the bus at the start."""

import asyncio

from monitor.bus import Transient
from monitor.runtime.connection import once_there


async def test_each_failed_attempt_is_reported_and_then_the_success() -> None:
    reported: list[str | None] = []

    async def attempt() -> None:
        if not reported:
            raise Transient("the file is locked")

    assert await once_there(attempt, asyncio.Event(), reported.append)
    assert reported == ["the file is locked", None]


async def test_a_process_that_is_stopped_waits_no_longer() -> None:
    stop = asyncio.Event()

    async def attempt() -> None:
        raise Transient("the file is locked")

    def report(_: str | None) -> None:
        stop.set()

    assert not await once_there(attempt, stop, report)
