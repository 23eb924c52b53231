"""Quiet hours of the watch and of the target are judged when a message is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consumers.delivery.channels import Result
from monitor.config import QuietHours
from tests.unit.delivery.desk import DESK, KIM, Desk, config_of

NIGHT = QuietHours("22:00", "07:00", "Europe/Berlin")
"""21:00 to 06:00 UTC in winter."""


async def test_what_the_quiet_hours_of_a_night_held_is_sent_together_in_the_morning() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)))
    async with desk.dispatcher.open():
        assert await desk.sent_at(22) == []
        desk.raise_alert()
        desk.raise_alert("s2")
        desk.raise_alert("s3", severity="critical")
        assert await desk.sent_at(22) == [("kim:s3",)]
        assert await desk.sent_at(5, 59) == []
        desk.now += timedelta(minutes=1)
        desk.raise_alert("s4")
        assert sorted(await desk.sent_at(6)) == [("kim:s1", "kim:s2"), ("kim:s4",)]


async def test_quiet_hours_that_are_taken_out_let_go_of_what_they_held() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)))
    async with desk.dispatcher.open():
        await desk.sent_at(22)
        desk.raise_alert()
        assert await desk.sent_at(23) == []
        desk.config = config_of()
        assert await desk.sent_at(23, 1) == [("kim:s1",)]


async def test_quiet_hours_that_are_longer_after_an_edit_hold_for_longer() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)))
    async with desk.dispatcher.open():
        await desk.sent_at(22)
        desk.raise_alert()
        desk.config = config_of(replace(KIM, quiet=replace(NIGHT, end="09:00")))
        assert await desk.sent_at(7) == []
        assert await desk.sent_at(8) == [("kim:s1",)]


async def test_a_retry_is_not_sent_in_quiet_hours() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)), results=[Result(500, "HTTP 500"), Result(500, "HTTP 500")])
    async with desk.dispatcher.open():
        await desk.sent_at(20, 58)
        desk.raise_alert()
        assert await desk.sent_at(20, 58) == [("kim:s1",)]
        assert await desk.sent_at(20, 59) == [("kim:s1",)], "after 5 s; the next one is due in 300 s"
        assert await desk.sent_at(23) == []
        assert await desk.sent_at(6) == [("kim:s1",)]


async def test_the_quiet_hours_of_a_target_hold_besides_those_of_a_watch() -> None:
    late = replace(DESK, quiet=QuietHours("05:00", "09:00"))
    desk = Desk(config_of(replace(KIM, quiet=NIGHT), late))
    async with desk.dispatcher.open():
        await desk.sent_at(22)
        desk.raise_alert()
        assert await desk.sent_at(6, 30) == []
        assert await desk.sent_at(9) == [("kim:s1",)]


@pytest.mark.parametrize(("day", "end"), [("2026-03-28", 5), ("2026-10-24", 6)])
async def test_quiet_hours_end_by_the_clock_of_their_zone_on_the_night_when_it_changes(day: str, end: int) -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)), datetime.fromisoformat(f"{day}T23:00").replace(tzinfo=UTC))
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_at(end - 1, 59) == []
        assert await desk.sent_at(end) == [("kim:s1",)]


async def test_min_severity_is_the_same_as_severity_and_the_higher_counts() -> None:
    desk = Desk(config_of(target=replace(DESK, severity="high", min_severity="critical")))
    async with desk.dispatcher.open():
        desk.raise_alert("s1", severity="high")
        desk.raise_alert("s2", severity="critical")
        assert await desk.sent_at(20) == [("kim:s2",)]
