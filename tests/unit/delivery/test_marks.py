"""A muted alert is not delivered, and a snoozed one waits."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from consumers.delivery.queue.delivery_queue import DeliveryQueue
from monitor.config import QuietHours
from monitor.messages import Delivery, Mark, MarkState
from tests.unit.delivery.desk import EVENING, KIM, Desk, config_of


def mark(state: MarkState, at: datetime = EVENING, until: datetime | None = None, **fields: Any) -> Mark:
    return Mark(
        **{"id": "kim:s1", "version": 1, "standing": None, "by": "ana", "note": None, **fields}, state=state, until=until, at=at
    )


async def told(desk: Desk) -> None:
    """Raise the first version, and let it be sent."""
    desk.raise_alert()
    assert await desk.sent_at(20) == [("kim:s1",)]


async def test_no_further_version_of_a_muted_alert_is_sent() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        await told(desk)
        desk.publish(mark("muted"))
        desk.raise_alert(version=2, change="correction")
        assert await desk.sent_at(21) == []
        assert desk.states(2) == ["withheld"]
        (record,) = [each for each in desk.log if isinstance(each, Delivery) and each.version == 2]
        assert record.error == "the alert is muted by ana"
        desk.publish(mark("open", at=desk.now))
        desk.raise_alert(version=3, change="stance")
        assert await desk.sent_at(22) == [("kim:s1",)]


async def test_what_waits_when_its_alert_is_muted_is_dropped() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        await told(desk)
        desk.publish(mark("snoozed", until=EVENING + timedelta(days=2)))
        desk.raise_alert(version=2, change="stance")
        assert await desk.sent_at(21) == []
        desk.publish(mark("muted", at=desk.now))
        assert await desk.sent_at(21, 1) == []
        assert await desk.sent_at(21, 2) == []
    assert desk.states(2) == ["queued", "dropped"]


async def test_a_snoozed_alert_is_told_at_the_end_with_its_newest_version() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        await told(desk)
        desk.publish(mark("snoozed", until=EVENING + timedelta(hours=2)))
        desk.raise_alert(version=2, change="stance", severity="critical")
        assert await desk.sent_at(21) == []
        desk.raise_alert(version=3, change="correction")
        assert await desk.sent_at(21, 59) == []
        assert await desk.sent_at(22) == [("kim:s1",)]
    assert (desk.states(2), desk.states(3)[-1]) == (["queued", "superseded"], "sent")


async def test_an_alert_that_is_snoozed_until_its_story_stands_otherwise_waits_for_that() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        await told(desk)
        desk.publish(mark("snoozed", standing="reported"))
        desk.raise_alert(version=2, change="stance", standing="reported")
        assert await desk.sent_at(19) == []
        desk.raise_alert(version=3, change="stance", standing="disputed")
        assert await desk.sent_at(20) == [("kim:s1",)]


async def test_unmark_releases_what_waits() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        await told(desk)
        desk.publish(mark("snoozed", standing="reported"))
        desk.raise_alert(version=2, change="stance", standing="reported")
        assert await desk.sent_at(21) == []
        desk.publish(mark("open", at=desk.now))
        assert await desk.sent_at(21, 1) == [("kim:s1",)]


async def again_of(made: Mark, *changes: str, hold: bool = False) -> list[str | None]:
    """Return what the messages say that are sent after *made*, a mark of version 1, as further versions bring *changes*.

    With *hold*, all of them wait until the last one has come.
    """
    quiet = QuietHours("20:00", "21:00") if hold else None
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        await told(desk)
        desk.publish(made)
        desk.config = config_of(replace(KIM, quiet=quiet, updates="all"))
        for version, change in enumerate(changes, 2):
            desk.raise_alert(version=version, change=change, updated=desk.now + timedelta(seconds=version))
            await desk.sent_now()
        await desk.sent_at(23)
    return [batch[0].again for batch in desk.recorder.batches[1:]]


ACKNOWLEDGED = "acknowledged by ana at 2026-03-10 20:00 UTC"


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        (("stance",), [ACKNOWLEDGED]),
        (("outlet", "development", "correction", "outlet"), [None, None, ACKNOWLEDGED, None]),
    ],
)
async def test_a_message_that_tells_an_acknowledged_alert_again_says_so(changes: tuple[str, ...], again: list[str]) -> None:
    assert await again_of(mark("acknowledged"), *changes) == again


async def test_a_version_that_takes_the_place_of_a_correction_tells_the_alert_again() -> None:
    assert await again_of(mark("acknowledged"), "correction", "development", "outlet", hold=True) == [ACKNOWLEDGED]
    assert await again_of(mark("acknowledged"), "development", "outlet", hold=True) == [None]
    assert await again_of(mark("acknowledged", version=3), "stance", "outlet", "outlet", hold=True) == [None]


async def test_a_message_that_a_snooze_has_held_says_so() -> None:
    until = EVENING + timedelta(hours=2)
    held = "snoozed by ana at 2026-03-10 20:00 UTC until 2026-03-10 22:00 UTC"
    assert await again_of(mark("snoozed", until=until), "development", "stance") == [held]
    assert await again_of(mark("snoozed", standing="denied"), "stance") == ["snoozed by ana at 2026-03-10 20:00 UTC"]
    assert await again_of(mark("open"), "stance") == [None]


async def test_what_comes_after_a_snooze_is_not_told_again() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        await told(desk)
        desk.publish(mark("snoozed", until=EVENING + timedelta(hours=2)))
        await desk.sent_at(22)
        desk.raise_alert(version=2, change="stance")
        await desk.sent_at(22)
    assert [batch[0].again for batch in desk.recorder.batches] == [None, None]


def test_an_older_mark_changes_nothing() -> None:
    queue = DeliveryQueue()
    for each in (mark("muted", at=EVENING + timedelta(hours=1)), mark("open"), mark("muted", at=EVENING + timedelta(hours=1))):
        queue.apply(each)
    assert (queue.marks["kim:s1"].state, queue.changes) == ("muted", 0)
