"""What is held for a target, by what, and until when."""

from dataclasses import replace
from datetime import timedelta

from consumers.delivery.preferences.held import Held, describe_held, held_deliveries
from monitor.config import DigestHours, QuietHours
from monitor.messages import Mark
from tests.unit.delivery.desk import DESK, EVENING, KIM, Desk, config_of

NIGHT, DAY = QuietHours("19:00", "07:00"), QuietHours("07:00", "19:00")


def held(desk: Desk) -> Held:
    return held_deliveries(desk.queue, "desk", desk.config, desk.now)


def test_nothing_is_held_without_a_wish() -> None:
    desk = Desk(config_of())
    desk.raise_alert()
    assert held(desk) == Held()


def test_quiet_hours_of_both_that_follow_each_other_are_added_up() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT), replace(DESK, quiet=replace(DAY, end="09:00"))))
    desk.raise_alert()
    desk.raise_alert("s2", severity="critical")
    nine = EVENING.replace(hour=9) + timedelta(days=1)
    assert held(desk) == Held({"quiet": 1}, nine, nine, 0)
    assert describe_held(held(desk)) == "1 alert held, until 2026-03-11T09:00:00Z: 1 by quiet hours"


def test_quiet_hours_of_both_that_cover_the_day_have_no_end() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT), replace(DESK, quiet=DAY)))
    desk.raise_alert()
    assert held(desk) == Held({"quiet": 1}, None, None, 1)
    text = "1 alert held, without a known end: 1 by quiet hours (`newsmonitor check` and `newsmonitor alerts marks` say why)"
    assert describe_held(held(desk)) == text


def test_each_hold_is_told_with_the_first_and_the_last_end() -> None:
    desk = Desk(config_of(KIM, replace(DESK, digest=DigestHours(("08:00",)))))
    for story in ("s1", "s2", "s3"):
        desk.raise_alert(story)
    noon = EVENING.replace(hour=12) + timedelta(days=1)
    desk.publish(Mark("kim:s2", "snoozed", 1, noon, None, "me", None, EVENING))
    desk.publish(Mark("kim:s3", "snoozed", 1, None, "reported", "me", None, EVENING))
    assert describe_held(held(desk)) == (
        "3 alerts held, the first until 2026-03-11T08:00:00Z, the last until 2026-03-11T12:00:00Z, 1 without a known end: "
        "1 by a digest and 2 by a snooze (`newsmonitor check` and `newsmonitor alerts marks` say why)"
    )


async def test_what_is_said_to_be_sent_then_is_sent_then() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT), replace(DESK, pace="14h")))
    desk.now = EVENING.replace(hour=18)
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_now() == [("kim:s1",)]
        desk.now = EVENING
        desk.raise_alert(version=2, change="stance")
        until = held(desk).first
        assert until == EVENING.replace(hour=8) + timedelta(days=1)
        assert await desk.sent_at(7, 59) == []
        assert await desk.sent_at(8) == [("kim:s1",)]
