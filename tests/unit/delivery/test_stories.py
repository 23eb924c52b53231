"""The alerts of one story for one target are one message, if they wait at the same time."""

from dataclasses import replace

from consumers.delivery.channels import Result
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from monitor.messages import Delivery
from tests.unit.delivery.desk import KIM, Desk, config_of

TRAIN = replace(KIM, id="train", any=("train",))


def desk_of_two_watches(*results: Result) -> Desk:
    return Desk(replace(config_of(), watches=(KIM, TRAIN)), results=list(results))


def raise_both(desk: Desk, version: int = 1, **fields: str) -> None:
    desk.raise_alert(version=version, **fields)
    desk.raise_alert(id="train:s1", watch="train", version=version, **fields)


async def test_the_alerts_of_two_watches_on_a_story_are_one_message_and_two_records() -> None:
    desk = desk_of_two_watches()
    async with desk.dispatcher.open():
        raise_both(desk)
        desk.raise_alert("s2")
        assert sorted(await desk.sent_at(20)) == [("kim:s1", "train:s1"), ("kim:s2",)]
    sent = [each.alert for each in desk.log if isinstance(each, Delivery) and each.state == "sent"]
    assert sorted(sent) == ["kim:s1", "kim:s2", "train:s1"]


async def test_the_most_severe_alert_of_a_story_leads() -> None:
    desk = desk_of_two_watches()
    async with desk.dispatcher.open():
        desk.raise_alert(severity="low")
        desk.raise_alert("s2", severity="high")
        desk.raise_alert(id="train:s1", watch="train", severity="critical")
        assert await desk.sent_at(20) == [("train:s1", "kim:s1"), ("kim:s2",)]


async def test_a_message_with_two_alerts_is_repeated_as_it_was() -> None:
    desk = desk_of_two_watches(Result(500, "HTTP 500"))
    async with desk.dispatcher.open():
        raise_both(desk)
        await desk.sent_at(20)
        desk.raise_alert("s1", id="kim:other", updated=desk.now)
        assert sorted(await desk.sent_at(20, 1)) == [("kim:other",), ("kim:s1", "train:s1")]
    assert desk.recorder.sent.count(desk.recorder.sent[0]) == 2, "with the same id"


async def test_an_alert_that_comes_while_its_story_is_on_its_way_is_not_held() -> None:
    desk = desk_of_two_watches()
    async with desk.dispatcher.open():
        desk.raise_alert()
        desk.tick()
        desk.raise_alert(id="train:s1", watch="train")
        assert await desk.sent_at(20) == [("kim:s1",), ("train:s1",)]


async def test_the_records_restore_the_queue() -> None:
    desk = desk_of_two_watches()
    async with desk.dispatcher.open():
        raise_both(desk)
        await desk.sent_at(20)
        raise_both(desk, 2, change="stance")
    restored = DeliveryQueue()
    for record in desk.log:
        restored.apply(record)
    assert restored == desk.queue
