"""Retention and the times of records while the clock is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from monitor.bus import ProducerRecord
from monitor.bus.sqlite import retention
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.retention import trusted_time
from monitor.bus.sqlite.tables import Retention
from monitor.bus.tail import tail
from tests.bus import replay

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

    async def trim(self, bus: SqliteBus) -> None:
        """Remove old records, as the bus does every minute."""
        now = self.clock().timestamp()
        await bus.trim(await bus.write(trusted_time, now, self.seconds))

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
    async with connect(path, THIRTY_DAYS, "off", machine.clock) as bus:
        await machine.run(bus, 1)
        await publish(bus, "before")
        machine.error = 40 * DAY
        if moment == "while running":
            await machine.run(bus, 30)
            assert await keys(bus) == ["before"]
    for _ in range(3):
        async with connect(path, THIRTY_DAYS, "off", machine.clock) as bus:
            await machine.run(bus, 30)
            await publish(bus, "meanwhile")
            assert "before" in await keys(bus)


async def test_records_expire_although_the_clock_was_once_ahead(tmp_path: Path) -> None:
    machine = Machine()
    async with connect(tmp_path / "bus.db", THIRTY_DAYS, "off", machine.clock) as bus:
        await publish(bus, "before")
        await machine.trim(bus)
        machine.error = 4000 * DAY
        await publish(bus, "wrong")
        machine.error = 0.0
        await publish(bus, "after")
        for step in retention.correct_times(
            bus.file.writer, lambda *call: bus.file.transact(0, *call), THIRTY_DAYS, machine.clock().timestamp()
        ):
            assert step.reason == "stamped by a clock that was wrong"
        await publish(bus, "right")
        times = [record.time for record in await replay(bus, ALERT)]
        assert times == sorted(times)
        assert times[-1] <= machine.clock().timestamp() + retention.FUTURE_SECONDS
        machine.seconds += 31 * DAY
        await machine.trim(bus)
        assert await keys(bus) == []


async def test_after_a_month_without_power_records_expire_within_days(tmp_path: Path) -> None:
    machine, path = Machine(), tmp_path / "bus.db"
    async with connect(path, THIRTY_DAYS, "off", machine.clock) as bus:
        await publish(bus, "old")
        await machine.trim(bus)
    machine.error, machine.seconds = 60 * DAY + machine.seconds, 10.0
    async with connect(path, THIRTY_DAYS, "off", machine.clock) as bus:
        await machine.run(bus, 60)
        assert await keys(bus) == ["old"]
        machine.seconds += 2 * DAY
        await machine.trim(bus)
        assert await keys(bus) == []


async def test_a_clock_that_was_put_back_hides_no_record(tmp_path: Path) -> None:
    machine = Machine()
    async with connect(tmp_path / "bus.db", THIRTY_DAYS, "off", machine.clock) as bus:
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
    async with connect(tmp_path / "bus.db", THIRTY_DAYS, "off", machine.clock) as bus:
        await publish(bus, "first")
        following = tail(bus, ALERT, None)
        assert (await anext(following)).key == "first"
        await publish(bus, "second")
        assert (await anext(following)).key == "second"
        machine.error = +400 * DAY
        for key in ("third", "fourth"):
            await publish(bus, key)
            assert (await anext(following)).key == key


async def test_a_large_removal_and_a_clock_that_is_ahead_are_logged(tmp_path: Path) -> None:
    machine = Machine()
    async with connect(tmp_path / "bus.db", THIRTY_DAYS, "off", machine.clock) as bus:
        await bus.publish([ProducerRecord(ALERT, str(number), b"x") for number in range(1500)])
        with structlog.testing.capture_logs() as logs:
            await bus.trim(machine.clock().timestamp() + 31 * DAY)
            await bus.maintain_records()
            machine.error = 50 * DAY
            await bus.maintain_records()
    assert [(each.get("records"), each.get("reason"), each.get("days")) for each in logs] == [
        (1500, "expired", None),
        (None, None, 50.0),
    ]
