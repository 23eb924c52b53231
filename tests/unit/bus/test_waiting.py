"""Waiting for what other processes write, for readers that have no subscription."""

import asyncio
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.sqlite.bus import POLL_SECONDS, SLOW_POLL_SECONDS, connect
from tests.running import until
from tests.unit.bus.peer import RETENTION, STREAM

RECORD = ProducerRecord(STREAM, "k", b"{}")


async def test_a_write_of_another_connection_ends_a_wait(tmp_path: Path) -> None:
    async with connect(tmp_path / "a.db", RETENTION, "off") as bus, connect(tmp_path / "a.db", RETENTION, "off") as other:
        # The first look at the file counts as a write.
        await until(lambda: bus.writes() > 0)
        before = bus.writes()
        waiting = asyncio.create_task(bus.wait(before, 0))
        await other.publish([RECORD])
        await waiting
        assert bus.writes() > before


async def test_what_was_written_since_the_last_look_is_not_waited_for(tmp_path: Path) -> None:
    async with connect(tmp_path / "a.db", RETENTION, "off") as bus:
        before = bus.writes()
        await bus.publish([RECORD])
        waiting = asyncio.create_task(bus.wait(before, 0))
        for _ in range(3):
            await asyncio.sleep(0)
        assert waiting.done()


async def test_a_wait_that_is_cancelled_as_a_write_comes_ends(tmp_path: Path) -> None:
    async def follow() -> None:
        while True:
            await bus.wait(bus.writes(), 0)

    async with connect(tmp_path / "a.db", RETENTION, "off") as bus:
        for turns in range(5):
            task = asyncio.create_task(follow())
            await asyncio.sleep(0.02)
            bus.notify()
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            assert await asyncio.wait({task}, timeout=1) == ({task}, set()), turns


async def test_only_a_process_with_a_subscription_looks_for_writes_often(tmp_path: Path) -> None:
    async def restore(_: object) -> None:
        """Restore nothing."""

    async with connect(tmp_path / "a.db", RETENTION, "off") as bus:
        assert bus.poll_seconds() == SLOW_POLL_SECONDS
        async with bus.subscribe("topics", STREAM, restore=restore):
            assert bus.poll_seconds() == POLL_SECONDS
        assert bus.poll_seconds() == SLOW_POLL_SECONDS
