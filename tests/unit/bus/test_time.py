"""Retention and the times of records while the clock is wrong."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from monitor.bus import ProducerRecord
from monitor.bus.sqlite import retention
from monitor.bus.sqlite.bus import SqliteBus
from monitor.bus.sqlite.clock_check import AHEAD, BEHIND, FAR_AHEAD
from monitor.bus.tail import tail
from tests.bus import replay, restore_nothing
from tests.unit.bus.machine import ALERT, DAY, Machine


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
        assert str(delivery.trouble()).startswith(BEHIND)
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


@pytest.mark.parametrize("days", [3, 20])
async def test_a_machine_that_was_off_for_days_is_logged_once_and_is_no_trouble(tmp_path: Path, days: int) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus:
        await publish(bus, "kept for 30 days")
        await machine.trim(bus)
    machine.error, machine.seconds = machine.error + days * DAY, 100.0
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        with structlog.testing.capture_logs() as logs:
            for _ in range(3):
                await machine.run(bus, 1)
                assert delivery.trouble() is None
        assert [(each["log_level"], each["event"], each["days"]) for each in logs] == [("info", AHEAD, days)]


async def test_a_clock_so_far_ahead_that_most_expires_is_a_trouble_until_that_is_removed(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await publish(bus, "old")
        await machine.trim(bus)
        machine.error = 31 * DAY
        with structlog.testing.capture_logs() as logs:
            await machine.run(bus, 1)
            assert delivery.trouble() == (
                f"{FAR_AHEAD}, within 31 hours: it says 2026-04-10 00:17 UTC; if that is wrong, correct it and restart"
                " newsmonitor; if the machine was off for long, or an old backup was restored, nothing need be done"
            )
            machine.seconds += 20 * 3600
            await machine.run(bus, 1)
            assert f"{FAR_AHEAD}, within 12 hours" in str(delivery.trouble())
            machine.seconds += 12 * 3600
            await machine.run(bus, 1)
            assert delivery.trouble() is None
        assert [(each["log_level"], each["event"], each["clock"], each["expired_until"]) for each in logs] == [
            ("warning", FAR_AHEAD, "2026-04-10 00:17 UTC", "2026-03-10 00:40 UTC")
        ]


async def test_a_clock_that_is_behind_is_a_trouble_until_it_is_corrected(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await machine.trim(bus)
        machine.error = -50 * DAY
        await machine.trim(bus)
        assert delivery.trouble() == (
            f"{BEHIND}: it says 2026-01-19 00:16 UTC now, and said 2026-03-10 00:16 UTC before; if it is wrong now, correct it"
            " and restart newsmonitor; if it was wrong then, nothing need be done"
        )
        machine.error = 0.0
        await machine.trim(bus)
        assert delivery.trouble() is None


async def test_a_clock_that_was_ahead_and_is_right_again_is_not_to_be_corrected(tmp_path: Path) -> None:
    machine = Machine()
    async with machine.open(tmp_path / "bus.db") as bus, bus.subscribe("delivery", ALERT, restore=restore_nothing) as delivery:
        await machine.trim(bus)
        machine.error = 20 * DAY
        machine.seconds += DAY
        await machine.trim(bus)
        machine.error = 0.0
        with structlog.testing.capture_logs() as logs:
            await machine.run(bus, 3)
        assert "if it was wrong then, nothing need be done" in str(delivery.trouble())
        assert [(each["log_level"], each["event"], each["days"]) for each in logs] == [("warning", BEHIND, 20.0)]
