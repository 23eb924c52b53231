"""What is reported of the records that were removed."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from monitor.bus import ProducerRecord, Transient
from monitor.bus.sqlite import removals, retention
from monitor.bus.sqlite.bus import SqliteBus
from tests.bus import replay, restore_nothing
from tests.unit.bus.machine import ALERT, DAY, Machine


def refuse(db: sqlite3.Connection, pragma: str) -> None:
    """Let *pragma* fail."""
    db.set_authorizer(lambda _, name, *__: sqlite3.SQLITE_DENY if name == pragma else sqlite3.SQLITE_OK)


async def stored(bus: SqliteBus, machine: Machine) -> str:
    """What is stored of the removals from ALERT."""
    return (await bus.read(removals.stored_removals, machine.clock().timestamp())).get(ALERT, "nothing")


async def test_a_large_removal_is_reported_for_a_day(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await bus.publish([ProducerRecord(ALERT, str(number), b"x") for number in range(1500)])
        await bus.publish([ProducerRecord("story.v1", "one story", b"x") for _ in range(1500)])
        await machine.trim(bus)
        assert delivery.trouble() is None
        with structlog.testing.capture_logs() as logs:
            machine.seconds += 31 * DAY
            await bus.maintain_records()
        assert [(each.get("records"), each.get("reason")) for each in logs] == [(1500, "expired")]
    # Other processes and later ones report it too.
    removed = "1,500 records of alert.v1 were removed or changed at 2026-04-10 00:16 UTC (expired)"
    async with machine.open(tmp_path / "bus.db") as bus:
        for stream, seconds, reported in ((ALERT, 3600, True), ("story.v1", 0, False), (ALERT, DAY, False)):
            machine.seconds += seconds
            await bus.maintain_records()
            async with bus.subscribe("any", stream, restore=restore_nothing) as member:
                assert (removed in str(member.trouble())) == reported


async def test_removals_from_a_file_of_an_older_version_are_stored_too(tmp_path: Path) -> None:
    machine, path = Machine(), tmp_path / "bus.db"
    async with machine.open(path):
        pass
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE removed RENAME TO removals")
    async with machine.open(path) as bus:
        await bus.publish([ProducerRecord(ALERT, str(number), b"x") for number in range(1000)])
        await machine.trim(bus)
        machine.seconds += 31 * DAY
        await bus.maintain_records()
        assert (await stored(bus, machine)).startswith("1,000 records")


async def test_the_removals_of_runs_that_fail_are_added_up_and_stored(tmp_path: Path) -> None:
    def steps(count: int) -> Iterator[retention.Removed]:
        for _ in range(count):
            yield retention.Removed(ALERT, 200, "expired")
        raise Transient("the file is locked")

    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        for count, expected in ((3, "nothing"), (2, "1,000 records"), (3, "1,000 records"), (6, "2,800 records")):
            with pytest.raises(Transient):
                await bus.run_steps(steps(count))
            assert (await stored(bus, machine)).startswith(expected)


async def test_the_removals_of_a_run_that_is_cancelled_are_stored(tmp_path: Path) -> None:
    is_waiting, may_end = threading.Event(), threading.Event()

    def steps() -> Iterator[retention.Removed]:
        yield retention.Removed(ALERT, 900, "expired")
        is_waiting.set()
        may_end.wait()
        yield retention.Removed(ALERT, 200, "expired")

    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        running = asyncio.create_task(bus.run_steps(steps()))
        await asyncio.to_thread(is_waiting.wait)
        running.cancel()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await stored(bus, machine)).startswith("1,100 records")


async def test_removals_for_one_reason_are_added_up_for_a_day_and_the_largest_sum_is_told(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        for hours, reason, count, when in (
            (0, "expired", "1,000", "at 2026-03-10 00:16"),
            (20, "expired", "2,000", "between 2026-03-10 00:16 and 2026-03-10 20:16"),
            (1, retention.EARLY, "2,000", "between 2026-03-10 00:16 and 2026-03-10 20:16"),
            (4, "expired", "2,000", "between 2026-03-10 00:16 and 2026-03-10 20:16"),
            (20, "expired", "1,000", "at 2026-03-11 21:16"),
        ):
            machine.seconds += 3600 * hours
            now = machine.clock().timestamp()
            await bus.write(removals.store_removals, [retention.Removed(ALERT, 1000, reason)], now)
            told = await stored(bus, machine)
            assert told.startswith(f"{count} records of alert.v1 were removed or changed {when} UTC (expired);")


async def test_a_large_sum_is_told_for_a_day_although_small_removals_follow(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        for hours, count, expected in (
            (0, 60, "nothing"),
            (23, 5000, "5,060"),
            (2, 60, "5,060"),
            (21, 60, "5,060"),
            (2, 60, "nothing"),
        ):
            machine.seconds += 3600 * hours
            removed = [retention.Removed(ALERT, count, retention.EARLY)]
            await bus.write(removals.store_removals, removed, machine.clock().timestamp())
            assert (await stored(bus, machine)).startswith(expected)


async def test_small_removals_do_not_add_up_while_the_file_cannot_be_made_shorter(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await machine.trim(bus)
        refuse(bus.file.writer, "incremental_vacuum")
        for size in (200_000, 1, 1):
            await bus.publish([ProducerRecord(ALERT, str(number), bytes(size)) for number in range(400)])
            machine.seconds += 31 * DAY
            with pytest.raises(Transient, match="not authorized"):
                await bus.maintain_records()
            assert await replay(bus, ALERT, since=None) == []
        refuse(bus.file.writer, "nothing")
        await bus.maintain_records()
        assert delivery.trouble() is None
