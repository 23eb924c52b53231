"""Which versions of an alert a target is sent, and how many of a story."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consumers.delivery.channels import Result
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from monitor.config import Config, Updates, Watch, fingerprint
from monitor.messages import Delivery
from tests.unit.delivery.desk import DESK, KIM, Desk, config_of

CHANGES = ("new", "outlet", "stance", "outlet", "correction")


async def versions_sent(config: Config, changes: tuple[str, ...] = CHANGES) -> list[int]:
    """Return the versions that are sent, one raised each minute."""
    desk = Desk(config)
    async with desk.dispatcher.open():
        for version, change in enumerate(changes, 1):
            desk.raise_alert(version=version, change=change)
            await desk.sent_at(20, version)
    return [each.version for each in desk.log if isinstance(each, Delivery) and each.state == "sent"]


@pytest.mark.parametrize(
    ("watch", "target", "versions"),
    [
        (None, None, [1, 3, 5]),
        (None, "first", [1]),
        (None, "all", [1, 2, 3, 4, 5]),
        ("all", None, [1, 2, 3, 4, 5]),
        ("all", "changes", [1, 3, 5]),
        ("first", "all", [1]),
    ],
)
async def test_of_watch_and_target_the_one_that_asks_for_less_holds(
    watch: Updates | None, target: Updates | None, versions: list[int]
) -> None:
    assert await versions_sent(config_of(replace(KIM, updates=watch), replace(DESK, updates=target))) == versions


async def test_a_story_that_forty_outlets_tell_alike_is_one_message() -> None:
    assert await versions_sent(config_of(), ("new", *["outlet"] * 39)) == [1]


async def test_what_is_not_asked_for_is_recorded_once() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        desk.raise_alert()
        await desk.sent_at(20)
        for _ in range(3):
            desk.raise_alert(version=2, change="outlet", updated=desk.now + timedelta(seconds=1))
        assert await desk.sent_at(21) == []
    (record,) = [each for each in desk.log if isinstance(each, Delivery) and each.version == 2]
    assert (record.state, record.error, record.body) == (
        "withheld",
        "updates = 'changes' does not ask for this version",
        None,
    )


async def test_a_version_takes_the_place_of_one_that_waits_even_if_it_brings_only_an_outlet() -> None:
    desk = Desk(config_of(), results=[Result(500, "HTTP 500")])
    async with desk.dispatcher.open():
        desk.raise_alert()
        await desk.sent_at(20)
        desk.raise_alert(version=2, change="outlet", updated=desk.now + timedelta(seconds=1))
        assert await desk.sent_at(20, 1) == [("kim:s1",)]
    assert desk.states(1) == ["queued", "retrying", "superseded"]
    assert desk.states(2) == ["queued", "sent"]


async def test_a_version_with_an_outlet_is_withheld_if_the_one_on_its_way_is_accepted() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        desk.raise_alert()
        desk.tick()
        for version in (2, 3):
            desk.raise_alert(version=version, change="outlet", updated=desk.now + timedelta(seconds=version))
        assert desk.queue.pending["desk", "kim:s1"].wanted == 1
        await desk.sent_at(20, 1)
        assert len(desk.recorder.sent) == 1
    assert desk.states(1) == ["queued", "superseded", "sent"]
    assert desk.states(3) == ["queued", "withheld"]
    assert desk.queue.pending == {}
    restored = DeliveryQueue()
    for record in desk.log:
        restored.apply(record)
    assert restored == desk.queue


async def test_a_target_that_has_had_nothing_of_an_alert_is_sent_whatever_comes() -> None:
    assert await versions_sent(config_of(target=replace(DESK, updates="first")), ("outlet", "outlet", "stance")) == [1]


async def test_an_alert_that_is_raised_anew_is_told_anew() -> None:
    desk = Desk(config_of())
    async with desk.dispatcher.open():
        desk.raise_alert(version=7)
        assert len(await desk.sent_at(20)) == 1
        later = desk.now + timedelta(days=9)
        desk.raise_alert(version=1, change="outlet", raised=later, updated=later)
        assert len(await desk.sent_at(21)) == 1


async def test_an_alert_that_another_clock_has_raised_in_the_future_is_told_once() -> None:
    desk = Desk(config_of())
    ahead = desk.now + timedelta(minutes=5)
    async with desk.dispatcher.open():
        for version, change in enumerate(("new", "outlet", "outlet"), 1):
            desk.raise_alert(version=version, change=change, raised=ahead, updated=ahead + timedelta(seconds=version))
            assert len(await desk.sent_at(20, version)) == (version == 1)


def paced(pace: str, watch_pace: str | None = None) -> Config:
    return config_of(replace(KIM, pace=watch_pace), replace(DESK, pace=pace))


async def test_a_paced_story_is_told_once_in_so_long_in_its_newest_state() -> None:
    desk = Desk(paced("30m"))
    async with desk.dispatcher.open():
        desk.raise_alert()
        desk.raise_alert("s2")
        assert len(await desk.sent_at(20)) == 2
        for version in (2, 3, 4):
            desk.raise_alert(version=version, change="stance", updated=desk.now + timedelta(minutes=version))
        assert await desk.sent_at(20, 29) == []
        assert await desk.sent_at(20, 30) == [("kim:s1",)]
    assert desk.states(4)[-1] == "sent"
    assert desk.states(3) == ["queued", "superseded"]


@pytest.mark.parametrize("fields", [{"severity": "critical"}, {"change": "correction"}])
async def test_what_is_critical_passes_the_pace(fields: dict[str, Any]) -> None:
    desk = Desk(paced("30m"))
    async with desk.dispatcher.open():
        desk.raise_alert()
        await desk.sent_at(20)
        desk.raise_alert(**{"version": 2, "change": "stance", "updated": desk.now + timedelta(minutes=1), **fields})
        assert await desk.sent_at(20, 1) == [("kim:s1",)]


async def test_the_longer_pace_holds_and_an_edit_of_it_takes_effect_at_once() -> None:
    desk = Desk(paced("30m", "2h"))
    async with desk.dispatcher.open():
        desk.raise_alert()
        await desk.sent_at(20)
        desk.raise_alert(version=2, change="stance", updated=desk.now + timedelta(minutes=1))
        assert await desk.sent_at(21) == []
        desk.config = paced("30m")
        assert await desk.sent_at(21, 1) == [("kim:s1",)]


async def test_several_alerts_of_a_paced_story_are_one_message() -> None:
    config = paced("30m")
    desk = Desk(replace(config, watches=(*config.watches, Watch("train", any=("train",)))))
    async with desk.dispatcher.open():
        desk.raise_alert()
        desk.raise_alert(id="train:s1", watch="train")
        assert await desk.sent_at(20) == [("kim:s1", "train:s1")]
        desk.raise_alert(version=2, change="stance", updated=desk.now + timedelta(minutes=1))
        desk.tick()
        desk.raise_alert(id="train:s1", watch="train", version=2, change="stance", updated=desk.now + timedelta(minutes=2))
        assert await desk.sent_at(20, 29) == []
        assert await desk.sent_at(20, 30) == [("kim:s1", "train:s1")]


async def test_an_alert_of_a_paced_story_waits_while_another_one_is_on_its_way() -> None:
    config = paced("30m")
    desk = Desk(replace(config, watches=(*config.watches, Watch("train", any=("train",)))))
    async with desk.dispatcher.open():
        desk.raise_alert()
        desk.tick()
        desk.raise_alert(id="train:s1", watch="train")
        assert await desk.sent_at(20, 29) == [("kim:s1",)]
        assert await desk.sent_at(21) == [("train:s1",)]


async def test_the_pace_outlives_a_restart() -> None:
    before, after = Desk(paced("30m")), Desk(paced("30m"))
    async with before.dispatcher.open():
        before.raise_alert()
        await before.sent_at(20)
    for record in before.log:
        after.publish(record)
    async with after.dispatcher.open():
        after.raise_alert(version=2, change="stance", updated=after.now + timedelta(minutes=1))
        assert await after.sent_at(20, 29) == []
        assert await after.sent_at(20, 30) == [("kim:s1",)]


def test_what_is_sent_of_a_watch_does_not_change_its_hash() -> None:
    assert fingerprint(replace(KIM, updates="all", pace="1h")) == fingerprint(KIM) != fingerprint(replace(KIM, to=("desk",)))
