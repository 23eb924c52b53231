"""Retention and the times of records while the clock is wrong."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from monitor.bus import ProducerRecord, Transient
from monitor.bus.sqlite import removals, retention
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.tables import Retention
from monitor.bus.sqlite.trouble import CLOCK_BEHIND, LAGS
from monitor.bus.tail import tail
from tests.bus import replay, restore_nothing

DAY = 86400.0
START = datetime(2026, 3, 10, tzinfo=UTC)
THIRTY_DAYS = Retention(days=30, max_bytes=2**30)
ALERT = "alert.v1"


class Machine:
    """The clock and the uptime of a machine."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.error = 0.0

    def clock(self) -> datetime:
        """Return what the clock shows."""
        return START + timedelta(seconds=self.seconds + self.error)

    def uptime(self) -> float:
        """Return the seconds since the machine was started."""
        return self.seconds

    def open(self, path: Path) -> AbstractAsyncContextManager[SqliteBus]:
        """Open the bus at *path* on this machine."""
        return connect(path, THIRTY_DAYS, "off", self.clock, self.uptime)

    async def trim(self, bus: SqliteBus) -> None:
        """Remove old records and correct times, as the bus does every minute."""
        await bus.maintain_records()

    async def run(self, bus: SqliteBus, minutes: int) -> None:
        """Let time pass, with a removal of old records every minute."""
        for _ in range(minutes):
            self.seconds += 60
            await self.trim(bus)


async def publish(bus: SqliteBus, key: str) -> None:
    await bus.publish([ProducerRecord(ALERT, key, b"x")])


async def keys(bus: SqliteBus, since: datetime | None = None) -> list[str]:
    return [record.key for record in await replay(bus, ALERT, since=since)]


@pytest.mark.parametrize("moment", ["while running", "at restarts"])
async def test_a_clock_that_is_wrong_for_a_while_removes_nothing(tmp_path: Path, moment: str) -> None:
    machine, path = Machine(), tmp_path / "bus.db"
    async with machine.open(path) as bus:
        await machine.run(bus, 1)
        await publish(bus, "before")
        machine.error = 40 * DAY
        if moment == "while running":
            await machine.run(bus, 30)
            assert await keys(bus) == ["before"]
    for _ in range(3):
        async with machine.open(path) as bus:
            await machine.run(bus, 30)
            await publish(bus, "meanwhile")
            assert "before" in await keys(bus)


@pytest.mark.parametrize("days", [40, 2200])
async def test_a_clock_that_is_behind_at_a_start_changes_no_record(tmp_path: Path, days: int) -> None:
    machine, path = Machine(), tmp_path / "bus.db"
    async with machine.open(path) as bus:
        await publish(bus, "before")
        await machine.run(bus, 1)
        before = await replay(bus, ALERT)
    machine.error, machine.seconds = machine.seconds - days * DAY, 10.0
    async with machine.open(path) as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await machine.run(bus, 5)
        assert await replay(bus, ALERT) == before
        assert "the clock is far behind the log" in str(delivery.trouble())
        assert f"({days}.0 days); correct the clock" in str(delivery.trouble())
        await publish(bus, "meanwhile")
    machine.error += days * DAY
    async with machine.open(path) as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await machine.run(bus, 60)
        assert await keys(bus) == ["before", "meanwhile"]
        assert delivery.trouble() is None


async def test_times_in_the_future_are_corrected_although_the_clock_was_ahead_for_long(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        await machine.run(bus, 1)
        machine.error = 4000 * DAY
        await publish(bus, "wrong")
        await machine.run(bus, 60)
        machine.error = 0.0
        await machine.run(bus, 1)
        (record,) = await replay(bus, ALERT)
        # Records expire at most 24 times as fast as the machine runs.
        assert record.time <= machine.clock().timestamp() + 24 * 3600
        machine.seconds += 32 * DAY
        await machine.trim(bus)
        assert await keys(bus) == []


async def test_records_expire_although_the_clock_was_once_ahead(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        await publish(bus, "before")
        await machine.trim(bus)
        machine.error = 4000 * DAY
        await publish(bus, "wrong")
        machine.error = 0.0
        await publish(bus, "after")
        await machine.trim(bus)
        await publish(bus, "right")
        times = [record.time for record in await replay(bus, ALERT)]
        assert times == sorted(times)
        assert times[-1] <= machine.clock().timestamp() + retention.FUTURE_SECONDS
        machine.seconds += 31 * DAY
        await machine.trim(bus)
        assert await keys(bus) == []


async def test_after_a_month_without_power_records_expire_within_days(tmp_path: Path) -> None:
    machine, path = Machine(), tmp_path / "bus.db"
    async with machine.open(path) as bus:
        await publish(bus, "old")
        await machine.trim(bus)
    machine.error, machine.seconds = 60 * DAY + machine.seconds, 10.0
    async with machine.open(path) as bus:
        await machine.run(bus, 60)
        assert await keys(bus) == ["old"]
        machine.seconds += 2 * DAY
        await machine.trim(bus)
        assert await keys(bus) == []


async def test_a_clock_that_was_put_back_hides_no_record(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        for number in range(50):
            machine.error = -3600.0 if number % 3 else 60.0 * number
            await publish(bus, str(number))
        machine.error = 0.0
        since = machine.clock() - timedelta(minutes=1)
        found = await keys(bus, since)
        assert found == [str(number) for number in range(50 - len(found), 50)]
        assert len(found) >= 49


async def test_new_records_are_followed_while_the_writers_clock_differs(tmp_path: Path) -> None:
    machine = Machine()
    machine.error = -400 * DAY
    async with machine.open(tmp_path / "bus.db") as bus:
        await publish(bus, "first")
        following = tail(bus, ALERT, None)
        assert (await anext(following)).key == "first"
        await publish(bus, "second")
        assert (await anext(following)).key == "second"
        machine.error = +400 * DAY
        for key in ("third", "fourth"):
            await publish(bus, key)
            assert (await anext(following)).key == key


@pytest.mark.parametrize("minutes", [0, 10])
async def test_a_state_is_restored_although_the_clock_is_wrong_at_the_start(tmp_path: Path, minutes: int) -> None:
    machine, path = Machine(), tmp_path / "bus.db"
    async with machine.open(path) as bus:
        await publish(bus, "old")
        machine.seconds += 20 * DAY
        await publish(bus, "new")
        await machine.trim(bus)
    machine.error = 400 * DAY
    async with machine.open(path) as bus:
        await machine.run(bus, minutes)
        await publish(bus, "wrong")
        since = machine.clock() - timedelta(days=3)
        restored = [record.key for record in await replay(bus, ALERT, since, partition=0)]
        assert restored == ["new", "wrong"]
        # What a user asks for is taken as it is.
        assert await keys(bus, since) == ["wrong"]


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
    removed = "1,500 records of alert.v1 were removed or changed in one run (expired)"
    async with machine.open(tmp_path / "bus.db") as bus:
        for stream, seconds, reported in ((ALERT, 3600, True), ("story.v1", 0, False), (ALERT, DAY, False)):
            machine.seconds += seconds
            await bus.maintain_records()
            async with bus.subscribe("any", stream, restore=restore_nothing) as member:
                assert (removed in str(member.trouble())) == reported


async def test_a_machine_that_was_off_for_days_is_logged_once_and_is_no_trouble(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        await machine.trim(bus)
    machine.error, machine.seconds = machine.error + 3 * DAY, 100.0
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        with structlog.testing.capture_logs() as logs:
            for _ in range(3):
                await machine.run(bus, 1)
                assert delivery.trouble() is None
        assert [(each["log_level"], each["event"], each["days"], each["hours"]) for each in logs] == [("info", LAGS, 3.0, 3.0)]


async def test_a_clock_that_is_behind_is_a_trouble_until_it_is_corrected(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await machine.trim(bus)
        machine.error = -50 * DAY
        await machine.trim(bus)
        assert delivery.trouble() == f"{CLOCK_BEHIND} (50.0 days); correct the clock, and restart newsmonitor"
        machine.error = 0.0
        await machine.trim(bus)
        assert delivery.trouble() is None


async def test_the_removals_of_runs_that_fail_are_added_up_and_stored(tmp_path: Path) -> None:
    def steps(count: int) -> Iterator[retention.Removed]:
        for _ in range(count):
            yield retention.Removed(ALERT, 200, "storage runs short")
        raise Transient("the file is locked")

    async def reported() -> str:
        return (await bus.read(removals.stored_removals, machine.clock().timestamp())).get(ALERT, "nothing")

    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        for count, expected in ((3, "nothing"), (2, "1,000 records"), (3, "1,000 records"), (6, "2,800 records")):
            with pytest.raises(Transient):
                await bus.run_steps(steps(count))
            assert (await reported()).startswith(expected)


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
        told = await bus.read(removals.stored_removals, machine.clock().timestamp())
        assert told[ALERT].startswith("1,100 records")


async def test_removals_of_a_day_for_one_reason_are_added_up(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        for hours, reason, expected in ((0, "expired", 2), (1, "expired", 4), (1, "storage runs short", 2), (30, "expired", 2)):
            machine.seconds += 3600 * hours
            now = machine.clock().timestamp()
            await bus.write(removals.store_removals, [retention.Removed(ALERT, 2, reason)], now)
            told = await bus.read(removals.stored_removals, now)
            assert told[ALERT].startswith(f"{expected} records of alert.v1 were removed or changed in one run ({reason})")
