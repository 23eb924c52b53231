"""Dead letters, listed and redriven on every bus."""

from collections import Counter

from monitor.bus import Bus, Partition, ProducerRecord, Record
from monitor.bus.streams import MAX_BYTES, STREAMS
from monitor.messages import DeadLetter
from monitor.messages.codec import encode_facts
from monitor.runtime.dead_letters import STREAM, list_dead_letters, redrive, restored_message, skip_messages
from tests.contract.test_bus import RAW, drain, nothing, values
from tests.make import START


def letter(number: int, value: bytes = b"{}", stream: str = RAW) -> ProducerRecord:
    about = DeadLetter("entities", stream, "0", str(number), "invalid", "why", START)
    return ProducerRecord(STREAM, f"key {number}", value, {"feed": "a feed"} | encode_facts(about))


def as_read(message: ProducerRecord) -> Record:
    return Record(Partition(STREAM), 0, 0.0, message.key, message.value, message.headers)


async def test_what_was_redriven_is_told_from_what_came_later(bus: Bus) -> None:
    for number in range(3):
        await bus.publish([letter(number, f"value {number}".encode())])
    assert await redrive(bus) == 3
    assert await redrive(bus) == 0
    for number in range(3, 5):
        await bus.publish([letter(number)])
    assert [each["redriven"] for each in await list_dead_letters(bus)] == [True, True, True, False, False]
    assert sorted(await values(bus, RAW)) == [b"value 0", b"value 1", b"value 2"]


async def test_what_is_passed_by_hand_is_passed_once_and_can_be_put_back(bus: Bus) -> None:
    await bus.publish([ProducerRecord(RAW, f"key {number}", f"value {number}".encode(), {"feed": "a"}) for number in range(12)])
    assert await skip_messages(bus, "entities", RAW, 5) == 5
    assert [each["reason"] for each in await list_dead_letters(bus)] == ["passed"] * 5
    passed = await values(bus, STREAM)
    async with bus.subscribe("entities", RAW, restore=nothing) as subscription:
        left = await drain(subscription, 7)
    assert passed + Counter(record.value for record in left) == Counter(f"value {number}".encode() for number in range(12))
    assert await skip_messages(bus, "entities", RAW, 5) == 0
    assert await redrive(bus) == 5
    assert await values(bus, RAW) - passed == Counter(f"value {number}".encode() for number in range(12))


def test_what_no_stream_takes_is_left() -> None:
    assert restored_message(as_read(letter(1)), STREAMS) == ProducerRecord(
        RAW, "key 1", b"{}", {"feed": "a feed", "redriven": "1"}
    )
    assert restored_message(as_read(letter(1, stream="another.v1")), STREAMS) is None
    assert restored_message(as_read(letter(1, bytes(MAX_BYTES))), STREAMS) is None
