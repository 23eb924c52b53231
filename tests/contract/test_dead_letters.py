"""Dead letters on every bus: list them, publish them again, skip messages by hand."""

from collections import Counter
from dataclasses import replace

from monitor.bus import UNREADABLE, Bus, Partition, ProducerRecord, Record
from monitor.bus.streams import MAX_BYTES, STREAMS
from monitor.messages import DeadLetter
from monitor.messages.codec import encode_facts
from monitor.runtime.dead_letters import STREAM, list_dead_letters, original_message, redrive, skip_messages
from tests.bus import count_values, producer_records, read_and_commit, restore_nothing
from tests.make import START

RAW = "article.raw.v1"


def dead_letter(number: int, value: bytes = b"{}", stream: str = RAW) -> ProducerRecord:
    """Return the dead letter of a record of *stream*."""
    facts = DeadLetter("entities", stream, "0", str(number), "invalid", "why", START)
    return ProducerRecord(STREAM, f"key {number}", value, {"feed": "a feed"} | encode_facts(facts))


def as_read(record: ProducerRecord) -> Record:
    """Return *record* as a subscriber reads it."""
    return Record(Partition(STREAM), 0, 0.0, record.key, record.value, record.headers)


async def test_redriven_dead_letters_are_marked_and_not_redriven_again(bus: Bus) -> None:
    for number in range(3):
        await bus.publish([dead_letter(number, f"value {number}".encode())])
    assert await redrive(bus) == 3
    assert await redrive(bus) == 0
    for number in range(3, 5):
        await bus.publish([dead_letter(number)])
    assert [facts["redriven"] for facts in await list_dead_letters(bus)] == [True, True, True, False, False]
    assert sorted(await count_values(bus, RAW)) == [b"value 0", b"value 1", b"value 2"]


async def test_skipped_messages_become_dead_letters_once_and_can_be_redriven(bus: Bus) -> None:
    records = producer_records(RAW, 12)
    await bus.publish(records)
    every_value = Counter(record.value for record in records)
    assert await skip_messages(bus, "entities", RAW, 5) == 5
    assert [facts["reason"] for facts in await list_dead_letters(bus)] == ["passed"] * 5
    skipped = await count_values(bus, STREAM)
    async with bus.subscribe("entities", RAW, restore=restore_nothing) as subscription:
        remaining = await read_and_commit(subscription, 7)
    assert skipped + Counter(record.value for record in remaining) == every_value
    assert await skip_messages(bus, "entities", RAW, 5) == 0
    assert await redrive(bus) == 5
    assert await count_values(bus, RAW) - skipped == every_value


def test_a_dead_letter_without_a_stream_that_accepts_it_has_no_original_message() -> None:
    expected = ProducerRecord(RAW, "key 1", b"{}", {"feed": "a feed", "redriven": "1"})
    assert original_message(as_read(dead_letter(1)), STREAMS) == expected
    assert original_message(as_read(dead_letter(1, stream="another.v1")), STREAMS) is None
    assert original_message(as_read(dead_letter(1, bytes(MAX_BYTES))), STREAMS) is None
    # The bus could not read it, so its value is not a message.
    unreadable = dead_letter(1)
    assert original_message(as_read(replace(unreadable, headers={**unreadable.headers, UNREADABLE: "zstd"})), STREAMS) is None
