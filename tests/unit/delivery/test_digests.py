"""What is not urgent is sent as one message at the hours of a digest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.delivery.batches import alert_batch
from consumers.delivery.channels import Result
from consumers.delivery.queue.bursts import MAX_DIGEST
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.tools.redrive import Selection, select
from consumers.delivery.tools.target_report import Report
from monitor.config import Config, DigestHours, QuietHours
from monitor.messages import Delivery, Mark
from tests.make import alert
from tests.unit.delivery.desk import DESK, EVENING, KIM, Desk, config_of

MORNING = DigestHours(("08:00",))


def daily(digest: DigestHours = MORNING) -> Config:
    return config_of(target=replace(DESK, digest=digest))


def restarted(desk: Desk) -> Desk:
    """Return the desk after a restart, with what its log has."""
    after = Desk(desk.config, desk.now)
    for record in desk.log:
        after.publish(record)
    return after


async def test_what_a_day_brings_is_one_message_and_what_is_critical_passes() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        for hour, (story, severity) in enumerate([("s1", "low"), ("s2", "high"), ("s3", "critical"), ("s4", "normal")], 20):
            desk.raise_alert(story, severity=severity)
            assert await desk.sent_at(hour) == ([("kim:s3",)] if story == "s3" else [])
        assert await desk.sent_at(7, 59) == []
        assert await desk.sent_at(8) == [], "others may be on their way"
        desk.now += timedelta(seconds=5)
        assert await desk.sent_now() == [("kim:s2", "kim:s4", "kim:s1")]
        desk.raise_alert("s5")
        assert await desk.sent_at(7, 59) == []


async def test_an_alert_that_comes_a_little_late_is_in_the_digest_too() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_at(8) == []
        desk.now += timedelta(seconds=4)
        desk.raise_alert("s2", updated=desk.now - timedelta(seconds=10))
        desk.raise_alert("s3")
        assert await desk.sent_now() == []
        desk.now += timedelta(seconds=5)
        assert await desk.sent_now() == [("kim:s1", "kim:s2")]


async def test_the_newest_version_of_an_alert_is_in_the_digest_of_the_first() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_at(8) == []
        desk.raise_alert(version=2, change="stance")
        assert await desk.sent_at(8, 1) == [("kim:s1",)]
        assert desk.states(2)[-1] == "sent"
        desk.raise_alert(version=3, change="stance")
        assert await desk.sent_at(7, 59) == []


async def test_a_version_that_comes_while_the_digest_is_on_its_way_waits_for_the_next() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_at(8) == []
        desk.now += timedelta(seconds=5)
        desk.tick()
        desk.raise_alert(version=2, change="stance", updated=desk.now + timedelta(seconds=1))
        desk.now += timedelta(seconds=2)
        assert await desk.sent_now() == [("kim:s1",)]
        assert await desk.sent_at(7, 59) == []
        assert await desk.sent_at(8) == []
        assert await desk.sent_at(8, 1) == [("kim:s1",)]


async def test_hours_that_were_missed_are_made_up_for_once_at_the_start() -> None:
    before = Desk(daily(DigestHours(("08:00", "12:00"))))
    async with before.dispatcher.open():
        before.raise_alert()
        assert await before.sent_at(22) == []
    after = restarted(before)
    after.now = EVENING + timedelta(hours=17)  # 13:00
    async with after.dispatcher.open():
        assert await after.sent_now() == []
        after.raise_alert("s2", updated=EVENING + timedelta(hours=14))
        after.raise_alert("s3", updated=after.now)
        after.now += timedelta(seconds=3)
        assert await after.sent_now() == []
        after.now += timedelta(seconds=5)
        assert await after.sent_now() == [("kim:s1", "kim:s2")]
        assert await after.sent_at(8) == []
        assert await after.sent_at(8, 1) == [("kim:s3",)]


async def test_a_full_digest_has_the_most_severe_alerts_and_counts_the_others() -> None:
    desk = Desk(daily(), results=[Result(500, "HTTP 500")])
    async with desk.dispatcher.open():
        for number in range(MAX_DIGEST + 9):
            desk.raise_alert(f"s{number}", severity="high" if number % 2 else "low")
        await desk.sent_at(8)
        (sent,) = await desk.sent_at(8, 1)
        (again,) = await desk.sent_at(8, 2)
    assert again == sent
    assert len(sent) == MAX_DIGEST
    assert sent[:2] == ("kim:s1", "kim:s3")
    assert [each.left_out for each in desk.recorder.batches] == [9, 9]
    withheld = [each for each in desk.log if isinstance(each, Delivery) and each.state == "withheld"]
    assert len(withheld) == 9
    assert {each.left_out for each in withheld} == {1}
    assert (desk.queue.pending, +desk.queue.left_out) == ({}, {})
    left_out = select(withheld, Selection(since=timedelta(days=1), state="left-out"), desk.now)
    assert left_out == withheld
    assert select(desk.queue.pending.values(), Selection(state="left-out"), desk.now) == []
    restored = DeliveryQueue()
    for record in desk.log:
        restored.apply(record)
    assert restored == desk.queue


async def test_an_alert_that_was_left_out_is_told_when_it_has_another_version() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        for number in range(MAX_DIGEST + 1):
            desk.raise_alert(f"s{number}")
        await desk.sent_at(8)
        await desk.sent_at(8, 1)
        desk.raise_alert(f"s{MAX_DIGEST}", version=2, change="outlet")
        await desk.sent_at(8)
        assert await desk.sent_at(8, 1) == [(f"kim:s{MAX_DIGEST}",)]


async def test_what_a_full_queue_drops_is_counted_in_the_next_digest() -> None:
    config = daily()
    desk = Desk(replace(config, delivery=replace(config.delivery, queue=3)))
    async with desk.dispatcher.open():
        for number in range(10):
            desk.raise_alert(f"s{number}", severity="high" if number == 0 else "low")
        await desk.sent_at(8)
        assert left_out_of(desk) == 7
        assert await desk.sent_at(8, 1) == [("kim:s0", "kim:s8", "kim:s9")]
        assert left_out_of(desk) == 0
        assert desk.recorder.batches[-1].left_out == 7
        for number in range(10, 12):
            desk.raise_alert(f"s{number}")
        await desk.sent_at(8)
        assert await desk.sent_at(8, 1) == [("kim:s10", "kim:s11")]
        assert desk.recorder.batches[-1].left_out == 0


async def test_what_a_digest_has_counted_is_not_told_again_if_an_alert_of_it_has_a_newer_version() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        for number in range(MAX_DIGEST + 9):
            desk.raise_alert(f"s{number}")
        await desk.sent_at(8)
        desk.now += timedelta(seconds=5)
        desk.tick()
        desk.raise_alert("s0", version=2, change="stance", updated=desk.now + timedelta(seconds=1))
        assert left_out_of(desk) == 9
        await desk.sent_now()
        assert (desk.states(1, "s0")[-1], left_out_of(desk)) == ("sent", 0)


def left_out_of(desk: Desk) -> int:
    """Return how many alerts `newsmonitor targets` says are left out."""
    report = Report()
    for record in desk.log:
        if not isinstance(record, Mark):
            report.add(record)
    count: int = report.data_of(desk.config.targets[0])["left_out"]
    return count


@pytest.mark.parametrize("are_stored", [False, True])
async def test_a_full_digest_is_the_same_after_the_process_was_killed(*, are_stored: bool) -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        for number in range(MAX_DIGEST + 9):
            desk.raise_alert(f"s{number}")
        queued = list(desk.log)
        await desk.sent_at(8)
        desk.now += timedelta(seconds=5)
        desk.tick()
    after = restarted(replace(desk, log=desk.log if are_stored else queued))
    assert len(after.queue.pending) == MAX_DIGEST + (0 if are_stored else 9)
    async with after.dispatcher.open():
        await after.sent_now()
        after.now += timedelta(seconds=5)
        await after.sent_now()
    assert after.recorder.batches == desk.recorder.batches
    assert after.recorder.batches[0].left_out == 9


async def test_an_edit_of_the_digest_takes_effect_at_once() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_at(22) == []
        desk.config = daily(DigestHours(("23:00",)))
        await desk.sent_at(23)
        assert await desk.sent_at(23, 1) == [("kim:s1",)]
        desk.raise_alert("s2")
        assert await desk.sent_at(23, 2) == []
        desk.config = config_of()
        assert await desk.sent_at(23, 3) == [("kim:s2",)]


async def test_the_digest_of_a_target_holds_before_that_of_a_watch() -> None:
    of_watch = replace(KIM, digest=DigestHours(("22:00",)))
    assert await hours_of(config_of(of_watch)) == [22]
    assert await hours_of(config_of(of_watch, replace(DESK, digest=MORNING))) == [8]


async def hours_of(config: Config) -> list[int]:
    """Return the hours of a day at which an alert is sent."""
    desk, hours = Desk(config), list[int]()
    async with desk.dispatcher.open():
        desk.raise_alert()
        for hour in (21, 22, 23, 7, 8, 9):
            await desk.sent_at(hour)
            hours += [hour] * len(await desk.sent_at(hour, 1))
    return hours


async def test_a_digest_in_quiet_hours_comes_when_they_end() -> None:
    quiet = QuietHours("07:00", "09:00")
    desk = Desk(config_of(target=replace(DESK, digest=MORNING, quiet=quiet)))
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_at(8, 1) == []
        await desk.sent_at(9)
        assert await desk.sent_at(9, 1) == [("kim:s1",)]


async def test_an_alert_that_another_clock_has_stamped_years_ahead_is_not_held_for_years() -> None:
    desk = Desk(daily())
    async with desk.dispatcher.open():
        desk.raise_alert(updated=desk.now + timedelta(days=4000))
        desk.raise_alert("s2", updated=desk.now - timedelta(days=4000))
        await desk.sent_at(20)
        assert await desk.sent_at(20, 1) == [("kim:s1", "kim:s2")]


def test_the_number_of_alerts_left_out_does_not_depend_on_the_order_of_the_deliveries() -> None:
    first, second = (
        Delivery(
            f"kim:s{number}", 1, "desk", "retrying", 1, EVENING, EVENING, None, None, alert(id=f"kim:s{number}"), "digest:1"
        )
        for number in range(2)
    )
    batch = (second, replace(first, left_out=9))
    assert (alert_batch(batch).id, alert_batch(batch).left_out) == ("digest:1", 9)
